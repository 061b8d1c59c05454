"""What a signed-in person without a right can't do or see."""

from __future__ import annotations

import pytest

from simulator.errors import ApiError
from simulator.org import rights
from simulator.org.store import Org
from simulator.soql.run import run
from tests.simulator.core import Api, add_user, errors, select


@pytest.fixture
def limited(org: Org) -> str:
    return add_user(org, "Leo Park", "Standard User")


def give_right(org: Org, user_id: str, *names: str) -> None:
    """A permission set with these rights, assigned."""
    granted = {f"Permissions{name}": True for name in names}
    label = "".join(names)
    set_id = org.insert("PermissionSet", {"Name": label, "Label": label} | granted, org.admin_id)
    org.insert("PermissionSetAssignment", {"AssigneeId": user_id, "PermissionSetId": set_id}, org.admin_id)


def test_rights_come_from_the_profile_and_from_sets(org: Org, limited: str) -> None:
    assert rights.rights_of(org, limited) == {"ApiEnabled"}
    give_right(org, limited, "ViewSetup", "ManageUsers")
    assert rights.rights_of(org, limited) == {"ApiEnabled", "ViewSetup", "ManageUsers"}
    (row,) = select(
        org, "SELECT PermissionsViewSetup, PermissionsModifyAllData FROM UserPermissionAccess", limited
    )
    assert (row["PermissionsViewSetup"], row["PermissionsModifyAllData"]) == (True, False)


@pytest.mark.parametrize(
    ("sobject", "right"),
    [
        ("PermissionSet", "AssignPermissionSets"),
        ("PermissionSetAssignment", "ManageUsers"),
        ("SetupEntityAccess", "ViewSetup"),
        ("SetupAuditTrail", "ViewSetup"),
        ("UserLogin", "ManageUsers"),
        ("ConnectedApplication", "CustomizeApplication"),
        ("et4ae5__Configuration__c", "ViewAllData"),
    ],
)
def test_an_object_is_unknown_without_the_right_to_see_it(
    org: Org, limited: str, sobject: str, right: str
) -> None:
    org.switches.change(profiles_read_package=False)
    with pytest.raises(ApiError) as caught:
        run(org, f"SELECT Id FROM {sobject}", limited)
    assert caught.value.code == "INVALID_TYPE"
    org.switches.no_read_right_code = "INSUFFICIENT_ACCESS"
    with pytest.raises(ApiError) as caught:
        run(org, f"SELECT Id FROM {sobject}", limited)
    assert caught.value.code == "INSUFFICIENT_ACCESS"
    give_right(org, limited, right)
    run(org, f"SELECT Id FROM {sobject}", limited)


@pytest.mark.parametrize(
    ("sobject", "owner"), [("LoginHistory", "UserId"), ("OauthToken", "UserId"), ("AuthSession", "UsersId")]
)
def test_people_see_their_own_rows_only(org: Org, limited: str, sobject: str, owner: str) -> None:
    org.add(sobject, **{owner: limited})
    org.add(sobject, **{owner: org.admin_id})
    assert [row[owner] for row in select(org, f"SELECT {owner} FROM {sobject}", limited)] == [limited]
    assert len(select(org, f"SELECT {owner} FROM {sobject}")) == 2


def test_the_configuration_is_private(org: Org, limited: str) -> None:
    org.add("et4ae5__Configuration__c", OwnerId=org.admin_id)
    connector = org.find("PermissionSet", Name="ExactTarget_Integration")[0]["Id"]
    org.insert("PermissionSetAssignment", {"AssigneeId": limited, "PermissionSetId": connector}, org.admin_id)
    assert select(org, "SELECT Id FROM et4ae5__Configuration__c", limited) == []
    assert len(select(org, "SELECT Id FROM et4ae5__Configuration__c")) == 1


def test_describe_hides_what_a_person_can_not_see(api: Api) -> None:
    answer = api.as_user(add_user(api.org, "Leo Park", "Standard User")).send(
        "GET", "sobjects/UserLogin/describe"
    )
    assert (answer.status_code, errors(answer)) == (404, ["NOT_FOUND"])
