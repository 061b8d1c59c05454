"""Pages let a person do what their rights allow, and say which right is missing (section 11)."""

from __future__ import annotations

import pytest

from simulator.org.store import Org
from simulator.scenarios import create
from simulator.server import Stand
from tests.simulator.visitor import Visitor, username_of


@pytest.fixture
def org(own_stand: Stand) -> Org:
    return create(own_stand.world, "fresh", name="Rights")


def test_a_post_is_guarded_like_its_page(own_stand: Stand, org: Org) -> None:
    person = next(row for row in org.rows("User") if row["Title"] == "Account Executive" and row["IsActive"])
    visitor = Visitor(own_stand.url).log_in(username_of(org, person["Id"]))
    answer = visitor.http.post(
        f"{own_stand.url}/{org.app_id}/e", {"ip_relaxation": "BYPASS", "action": "save"}, timeout=10
    )
    assert answer.status_code == 403
    assert not list(org.rows("SetupAuditTrail"))


def test_nobody_signed_in_is_asked_to_log_in_and_comes_back(own_stand: Stand, org: Org) -> None:
    address = (
        "/lightning/setup/ConnectedApplication/page?address=%2Fapp%2Fmgmt%2Fforceconnectedapps%2F"
        f"forceAppDetail.apexp%3FconnectedAppId%3D{org.app_id}"
    )
    visitor = Visitor(own_stand.url).open(address)
    assert visitor.path == "/login"
    visitor.press("Log In", username=username_of(org))
    assert "Connected App: Salesforce Marketing Cloud" in visitor.text


def test_a_packaged_set_cannot_be_put_on_the_app(own_stand: Stand, org: Org) -> None:
    packaged = org.find("PermissionSet", Name="ExactTarget_Integration")[0]
    visitor = Visitor(own_stand.url).log_in(username_of(org)).open(f"/{org.app_id}/permission-sets")
    visitor.press("Save", expect=400, set=[packaged["Id"]])
    assert "Cannot Modify Managed Component" in visitor.text
    assert not list(org.rows("SetupEntityAccess"))


def test_the_page_works_where_the_api_insert_is_refused(own_stand: Stand, org: Org) -> None:
    org.switches.change(app_grant="INSUFFICIENT_ACCESS_OR_READONLY")
    set_id = org.insert("PermissionSet", {"Name": "Local", "Label": "Local"}, org.admin_id)
    visitor = Visitor(own_stand.url).log_in(username_of(org)).open(f"/{org.app_id}/permission-sets")
    visitor.press("Save", set=[set_id])
    (row,) = org.rows("SetupEntityAccess")
    assert (row["ParentId"], row["SetupEntityType"]) == (set_id, "ConnectedApplication")
    visitor.click("Manage Permission Sets").press("Save", set=[])
    assert not list(org.rows("SetupEntityAccess"))
    actions = [each["Action"].rpartition("_")[2] for each in org.rows("SetupAuditTrail")]
    assert actions[-2:] == ["Enabled", "Disabled"]


def test_a_set_is_renamed_on_its_page_but_not_to_a_name_that_is_taken(own_stand: Stand, org: Org) -> None:
    org.insert("PermissionSet", {"Name": "Taken", "Label": "Taken"}, org.admin_id)
    set_id = org.insert("PermissionSet", {"Name": "Local", "Label": "Local"}, org.admin_id)
    visitor = Visitor(own_stand.url).log_in(username_of(org)).open(f"/{set_id}")
    visitor.press("Save", label="MC App", name="MC_App")
    assert org.tables["PermissionSet"][set_id]["Label"] == "MC App"
    visitor.press("Save", expect=400, label="MC App", name="Taken")
    assert org.tables["PermissionSet"][set_id]["Name"] == "MC_App"
