"""The people and setups that are measured."""

from __future__ import annotations

from typing import Any

from tests.wizard.harness import SetupHarness, make_harness

TEAM = "Bright Path Consulting"


def person() -> Any:
    """Dana, a consultant of the one team."""
    from teams.models import Membership, Role, Team, User

    team, _is_new = Team.objects.get_or_create(name=TEAM)
    user = User.objects.filter(email="dana@brightpath.example").first()
    if user is None:
        user = User.objects.create_user("dana@brightpath.example", name="Dana Whitfield")
        Membership.objects.create(team=team, user=user, role=Role.CONSULTANT)
    return user


def desk(stand: Any, scenario: str = "fresh", *, choose: int = 20, **more: Any) -> SetupHarness:
    """A setup in an org of its own, with the connection user and so many people chosen."""
    user = person()
    made = make_harness(stand, user.teams.get(), user, scenario, **more)
    made.choose(choose)
    chosen = len(made.setup.inputs["people"])
    assert chosen == choose, f"the org has only {chosen} people to choose"
    return made
