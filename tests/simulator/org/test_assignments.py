"""Who may get a permission set, and what is said when not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator.clock import stamp
from simulator.errors import ApiError
from simulator.org.store import Org
from tests.simulator.core import add_user, select


def give(org: Org, user_id: str, set_name: str, **values: str) -> str:
    (held,) = org.find("PermissionSet", Name=set_name)
    wanted = {"AssigneeId": user_id, "PermissionSetId": held["Id"]} | values
    return org.insert("PermissionSetAssignment", wanted, org.admin_id)


def refused(org: Org, user_id: str, set_name: str, **values: str) -> ApiError:
    with pytest.raises(ApiError) as caught:
        give(org, user_id, set_name, **values)
    return caught.value


def test_an_integration_user_can_not_hold_a_set_with_campaigns(org: Org) -> None:
    robot = add_user(org, "Data Loader", "Salesforce API Only System Integrations")
    error = refused(org, robot, "ExactTarget_Integration")
    assert (error.code, error.fields) == ("FIELD_INTEGRITY_EXCEPTION", ["PermissionSetId"])
    assert error.message == "The user license doesn't allow the permission: Read Campaigns"
    org.insert("PermissionSet", {"Name": "Plain", "Label": "Plain"}, org.admin_id)
    give(org, robot, "Plain")


def test_a_set_bound_to_another_licence_is_refused(org: Org) -> None:
    platform = org.find("UserLicense", Name="Salesforce Platform")[0]["Id"]
    org.insert("PermissionSet", {"Name": "Plat", "Label": "Plat", "LicenseId": platform}, org.admin_id)
    assert refused(org, org.admin_id, "Plat").code == "FIELD_INTEGRITY_EXCEPTION"


def test_inactive_people_and_unknown_ids_are_refused(org: Org) -> None:
    gone = add_user(org, "Old Hand", IsActive=False)
    assert refused(org, gone, "DMTracking").code == "INACTIVE_OWNER_OR_USER"
    assert refused(org, "005000000000000AAA", "DMTracking").code == "INVALID_CROSS_REFERENCE_KEY"
    wrong = refused(org, org.app_id, "DMTracking")
    assert (wrong.code, wrong.message) == (
        "MALFORMED_ID",
        f"Assignee ID: id value of incorrect type: {org.app_id}",
    )


def test_an_assignment_runs_out(org: Org) -> None:
    give(org, org.admin_id, "DMTracking", ExpirationDate=stamp(org.clock.now() + timedelta(hours=1)))
    text = "SELECT IsActive FROM PermissionSetAssignment WHERE ExpirationDate != null"
    assert [row["IsActive"] for row in select(org, text)] == [True]
    org.clock.offset = timedelta(hours=2)
    assert [row["IsActive"] for row in select(org, text)] == [False]
    late = stamp(org.clock.now() - timedelta(minutes=1))
    assert refused(org, org.admin_id, "ExactTarget_Integration", ExpirationDate=late).fields == [
        "ExpirationDate"
    ]


def test_a_package_seat_is_needed_only_where_switched_on(org: Org) -> None:
    licence = next(iter(org.rows("PackageLicense")))
    org.patch(licence["Id"], AllowedLicenses=1)
    leo = add_user(org, "Leo Park")
    org.switches.package_licence_required = True
    assert refused(org, leo, "ExactTarget_Integration").code == "PACKAGE_LICENSE_REQUIRED"
    org.insert("UserPackageLicense", {"UserId": leo, "PackageLicenseId": licence["Id"]}, org.admin_id)
    give(org, leo, "ExactTarget_Integration")
    with pytest.raises(ApiError) as caught:
        org.insert(
            "UserPackageLicense", {"UserId": org.admin_id, "PackageLicenseId": licence["Id"]}, org.admin_id
        )
    assert caught.value.code == "LICENSE_LIMIT_EXCEEDED"


def test_giving_and_taking_leave_audit_rows(org: Org) -> None:
    given = give(org, org.admin_id, "Marketing_Cloud_System_User")
    org.delete("PermissionSetAssignment", given, org.admin_id)
    rows = [(row["Action"], row["Display"]) for row in org.rows("SetupAuditTrail")][-2:]
    who = f"user Ana Ruiz (UserID: [{org.admin_id[:15]}])"
    assert rows == [
        ("PermSetAssign", f"Permission set Marketing Cloud System User: assigned to {who}"),
        ("PermSetUnassign", f"Permission set Marketing Cloud System User: unassigned from {who}"),
    ]


def test_everyone_holds_the_set_of_the_profile_and_keeps_it(org: Org) -> None:
    own, _of_package = org.find("PermissionSetAssignment", AssigneeId=org.admin_id)
    with pytest.raises(ApiError):
        org.delete("PermissionSetAssignment", own["Id"], org.admin_id)
