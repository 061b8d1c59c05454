from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from pytest_django import Settings

from tests.orgs.stand_in import Browser

if TYPE_CHECKING:
    from orgs.models import Org
    from simulator.server import Stand
    from teams.models import Team, User
    from tests.fixture_types import MakeStandInOrg, SignedIn

_numbers = count(1)


@pytest.fixture
def allowed(stand: Stand, settings: Settings) -> Any:
    """The stand-in, allowed as a login origin."""
    settings.SALESFORCE_EXTRA_ORIGINS = [stand.url]
    return stand


@pytest.fixture
def sf_org(stand: Stand) -> Iterator[Callable[..., object]]:
    """Make a stand-in org: `sf_org("fresh")`; its admin's username is `admin_of(org)`."""
    from simulator import scenarios

    made: list[str] = []

    def make(scenario: str = "fresh", **more: Any) -> Any:
        org = scenarios.create(stand.world, scenario, name=more.pop("name", f"Org {next(_numbers)}"), **more)
        made.append(org.id)
        return org

    yield make
    with stand.world.lock:
        for org_id in made:
            stand.world.orgs.pop(org_id, None)


@pytest.fixture
def browser(allowed: Stand, signed_in: SignedIn) -> Callable[[Any], Browser]:
    return lambda user: Browser(signed_in(user), allowed)


@pytest.fixture
def connected(allowed: Stand, sf_org: MakeStandInOrg, team: Team, dana: User) -> Callable[..., Any]:
    """A fresh stand-in org that Dana connected, without its pages: ours and the stand-in's."""
    from tests.wizard.harness import connect

    def one(scenario: str = "fresh", **more: Any) -> tuple[Org, Any]:
        theirs = sf_org(scenario, **more)
        return connect(allowed, theirs, team, dana), theirs

    return one
