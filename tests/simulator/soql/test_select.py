"""What a query selects: fields, parents, children, counts."""

from __future__ import annotations

import pytest

from simulator.errors import ApiError
from simulator.org.store import Org
from simulator.soql.run import run
from tests.simulator.core import select


def test_names_are_found_in_any_case_and_answered_in_their_own(org: Org) -> None:
    rows = select(org, "select ID, username from user")
    assert set(rows[0]) == {"attributes", "Id", "Username"}
    assert rows[0]["attributes"]["type"] == "User"


def test_a_parents_parent_is_nested(org: Org) -> None:
    (row,) = select(org, "SELECT Profile.Name, Profile.UserLicense.Name FROM User")
    assert row["Profile"]["Name"] == "System Administrator"
    assert row["Profile"]["UserLicense"]["Name"] == "Salesforce"


def test_a_missing_parent_is_null(org: Org) -> None:
    rows = select(org, "SELECT Profile.Name FROM PermissionSet WHERE NamespacePrefix = 'et4ae5'")
    assert rows
    assert all(row["Profile"] is None for row in rows)


def test_children_come_as_a_small_answer_or_null(org: Org) -> None:
    empty = org.insert("PermissionSet", {"Name": "Empty", "Label": "Empty"}, org.admin_id)
    held = org.insert("PermissionSet", {"Name": "Held", "Label": "Held"}, org.admin_id)
    org.insert("PermissionSetAssignment", {"AssigneeId": org.admin_id, "PermissionSetId": held}, org.admin_id)
    chosen = f"Id IN ('{empty}', '{held}')"
    text = f"SELECT Name, (SELECT AssigneeId FROM Assignments) FROM PermissionSet WHERE {chosen}"
    by_name = {row["Name"]: row["Assignments"] for row in select(org, text)}
    assert by_name["Empty"] is None
    assert by_name["Held"]["totalSize"] == 1
    assert by_name["Held"]["records"][0]["AssigneeId"] == org.admin_id


def test_an_alias_may_stand_before_each_field(org: Org) -> None:
    rows = select(org, "SELECT u.Id, u.Profile.Name FROM User u WHERE u.IsActive = true")
    assert rows[0]["Profile"]["Name"] == "System Administrator"


def test_count_gives_only_a_total(org: Org) -> None:
    answer = run(org, "SELECT count() FROM Profile", org.admin_id)
    assert (answer.total, answer.rows) == (5, [])


def test_tooling_shows_more_of_the_app(org: Org) -> None:
    rows = select(org, "SELECT DeveloperName FROM ConnectedApplication", tooling=True)
    assert rows[0]["DeveloperName"] == "Salesforce_Marketing_Cloud"
    with pytest.raises(ApiError, match="No such column 'DeveloperName'"):
        run(org, "SELECT DeveloperName FROM ConnectedApplication", org.admin_id)


def test_the_installed_package_is_seen_on_tooling(org: Org) -> None:
    columns = "SubscriberPackage.NamespacePrefix, SubscriberPackageVersion.MajorVersion"
    text = f"SELECT {columns} FROM InstalledSubscriberPackage"
    (row,) = select(org, text, tooling=True)
    assert row["SubscriberPackage"]["NamespacePrefix"] == "et4ae5"
    assert row["SubscriberPackageVersion"]["MajorVersion"] == 256


def test_a_callers_rights_are_one_row(org: Org) -> None:
    (row,) = select(org, "SELECT PermissionsViewSetup, PermissionsApiUserOnly FROM UserPermissionAccess")
    assert (row["PermissionsViewSetup"], row["PermissionsApiUserOnly"]) == (True, False)


def test_what_is_used_of_a_licence_is_counted(org: Org) -> None:
    rows = select(org, "SELECT Name, UsedLicenses FROM UserLicense WHERE Name = 'Salesforce'")
    assert rows[0]["UsedLicenses"] == 1
