from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from simulator.server import Stand
    from tests.fixture_types import MakeStandInOrg


class Fixed:
    def __init__(self, url: str, token: str) -> None:
        self.instance_url = url
        self._token = token

    def access_token(self) -> str:
        return self._token

    def refresh(self, stale: str) -> str:
        raise AssertionError("nothing expires here")

    def moved(self, origin: str) -> None:
        raise AssertionError("the org stays where it is")


@pytest.fixture
def org(stand: Stand, sf_org: MakeStandInOrg) -> Any:
    return sf_org("fresh", people=2300)


@pytest.fixture
def client(stand: Stand, org: Any) -> Any:
    from orgs.salesforce.client import Client
    from simulator.world import Token

    with stand.world.lock:
        stand.world.tokens["t-" + org.id] = Token("t-" + org.id, org.id, org.admin_id)
    with Client(Fixed(stand.url, "t-" + org.id), "66.0") as made:
        yield made
