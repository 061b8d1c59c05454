"""Switches about permission sets, their assignments, and refusals of the API."""

from __future__ import annotations

import pytest

from simulator.errors import ApiError
from simulator.org.store import Org
from simulator.scenarios import create
from simulator.server import Stand
from tests.simulator.core import Api, errors
from tests.simulator.people import new_set, person_without
from tests.simulator.visitor import Visitor, username_of


def refusal(org: Org, user_id: str, set_id: str) -> ApiError:
    with pytest.raises(ApiError) as caught:
        org.insert(
            "PermissionSetAssignment", {"AssigneeId": user_id, "PermissionSetId": set_id}, org.admin_id
        )
    return caught.value


@pytest.mark.parametrize("separator", [";", ","])
def test_the_separator_in_the_text_of_a_duplicate_assignment(org: Org, separator: str) -> None:
    org.switches.change(duplicate_assignment_separator=separator)
    set_id = new_set(org)
    org.insert(
        "PermissionSetAssignment", {"AssigneeId": org.admin_id, "PermissionSetId": set_id}, org.admin_id
    )
    assert refusal(org, org.admin_id, set_id).message == (
        f"Duplicate PermissionSetAssignment. Assignee: {org.admin_id[:15]}{separator} "
        f"Permission Set: {set_id[:15]}"
    )


REASON = "The user license doesn't allow the permission: Read Campaigns"
WHOLE = 'Can\'t assign permission set "Marketing Cloud Connector" to user "Data Sync Integration". ' + REASON


@pytest.mark.parametrize(("form", "text"), [("short", REASON), ("long", WHOLE)])
def test_the_text_of_a_licence_that_does_not_fit(own_stand: Stand, form: str, text: str) -> None:
    org = create(own_stand.world, "fresh", name=f"Licence text {form}", people=0)
    org.switches.change(licence_mismatch_text=form)
    (packaged,) = org.find("PermissionSet", Name="ExactTarget_Integration")
    person = next(row for row in org.rows("User") if row["Name"] == "Data Sync Integration")
    error = refusal(org, person["Id"], packaged["Id"])
    assert (error.code, error.message) == ("FIELD_INTEGRITY_EXCEPTION", text)
    # On the page it is the whole sentence, whatever the API says.
    path = f"/lightning/setup/PermSets/{packaged['Id']}/PermissionSetAssignment/add"
    visitor = Visitor(own_stand.url).log_in(username_of(org)).open(path)
    assert WHOLE in visitor.press("Assign", user=[person["Id"]]).text


@pytest.mark.parametrize("possible", [False, True])
def test_deleting_a_set_that_is_assigned(org: Org, possible: bool) -> None:
    org.switches.change(assigned_set_can_be_deleted=possible)
    set_id = new_set(org)
    values = {"AssigneeId": org.admin_id, "PermissionSetId": set_id}
    assignment = org.insert("PermissionSetAssignment", values, org.admin_id)
    if possible:
        org.delete("PermissionSet", set_id, org.admin_id)
        assert org.get(assignment) is None
    else:
        with pytest.raises(ApiError, match="can't delete"):
            org.delete("PermissionSet", set_id, org.admin_id)
        assert org.get(assignment) is not None


@pytest.mark.parametrize("status", [403, 400])
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("INSUFFICIENT_ACCESS_OR_READONLY", "object id"),
        ("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "cross-reference id"),
        ("INSUFFICIENT_ACCESS", "object id"),
    ],
)
def test_the_refusal_of_a_write_without_the_right(api: Api, code: str, words: str, status: int) -> None:
    api.org.switches.change(missing_write_right_code=code, missing_write_right_status=status)
    person = api.as_user(person_without(api.org, "ManageProfilesPermissionsets"))
    answer = person.send("POST", "sobjects/PermissionSet", json={"Name": "No", "Label": "No"})
    assert (answer.status_code, errors(answer)) == (status, [code])
    assert answer.json()[0]["message"] == f"insufficient access rights on {words}"


@pytest.mark.parametrize("possible", [False, True])
def test_tooling_may_take_a_grant(api: Api, possible: bool) -> None:
    api.org.switches.change(tooling_setup_entity_access_write=possible)
    body = {"ParentId": new_set(api.org), "SetupEntityId": api.org.app_id}
    answer = api.send("POST", "tooling/sobjects/SetupEntityAccess", json=body)
    assert answer.status_code == (201 if possible else 404)
    assert len(list(api.org.rows("SetupEntityAccess"))) == int(possible)


@pytest.mark.parametrize("refused", [False, True])
def test_setup_and_other_objects_in_one_transaction(api: Api, refused: bool) -> None:
    api.org.switches.change(mixed_dml_error=refused)
    row = api.org.add("et4ae5__Configuration__c", Name="000", OwnerId=api.org.admin_id)
    parts = [
        api.part("POST", "sobjects/PermissionSet", "a", {"Name": "Mixed", "Label": "Mixed"}),
        api.part("PATCH", f"sobjects/et4ae5__Configuration__c/{row}", "b", {"et4ae5__Username__c": "x"}),
    ]
    body = {"allOrNone": True, "compositeRequest": parts}
    answer = api.send("POST", "composite", json=body)
    assert answer.status_code == (400 if refused else 200)
    assert len(api.org.find("PermissionSet", Name="Mixed")) == int(not refused)
    if refused:
        assert errors(answer) == ["MIXED_DML_OPERATION"]
        assert api.send("POST", "composite", json=body | {"allOrNone": False}).status_code == 200


def test_an_edition_without_api_says_so(api: Api) -> None:
    api.org.switches.change(api_enabled=False)
    answer = api.send("GET", "sobjects")
    assert (answer.status_code, errors(answer)) == (403, ["API_DISABLED_FOR_ORG"])
    assert answer.json()[0]["message"] == "The REST API is not enabled for this Organization."


def test_headers_beyond_16384_bytes_are_431(api: Api) -> None:
    answer = api.send("GET", "", headers={"X-Long": "x" * 16_384})
    assert answer.status_code == 431
