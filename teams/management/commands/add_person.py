from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from teams.audit.record import record
from teams.models import MEMBER_ROLES, Membership, Role, Team, User


class Command(BaseCommand):
    help = "Add a person to a team, and print a link with which they set their password once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True, help="as colleagues know them")
        parser.add_argument("--team", required=True, help="the team's name")
        parser.add_argument("--role", required=True, choices=[role.value for role in MEMBER_ROLES])
        parser.add_argument("--new-team", action="store_true", help="make the team if there is none")

    @transaction.atomic
    def handle(self, *args: object, **options: Any) -> None:
        team = self._team(options["team"], make=options["new_team"])
        user = self._person(options["email"], options["name"])
        role = Role(options["role"])
        added = _become_member(team, user, role)
        self.stdout.write(
            f"{user} ({user.email}) {'is now' if added else 'was already'} in {team}, as {role.label}."
        )
        if not user.has_usable_password():
            self.stdout.write(
                f"They set their password here (works once, for 3 days):\n{password_link(user)}"
            )

    def _team(self, name: str, *, make: bool) -> Team:
        teams = list(Team.objects.filter(name=name)[:2])
        if len(teams) > 1:
            raise CommandError(f"Several teams are called {name}: rename one of them first.")
        if teams:
            return teams[0]
        if make:
            return Team.objects.create(name=name)
        known = ", ".join(Team.objects.values_list("name", flat=True)) or "none yet"
        raise CommandError(f"There is no team {name} (teams: {known}). Add --new-team to make it.")

    def _person(self, email: str, name: str) -> User:
        email = email.strip().lower()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is not an e-mail address.") from error
        user = User.objects.filter(email=email).first() or User.objects.create_user(email, name=name)
        # Whoever runs this command vouches for the address; the link proves it again.
        EmailAddress.objects.update_or_create(
            user=user, email=email, defaults={"verified": True, "primary": True}
        )
        return user


def _become_member(team: Team, user: User, role: Role) -> bool:
    """False if they were a member already; only what changed is an entry of the audit trail."""
    member, added = Membership.objects.get_or_create(team=team, user=user, defaults={"role": role})
    before = member.role
    if added:
        kind, data = "teams.member_added", {"role": role.value}
    elif before != role:
        member.role = role
        member.save(update_fields=["role"])
        kind, data = "teams.role_changed", {"before": str(before), "after": role.value}
    else:
        return False
    record(kind, about=user, team=team.pk, data=data | {"via": "command"})
    return added


def password_link(user: User) -> str:
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )
    return settings.PUBLIC_URL + path
