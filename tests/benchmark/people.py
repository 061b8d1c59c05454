"""The people and setups that are measured: each its own, so that no part depends on those before it."""

from __future__ import annotations

from itertools import count
from typing import Any

from simulator.server import Stand
from tests.wizard.harness import SetupHarness, make_harness

_numbers = count(1001)  # as long in each part, so that a page's size is the same


def person() -> Any:
    """Dana, a consultant of a new team."""
    from teams.models import Membership, Role, Team, User

    number = next(_numbers)
    user = User.objects.create_user(f"dana.{number}@brightpath.example", name="Dana Whitfield")
    team = Team.objects.create(name=f"Bright Path Consulting {number}")
    Membership.objects.create(team=team, user=user, role=Role.CONSULTANT)
    return user


def desk(stand: Stand, scenario: str = "fresh", *, choose: int = 20, **more: Any) -> SetupHarness:
    """A setup in an org of its own, with the connection user and so many people chosen."""
    user = person()
    # About one in eight has a licence of another kind, whom nobody chooses here.
    made = make_harness(stand, user.teams.get(), user, scenario, people=choose * 5 // 4 + 20, **more)
    made.choose(choose)
    chosen = len(made.setup.inputs["people"])
    assert chosen == choose, f"the org has only {chosen} people to choose"
    return made
