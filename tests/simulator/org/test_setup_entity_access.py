"""Letting a permission set use the app."""

from __future__ import annotations

import pytest

from simulator.errors import ApiError
from simulator.org.store import Org
from tests.simulator.core import Api, errors, select


@pytest.fixture
def set_id(org: Org) -> str:
    return org.insert("PermissionSet", {"Name": "MC", "Label": "M C"}, org.admin_id)


def grant(org: Org, set_id: str, **more: object) -> str:
    return org.insert(
        "SetupEntityAccess", {"ParentId": set_id, "SetupEntityId": org.app_id} | more, org.admin_id
    )


def refused(org: Org, set_id: str, **more: object) -> ApiError:
    with pytest.raises(ApiError) as caught:
        grant(org, set_id, **more)
    return caught.value


def test_a_grant_is_found_by_type_and_app(org: Org, set_id: str) -> None:
    grant(org, set_id)
    text = (
        "SELECT Parent.Label FROM SetupEntityAccess WHERE SetupEntityType = 'ConnectedApplication' "
        f"AND SetupEntityId = '{org.app_id}'"
    )
    assert [row["Parent"]["Label"] for row in select(org, text)] == ["M C"]


def test_who_has_access_is_found_by_a_semi_join(org: Org, set_id: str) -> None:
    grant(org, set_id)
    text = (
        "SELECT Id FROM SetupEntityAccess WHERE ParentId IN (SELECT PermissionSetId FROM "
        f"PermissionSetAssignment WHERE AssigneeId = '{org.admin_id}') AND SetupEntityId = '{org.app_id}'"
    )
    assert select(org, text) == []
    org.insert(
        "PermissionSetAssignment", {"AssigneeId": org.admin_id, "PermissionSetId": set_id}, org.admin_id
    )
    assert len(select(org, text)) == 1


def test_the_type_is_not_writable(org: Org, set_id: str) -> None:
    error = refused(org, set_id, SetupEntityType="ConnectedApplication")
    assert (error.code, error.fields) == ("INVALID_FIELD_FOR_INSERT_UPDATE", ["SetupEntityType"])


def test_a_second_grant_is_a_duplicate(org: Org, set_id: str) -> None:
    grant(org, set_id)
    assert refused(org, set_id).code == "DUPLICATE_VALUE"


def test_a_managed_set_is_refused(org: Org) -> None:
    (packaged,) = org.find("PermissionSet", Name="ExactTarget_Integration")
    assert refused(org, packaged["Id"]).code == "CANNOT_MODIFY_MANAGED_OBJECT"


@pytest.mark.parametrize(
    "code", ["CANNOT_MODIFY_MANAGED_OBJECT", "INSUFFICIENT_ACCESS_OR_READONLY", "DUPLICATE_VALUE"]
)
def test_the_org_may_refuse_every_grant(org: Org, set_id: str, code: str) -> None:
    org.switches.app_grant = code
    assert refused(org, set_id).code == code
    assert list(org.rows("SetupEntityAccess")) == []


def test_wrong_ids_are_refused(org: Org, set_id: str) -> None:
    assert refused(org, set_id, SetupEntityId=set_id).fields == ["SetupEntityId"]
    assert refused(org, org.admin_id).fields == ["ParentId"]


def test_both_directions_are_in_the_audit_trail(org: Org, set_id: str) -> None:
    org.delete("SetupEntityAccess", grant(org, set_id), org.admin_id)
    rows = [(row["Action"], row["Display"]) for row in org.rows("SetupAuditTrail")][-2:]
    action = "SetupEntityAccessAudit_PermissionSet_ConnectedApplication_"
    text = "Changed permission set M C: Salesforce Marketing Cloud connected app is "
    assert rows == [(action + "Enabled", text + "enabled"), (action + "Disabled", text + "disabled")]


def test_tooling_does_not_know_it(api: Api) -> None:
    answer = api.send("POST", "tooling/sobjects/SetupEntityAccess", json={"ParentId": api.user_id})
    assert (answer.status_code, errors(answer)) == (404, ["NOT_FOUND"])
    answer = api.send("GET", "tooling/query", params={"q": "SELECT Id FROM SetupEntityAccess"})
    assert errors(answer) == ["INVALID_TYPE"]
