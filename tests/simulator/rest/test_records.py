"""Records over REST: create, read, change, delete, describe."""

from __future__ import annotations

import pytest

from tests.simulator.core import Api, errors


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
