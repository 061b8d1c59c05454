"""From an access token to a browser's session: `singleaccess` and `frontdoor.jsp`."""

from __future__ import annotations

from datetime import timedelta

import pytest
import requests

from simulator.scenarios import create
from simulator.server import Stand
from tests.simulator.visitor import Visitor, username_of

TARGET = "/lightning/setup/ManageUsers/home"


def single_access(stand: Stand, token: str, **query: str) -> requests.Response:
    return requests.get(
        f"{stand.url}/services/oauth2/singleaccess",
        query,
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
    )


def test_the_address_opens_one_session_once(own_stand: Stand) -> None:
    org = create(own_stand.world, "fresh", name="Front door")
    token = Visitor(own_stand.url).connect(org, scope="api web")["access_token"]
    address = single_access(own_stand, token, redirect_uri=TARGET).json()["frontdoor_uri"]
    first, second = Visitor(own_stand.url), Visitor(own_stand.url)
    assert first.open(address).path == TARGET
    assert second.open(address).path == "/login"
    assert second.press("Log In", username=username_of(org)).path == TARGET


def test_the_address_is_good_for_a_minute(faulty: Stand) -> None:
    org = create(faulty.world, "fresh", name="Slow front door")
    token = Visitor(faulty.url).connect(org, scope="api web")["access_token"]
    address = single_access(faulty, token).json()["frontdoor_uri"]
    faulty.world.clock.offset = timedelta(seconds=61)
    assert Visitor(faulty.url).open(address).path == "/login"


@pytest.mark.parametrize("scope", ["api", "bad token"])
def test_a_token_that_opens_no_pages_is_refused(own_stand: Stand, scope: str) -> None:
    org = create(own_stand.world, "fresh", name="No front door")
    token = "nonsense"
    if scope != "bad token":
        token = Visitor(own_stand.url).connect(org, scope=scope)["access_token"]
    assert single_access(own_stand, token).status_code == 403


def test_an_access_token_is_a_key_as_well(own_stand: Stand) -> None:
    """CumulusCI opens orgs so."""
    org = create(own_stand.world, "fresh", name="By sid")
    token = Visitor(own_stand.url).connect(org)["access_token"]
    assert Visitor(own_stand.url).open(f"/secur/frontdoor.jsp?sid={token}&retURL={TARGET}").path == TARGET
    org.patch(org.find("UserLogin", UserId=org.admin_id)[0]["Id"], IsFrozen=True)
    assert Visitor(own_stand.url).open(f"/secur/frontdoor.jsp?sid={token}").path == "/login"


def test_it_never_leads_to_another_site(own_stand: Stand) -> None:
    org = create(own_stand.world, "fresh", name="Elsewhere")
    token = Visitor(own_stand.url).connect(org)["access_token"]
    door = Visitor(own_stand.url).open(f"/secur/frontdoor.jsp?sid={token}&retURL=https://evil.example/")
    assert door.path == "/lightning/setup/SetupOneHome/home"
