"""Programs of a team: each has an account of its own, which stays when whoever made it leaves.

The account is a member, so that it may do what a consultant may and `teams.access` stays the one place that
says so. It has no way in but its token.
"""

from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models import QuerySet

from teams.acting import tokens
from teams.membership import members
from teams.models import ApiToken, Membership, Role, Team, User

ROLE = Role.CONSULTANT


def make(team: Team, name: str, scope: str, by: User) -> tuple[ApiToken, str]:
    """A new token, and what the program sends: it is given back here, and never again."""
    with transaction.atomic():
        account = User.objects.create_user(f"{uuid.uuid4()}@programs.invalid", name=name, is_program=True)
        Membership.objects.create(team=team, user=account, role=ROLE)
        return tokens.make(account, name, scope, team=team, by=by)


def of_team(team: Team) -> QuerySet[ApiToken]:
    return ApiToken.objects.open().filter(team=team)


def revoke(token: ApiToken, by: User) -> bool:
    """Its program is out at once, and what it had is free for others. False where it was over already."""
    with transaction.atomic():
        if not tokens.revoke(token, by):
            return False
        for member in Membership.objects.filter(user=token.user, team=token.team_id):
            members.remove(member, by)
        User.objects.filter(pk=token.user_id).update(is_active=False)
    return True
