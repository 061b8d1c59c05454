"""The people of a try-out. They have no password: one click signs them in, in a try-out only."""

from __future__ import annotations

from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.db import transaction

from teams.models import Membership, Role, Team, User

TEAM = "Bright Path Consulting"


class Person(NamedTuple):
    email: str
    name: str
    role: Role


PEOPLE = (
    Person("dana.whitfield@brightpath.example", "Dana Whitfield", Role.CONSULTANT),
    Person("sam.okafor@brightpath.example", "Sam Okafor", Role.SUPPORT),
    Person("priya.nair@brightpath.example", "Priya Nair", Role.OWNER),
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
