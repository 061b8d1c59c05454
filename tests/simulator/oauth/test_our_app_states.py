"""What an org's admins have decided about our own app shows at sign-in and at refresh."""

from __future__ import annotations

import pytest

from simulator.scenarios import create
from simulator.server import Stand
from tests.simulator.visitor import Visitor, username_of


def test_where_the_app_is_not_installed_the_browser_is_stranded(own_stand: Stand) -> None:
    org = create(own_stand.world, "our_app_not_installed", name="Not installed")
    visitor = Visitor(own_stand.url).log_in(username_of(org)).authorize()
    assert visitor.path == "/setup/secur/RemoteAccessErrorPage.apexp"
    assert visitor.page.url.endswith("?error=invalid_client&error_description=app+must+be+installed+into+org")
    assert "some state" not in visitor.page.text


def test_install_in_oauth_usage_makes_sign_in_work(own_stand: Stand) -> None:
    org = create(own_stand.world, "our_app_not_installed", name="Install it")
    visitor = Visitor(own_stand.url).log_in(username_of(org)).open("/lightning/setup/ConnectedAppsUsage/home")
    visitor.press("Install")
    assert visitor.authorize().press("Allow").returned["code"]


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("blocked", "OAUTH_AUTHORIZATION_BLOCKED"),
        ("not_approved", "OAUTH_APP_ACCESS_DENIED"),
        ("unexpected", "OAUTH_APPROVAL_ERROR_GENERIC"),
    ],
)
def test_other_states_come_back_to_the_callback(own_stand: Stand, state: str, error: str) -> None:
    org = create(own_stand.world, "fresh", name="App state")
    org.switches.change(our_app=state)
    returned = Visitor(own_stand.url).log_in(username_of(org)).authorize().returned
    assert returned["error"] == error
    assert returned["state"] == "some state"


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("not_installed", "invalid_client"),
        ("blocked", "invalid_grant"),
        ("not_approved", "invalid_app_access"),
    ],
)
def test_a_refresh_fails_in_the_same_states(own_stand: Stand, state: str, error: str) -> None:
    org = create(own_stand.world, "fresh", name="Refresh state")
    visitor = Visitor(own_stand.url)
    tokens = visitor.connect(org)
    org.switches.change(our_app=state)
    answer = visitor.refresh(tokens["refresh_token"])
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    org.switches.change(our_app="installed")
    assert visitor.refresh(tokens["refresh_token"]).status_code == 200


def test_blocking_in_oauth_usage_ends_what_is_in_use(own_stand: Stand) -> None:
    org = create(own_stand.world, "fresh", name="Block it")
    visitor = Visitor(own_stand.url)
    tokens = visitor.connect(org)
    visitor.open("/lightning/setup/ConnectedAppsUsage/home")
    rows = visitor.tree.xpath("//tr[td[1]='Connect Guide']//form")
    assert len(rows) == 1
    visitor.http.post(visitor.page.url, {"app": "ours", "action": "block"}, timeout=60)
    assert tokens["access_token"] not in own_stand.world.tokens
    assert visitor.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert any(row["Action"] == "blockConnectedApplication" for row in org.rows("SetupAuditTrail"))
