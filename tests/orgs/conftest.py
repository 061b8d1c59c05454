from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from tests.orgs.stand_in import Browser, admin_of

if TYPE_CHECKING:
    from orgs.models import Org

_numbers = count(1)


@pytest.fixture
def allowed(stand: Any, settings: Any) -> Any:
    """The stand-in, allowed as a login origin."""
    settings.SALESFORCE_EXTRA_ORIGINS = [stand.url]
    return stand


@pytest.fixture
def sf_org(stand: Any) -> Iterator[Callable[..., Any]]:
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
def browser(allowed: Any, signed_in: Callable[[Any], Any]) -> Callable[[Any], Browser]:
    return lambda user: Browser(signed_in(user), allowed)


@pytest.fixture
def connected(browser: Any, sf_org: Any, dana: Any) -> Callable[..., tuple[Org, Any]]:
    """Dana connects a fresh stand-in org: ours and the stand-in's."""

    from orgs.models import Org

    def connect(scenario: str = "fresh", **more: Any) -> tuple[Org, Any]:
        theirs = sf_org(scenario, **more)
        response = browser(dana).connect(admin_of(theirs))
        assert response.status_code == 302, response.content.decode()
        return Org.objects.get(org_id=theirs.id), theirs

    return connect
