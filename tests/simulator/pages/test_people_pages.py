"""Permission set and user pages: names, assignments, Freeze and Deactivate."""

from __future__ import annotations

import pytest

from simulator.org.store import Org
from simulator.pages.permission_sets import generated_name
from simulator.scenarios import create
from simulator.server import Stand
from tests.simulator.visitor import Visitor, username_of


@pytest.fixture
def org(own_stand: Stand) -> Org:
    return create(own_stand.world, "half_done", name="People pages")


@pytest.fixture
def visitor(own_stand: Stand, org: Org) -> Visitor:
    return Visitor(own_stand.url).log_in(username_of(org))


def local_set(org: Org) -> str:
    return str(org.find("PermissionSet", Name="Marketing_Cloud_Connected_App")[0]["Id"])


def holders(org: Org) -> set[str]:
    return {row["AssigneeId"] for row in org.find("PermissionSetAssignment", PermissionSetId=local_set(org))}


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Marketing Cloud Connected App", "Marketing_Cloud_Connected_App"),
        ("3 teams", "X3_teams"),
        ("  a--b  ", "a_b"),
    ],
)
def test_the_api_name_is_made_from_the_label(label: str, name: str) -> None:
    assert generated_name(label) == name


def test_a_taken_name_is_refused_on_the_page(visitor: Visitor) -> None:
    visitor.open("/lightning/setup/PermSets/new")
    visitor.press("Save", expect=400, label="Marketing Cloud Connected App")
    assert "duplicate value found" in visitor.text
    assert visitor.tree.get_element_by_id("label").value == "Marketing Cloud Connected App"


def test_assigning_reports_each_person(visitor: Visitor, org: Org) -> None:
    integration = next(row for row in org.rows("User") if row["Name"] == "Data Sync Integration")
    packaged = org.find("PermissionSet", Name="ExactTarget_Integration")[0]["Id"]
    visitor.open(f"/lightning/setup/PermSets/{packaged}/PermissionSetAssignment/add")
    visitor.press("Assign", user=[org.admin_id, integration["Id"]])
    assert "Ana Ruiz Success" in visitor.text
    assert "Data Sync Integration Failed" in visitor.text
    assert "user license doesn't allow" in visitor.text


def test_inactive_people_are_not_offered(visitor: Visitor, org: Org) -> None:
    visitor.open(f"/lightning/setup/PermSets/{local_set(org)}/PermissionSetAssignment/add")
    assert "Tom Becker" not in visitor.text
    assert "Ivy Chambers" in visitor.text


def test_search_finds_one_of_thousands(own_stand: Stand) -> None:
    org = create(own_stand.world, "large", name="Large pages", people=3_000)
    visitor = Visitor(own_stand.url).log_in(username_of(org)).open("/005")
    assert "Only the first 100" in visitor.text
    visitor.press("Search", q="mc.connect")
    assert len(visitor.tree.xpath("//main//tbody/tr")) == 1


def test_removing_an_assignment(visitor: Visitor, org: Org) -> None:
    before = holders(org)
    visitor.open(f"/lightning/setup/PermSets/{local_set(org)}/PermissionSetAssignment/home")
    boxes = visitor.tree.xpath("//input[@name='assignment']/@value")
    assert len(boxes) == len(before)
    visitor.press("Remove Assignments", assignment=[boxes[0]])
    assert len(holders(org)) == len(before) - 1


def test_a_users_page_changes_permission_sets_both_ways(visitor: Visitor, org: Org) -> None:
    visitor.open(f"/{org.admin_id}").press("Save Assignments", set=[local_set(org)])
    assert org.admin_id in holders(org)
    visitor.press("Save Assignments", set=[])
    assert org.admin_id not in holders(org)


def test_freeze_and_deactivate_show_in_the_data(visitor: Visitor, org: Org) -> None:
    user_id = org.connection_user_id
    visitor.open(f"/{user_id}").press("Freeze")
    assert org.find("UserLogin", UserId=user_id)[0]["IsFrozen"] is True
    visitor.press("Unfreeze").press("Deactivate")
    user = org.get(user_id)
    assert user is not None
    assert user["IsActive"] is False
    assert org.find("UserLogin", UserId=user_id)[0]["IsFrozen"] is False


def test_the_boxes_are_saved(visitor: Visitor, org: Org) -> None:
    visitor.open(f"/{org.connection_user_id}").press("Save", UserPermissionsMarketingUser=[])
    user = org.get(org.connection_user_id)
    assert user is not None
    assert user["UserPermissionsMarketingUser"] is False
    assert user["et4ae5__ExactTargetForAppExchangeUser__c"] is True
