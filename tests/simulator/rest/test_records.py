"""Records over REST: create, read, change, delete, describe."""

from __future__ import annotations

import pytest

from tests.simulator.core import Api, errors


def test_a_record_is_created_read_changed_and_deleted(api: Api) -> None:
    made = api.send("POST", "sobjects/PermissionSet", json={"Name": "MC", "Label": "M C"})
    assert made.status_code == 201
    assert set(made.json()) == {"id", "success", "errors"}
    path = f"sobjects/PermissionSet/{made.json()['id']}"
    read = api.send("GET", path, params={"fields": "Label,IsCustom"}).json()
    assert read.pop("attributes") == {"type": "PermissionSet", "url": api.base + path}
    assert read == {"Label": "M C", "IsCustom": True}
    changed = api.send("PATCH", path, json={"Label": "Marketing"})
    assert (changed.status_code, changed.content) == (204, b"")
    assert api.send("GET", path).json()["Label"] == "Marketing"
    assert api.send("DELETE", path).status_code == 204
    gone = api.send("GET", path)
    assert (gone.status_code, errors(gone)) == (404, ["ENTITY_IS_DELETED"])


def test_a_change_may_be_sent_as_a_post(api: Api) -> None:
    path = f"sobjects/User/{api.user_id}"
    answer = api.send("POST", path + "?_HttpMethod=PATCH", json={"Title": "Admin"})
    assert answer.status_code == 204
    assert api.org.get(api.user_id)["Title"] == "Admin"  # type: ignore[index]


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_the_connected_application_is_read_only(api: Api, method: str) -> None:
    path = "sobjects/ConnectedApplication" + ("" if method == "POST" else f"/{api.org.app_id}")
    body = {"OptionsAllowAdminApprovedUsersOnly": True}
    answer = api.send(method, path, json=body)
    assert (answer.status_code, errors(answer)) == (405, ["METHOD_NOT_ALLOWED"])
    api.org.switches.connected_application_write_error = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
    answer = api.send(method, path, json=body)
    assert (answer.status_code, errors(answer)) == (400, ["CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"])


def test_describe_tells_what_can_be_filtered_and_written(api: Api) -> None:
    described = api.send("GET", "sobjects/LoginHistory/describe").json()
    fields = {field["name"]: field for field in described["fields"]}
    assert not fields["Application"]["filterable"]
    assert fields["UserId"]["filterable"]
    assert not described["createable"]
    grant = api.send("GET", "sobjects/SetupEntityAccess/describe").json()
    writable = {field["name"] for field in grant["fields"] if field["createable"]}
    assert writable == {"ParentId", "SetupEntityId"}
    assert not grant["updateable"]


def test_describe_of_packaged_objects_tells_whether_the_package_is_there(api: Api) -> None:
    assert api.send("GET", "sobjects/et4ae5__Configuration__c/describe").status_code == 200
    api.org.package_installed = False
    answer = api.send("GET", "sobjects/et4ae5__Configuration__c/describe")
    assert (answer.status_code, errors(answer)) == (404, ["NOT_FOUND"])
    names = {field["name"] for field in api.send("GET", "sobjects/User/describe").json()["fields"]}
    assert "et4ae5__ValidExactTargetUser__c" not in names


def test_all_objects_are_listed(api: Api) -> None:
    listed = api.send("GET", "sobjects").json()["sobjects"]
    assert {"User", "PermissionSet", "et4ae5__Configuration__c"} <= {each["name"] for each in listed}
    assert "InstalledSubscriberPackage" not in {each["name"] for each in listed}


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"Label": "A"}, "REQUIRED_FIELD_MISSING", "Required fields are missing: [Name]"),
        (
            {"Name": "A", "Label": "A", "Colour": "red"},
            "INVALID_FIELD",
            "No such column 'Colour' on sobject of type PermissionSet",
        ),
        (
            {"Name": "A", "Label": "A", "IsCustom": True},
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            "Unable to create/update fields: IsCustom",
        ),
        ({"Name": "A", "Label": "x" * 81}, "STRING_TOO_LONG", "data value too large"),
        ({"Name": "A", "Label": "A", "HasActivationRequired": "maybe"}, "JSON_PARSER_ERROR", "boolean"),
        (
            {"Name": "A", "Label": "A", "LicenseId": "nonsense"},
            "MALFORMED_ID",
            "id value of incorrect type: nonsense",
        ),
    ],
)
def test_a_bad_record_is_refused_with_the_reason(
    api: Api, body: dict[str, object], code: str, message: str
) -> None:
    answer = api.send("POST", "sobjects/PermissionSet", json=body)
    assert (answer.status_code, errors(answer)) == (400, [code])
    assert message in answer.json()[0]["message"]
