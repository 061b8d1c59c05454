"""`/query?columns=true`: what the columns are, and no rows (the shape is in the tests of plugin-data)."""

from __future__ import annotations

from typing import Any

from tests.simulator.core import Api


def columns(api: Api, text: str, path: str = "query") -> dict[str, Any]:
    answer = api.send("GET", path, params={"q": text, "columns": "true"})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def names(found: list[dict[str, Any]]) -> list[Any]:
    return [
        (each["columnName"], names(each["joinColumns"])) if each["joinColumns"] else each["columnName"]
        for each in found
    ]


def test_fields_parents_and_children_are_described(api: Api) -> None:
    text = (
        "SELECT Id, Name, IsActive, Profile.Name, Profile.UserLicense.Name, "
        "(SELECT PermissionSet.Name FROM PermissionSetAssignments) FROM User"
    )
    found = columns(api, text)
    assert names(found["columnMetadata"]) == [
        "Id",
        "Name",
        "IsActive",
        ("Profile", ["Name", ("UserLicense", ["Name"])]),
        ("PermissionSetAssignments", [("PermissionSet", ["Name"])]),
    ]
    of = {each["columnName"]: each for each in found["columnMetadata"]}
    assert (of["Id"]["apexType"], of["Name"]["apexType"], of["IsActive"]["apexType"]) == (
        "Id",
        "String",
        "Boolean",
    )
    assert (of["Profile"]["aggregate"], of["PermissionSetAssignments"]["aggregate"]) == (False, True)
    assert (found["entityName"], found["idSelected"], found["keyPrefix"]) == ("User", True, "005")
    assert "records" not in found


def test_tooling_describes_its_columns_too(api: Api) -> None:
    found = columns(api, "SELECT Version FROM ConnectedApplication", "tooling/query")
    assert (names(found["columnMetadata"]), found["columnMetadata"][0]["numberType"]) == (["Version"], True)


def test_a_count_has_no_columns(api: Api) -> None:
    assert columns(api, "SELECT count() FROM User")["columnMetadata"] == []


def test_a_wrong_query_is_refused_all_the_same(api: Api) -> None:
    answer = api.send("GET", "query", params={"q": "SELECT Nope FROM User", "columns": "true"})
    assert answer.json()[0]["errorCode"] == "INVALID_FIELD"
