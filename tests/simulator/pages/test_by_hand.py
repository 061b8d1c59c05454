"""All 38 lines of the source page by hand, without script, by the Classic menu and by Lightning's."""

from __future__ import annotations

from simulator import engagement, policies
from simulator.org.store import Org
from simulator.scenarios import create
from simulator.server import Stand
from tests.simulator.visitor import Visitor, username_of

SYSTEM_SETS = ("Marketing Cloud Connector", "Marketing Cloud Connector Admin", "Marketing Cloud System User")


def set_policies(visitor: Visitor, menu: str) -> None:
    """Lines 1-10."""
    visitor.click("Setup").click(menu).click("Salesforce Marketing Cloud").click("Edit Policies")
    visitor.press("OK", permitted_users="admin", ip_relaxation="ENFORCE", refresh_token_policy="infinite")
    visitor.press("Save", ip_relaxation="BYPASS", refresh_token_policy="zero")


def make_set(visitor: Visitor) -> str:
    """Lines 11-16."""
    visitor.click("Setup").click("Permission Sets").click("New")
    visitor.press("Save", label="Marketing Cloud Connected App")
    assert "Marketing_Cloud_Connected_App" in visitor.text
    return visitor.path.strip("/")


def assign(visitor: Visitor, label: str, user_ids: list[str]) -> None:
    """Lines 18-26."""
    visitor.click("Setup").click("Permission Sets").click(label)
    visitor.click("Manage Assignments").click("Add Assignments").press("Assign", user=user_ids)
    assert visitor.text.count("Success") == len(user_ids), visitor.text
    visitor.click("Done")


def attach(visitor: Visitor, menu: str, set_id: str) -> None:
    """Lines 27-33."""
    visitor.click("Setup").click(menu).click("Salesforce Marketing Cloud")
    visitor.click("Manage Permission Sets").press("Save", set=[set_id])


def connect(visitor: Visitor) -> None:
    """Lines 34-38."""
    visitor.open("/engagement")
    assert "Nobody is signed in" in visitor.text
    visitor.open("/lightning/app-launcher").click("Marketing Cloud").press("Connect to Marketing Cloud")
    visitor.press("Login", username="mc-api-user", password="anything")


def walk(stand: Stand, org: Org, menu: str) -> None:
    visitor = Visitor(stand.url).log_in(username_of(org))
    set_policies(visitor, menu)
    set_id = make_set(visitor)
    row = org.get(set_id)
    assert row is not None
    people = [person["Id"] for person in org.rows("User") if person["Department"] == "Marketing"]
    for label in SYSTEM_SETS:
        assign(visitor, label, [org.connection_user_id])
    assign(visitor, "Marketing Cloud Connected App", [org.connection_user_id, *people])
    attach(visitor, menu, row["Id"])
    connect(visitor)
    app = org.get(org.app_id)
    assert app is not None
    assert policies.current(app) == policies.WANTED
    assert engagement.admin_approved(org, org.connection_user_id)
    found = engagement.connection(org)
    assert found is not None
    assert found["et4ae5__Parent_Account_MID__c"] == org.extra["mid"]


def test_by_the_classic_menu(own_stand: Stand) -> None:
    walk(own_stand, create(own_stand.world, "fresh", name="Classic way"), "Connected Apps")


def test_by_the_lightning_menu(own_stand: Stand) -> None:
    walk(own_stand, create(own_stand.world, "fresh", name="Lightning way"), "Manage Connected Apps")
