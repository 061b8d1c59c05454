"""Permission sets: names, duplicates, deleting, the audit trail."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.errors import ApiError
from simulator.org.store import Org


def make(org: Org, **values: Any) -> str:
    return org.insert("PermissionSet", {"Name": "MC_App", "Label": "MC App"} | values, org.admin_id)


def refused(org: Org, **values: Any) -> ApiError:
    with pytest.raises(ApiError) as caught:
        make(org, **values)
    return caught.value


def last_audit(org: Org) -> tuple[str, str, str]:
    row = list(org.rows("SetupAuditTrail"))[-1]
    return row["Action"], row["Section"], row["Display"]


@pytest.mark.parametrize("name", ["1MC", "_MC", "MC_", "M__C", "M C", "M-C", "Mé"])
def test_names_that_break_the_rule_are_refused(org: Org, name: str) -> None:
    assert refused(org, Name=name).fields == ["Name"]


def test_a_taken_name_is_refused_by_the_switched_code(org: Org) -> None:
    first = make(org)
    error = refused(org, Name="mc_app")
    assert error.code == "DUPLICATE_DEVELOPER_NAME"
    assert first[:15] in error.message
    org.switches.duplicate_permission_set_code = "DUPLICATE_VALUE"
    assert refused(org).code == "DUPLICATE_VALUE"


def test_a_packaged_name_is_not_taken(org: Org) -> None:
    assert make(org, Name="ExactTarget_Integration")


def test_creating_leaves_the_recorded_audit_row(org: Org) -> None:
    make(org)
    assert last_audit(org) == (
        "PermSetCreateNoLicense",
        "Manage Users",
        "Created permission set MC App: with no license",
    )
    licence = org.find("UserLicense", Name="Salesforce")[0]["Id"]
    make(org, Name="Other", LicenseId=licence)
    assert last_audit(org)[0] == "PermSetCreate"


def test_a_new_set_looks_like_a_set(org: Org) -> None:
    record = org.get(make(org))
    assert record is not None
    assert (record["IsCustom"], record["IsOwnedByProfile"], record["Type"]) == (True, False, "Regular")
    assert record["CreatedById"] == org.admin_id


def test_an_assigned_set_is_not_deleted(org: Org) -> None:
    set_id = make(org)
    assignment = org.insert(
        "PermissionSetAssignment", {"AssigneeId": org.admin_id, "PermissionSetId": set_id}, org.admin_id
    )
    with pytest.raises(ApiError) as caught:
        org.delete("PermissionSet", set_id, org.admin_id)
    assert caught.value.code == "DELETE_FAILED"
    org.delete("PermissionSetAssignment", assignment, org.admin_id)
    org.delete("PermissionSet", set_id, org.admin_id)
    assert org.get(set_id) is None


def test_a_deleted_set_takes_its_app_access_along(org: Org) -> None:
    set_id = make(org)
    org.insert("SetupEntityAccess", {"ParentId": set_id, "SetupEntityId": org.app_id}, org.admin_id)
    org.delete("PermissionSet", set_id, org.admin_id)
    assert list(org.rows("SetupEntityAccess")) == []


def test_managed_and_profile_sets_are_not_changed(org: Org) -> None:
    (packaged,) = org.find("PermissionSet", Name="ExactTarget_Integration")
    with pytest.raises(ApiError) as caught:
        org.update("PermissionSet", packaged["Id"], {"Label": "Mine"}, org.admin_id)
    assert caught.value.code == "CANNOT_MODIFY_MANAGED_OBJECT"
    with pytest.raises(ApiError) as caught:
        org.delete("PermissionSet", packaged["Id"], org.admin_id)
    assert caught.value.code == "CANNOT_MODIFY_MANAGED_OBJECT"
    owned = next(row for row in org.rows("PermissionSet") if row["IsOwnedByProfile"])
    with pytest.raises(ApiError):
        org.delete("PermissionSet", owned["Id"], org.admin_id)
