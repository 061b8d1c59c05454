"""The people of a try-out. They have no password: one click signs them in, in a try-out only."""

from __future__ import annotations

from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from teams.models import Membership, Role, Team, User

TEAM = "Bright Path Consulting"


class DemoPerson(NamedTuple):
    email: str
    name: str
    role: Role

    @property
    def role_label(self) -> str:
        return str(self.role.label)


PEOPLE = (
    DemoPerson("dana.whitfield@brightpath.example", "Dana Whitfield", Role.CONSULTANT),
    DemoPerson("sam.okafor@brightpath.example", "Sam Okafor", Role.SUPPORT),
    DemoPerson("priya.nair@brightpath.example", "Priya Nair", Role.OWNER),
)


@transaction.atomic
def make_demo_people() -> Team:
    """Make the team and its people where they are missing; what exists stays as it is."""
    team = Team.objects.filter(members__is_demo=True, name=TEAM).first() or Team.objects.create(name=TEAM)
    for person in PEOPLE:
        user = User.objects.filter(email=person.email).first()
        if user is None:
            user = User.objects.create_user(person.email, name=person.name, is_demo=True)
        EmailAddress.objects.get_or_create(
            user=user, email=person.email, defaults={"verified": True, "primary": True}
        )
        Membership.objects.get_or_create(team=team, user=user, defaults={"role": person.role})
    return team


def people_to_sign_in_as() -> list[DemoPerson]:
    if not settings.TRYOUT:
        return []
    there = set(User.objects.filter(is_demo=True, is_active=True).values_list("email", flat=True))
    return [person for person in PEOPLE if person.email in there]
