"""Connected Apps OAuth Usage: Install, Block and Unblock of the Marketing Cloud app."""

from __future__ import annotations

from simulator.pages.app_usage import used_apps
from simulator.scenarios import create
from simulator.server import Stand
from tests.simulator.visitor import Visitor, username_of

PATH = "/lightning/setup/ConnectedAppsUsage/home"


def post(visitor: Visitor, action: str) -> int:
    answer = visitor.http.post(visitor.url + PATH, {"app": "mc", "action": action}, timeout=60)
    return answer.status_code


def test_install_makes_the_apps_row_and_its_audit_row(own_stand: Stand) -> None:
    org = create(own_stand.world, "app_not_installed", name="Usage", people=0)
    assert not list(org.rows("ConnectedApplication"))
    visitor = Visitor(own_stand.url).log_in(username_of(org)).open(PATH)
    visitor.press("Install")
    (app,) = org.rows("ConnectedApplication")
    assert app["Name"] == "Salesforce Marketing Cloud"
    (row,) = org.rows("SetupAuditTrail")
    assert (row["Action"], row["Section"]) == ("insertConnectedApplication", "Connected Apps")
    assert row["Display"] == "Installed Connected App Salesforce Marketing Cloud to Salesforce"


def test_an_old_page_does_not_install_twice(own_stand: Stand) -> None:
    org = create(own_stand.world, "app_not_installed", name="Twice", people=0)
    visitor = Visitor(own_stand.url).log_in(username_of(org))
    assert post(visitor, "install") == 200
    assert post(visitor, "install") == 200
    assert len(list(org.rows("ConnectedApplication"))) == 1
    assert post(visitor, "uninstall") == 400


def test_blocked_and_unblocked(own_stand: Stand) -> None:
    org = create(own_stand.world, "live", name="Blocked", people=5)
    visitor = Visitor(own_stand.url).log_in(username_of(org))
    assert post(visitor, "block") == 200
    assert used_apps(org)[0].state == "Blocked"
    visitor.open("/lightning/n/et4ae5__ExactTargetPhoenix").press("Reconnect to Marketing Cloud")
    visitor.press("Login", expect=400, username="mc-api-user", password="x")
    assert "blocked" in visitor.text
    assert post(visitor, "unblock") == 200
    assert used_apps(org)[0].state == "Installed"
