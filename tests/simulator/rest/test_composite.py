"""Many requests in one call."""

from __future__ import annotations

from typing import Any

from tests.simulator.core import Api, errors

SET = {"Name": "MC", "Label": "M C"}


def test_references_reach_into_earlier_answers(api: Api) -> None:
    person = {"attributes": {"type": "PermissionSetAssignment"}, "AssigneeId": api.user_id}
    people = {"allOrNone": False, "records": [person | {"PermissionSetId": "@{newSet.id}"}]}
    made, assigned, grant, seen, read = api.composite(
        api.part("POST", "sobjects/PermissionSet", "newSet", SET),
        api.part("POST", "composite/sobjects", "people", people),
        api.part(
            "POST",
            "sobjects/SetupEntityAccess",
            "g",
            {"ParentId": "@{newSet.id}", "SetupEntityId": api.org.app_id},
        ),
        api.part("GET", "query?q=SELECT+ParentId+FROM+SetupEntityAccess+WHERE+Id='@{g.id}'", "seen"),
        api.part("GET", "sobjects/PermissionSet/@{seen.records[0].ParentId}?fields=Name", "read"),
    )
    assert [each["httpStatusCode"] for each in (made, grant, seen, read)] == [201, 201, 200, 200]
    assert assigned["body"][0]["success"]
    assert made["httpHeaders"]["Location"].endswith(made["body"]["id"])
    assert seen["body"]["records"][0]["ParentId"] == made["body"]["id"]
    assert read["body"]["Name"] == "MC"


def test_what_depends_on_a_failure_is_halted_and_the_rest_goes_on(api: Api) -> None:
    bad, halted, good = api.composite(
        api.part("POST", "sobjects/PermissionSet", "newSet", {"Name": "1", "Label": "x"}),
        api.part(
            "POST",
            "sobjects/SetupEntityAccess",
            "g",
            {"ParentId": "@{newSet.id}", "SetupEntityId": api.org.app_id},
        ),
        api.part("POST", "sobjects/PermissionSet", "other", SET),
    )
    assert bad["httpStatusCode"] == 400
    assert halted["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert good["httpStatusCode"] == 201


def test_all_or_none_takes_everything_back(api: Api) -> None:
    before = {name: list(rows) for name, rows in api.org.tables.items()}
    first, second, third = api.composite(
        api.part("POST", "sobjects/PermissionSet", "one", SET),
        api.part("POST", "sobjects/PermissionSet", "two", SET),
        api.part("GET", "limits", "three"),
        all_or_none=True,
    )
    assert [first["body"][0]["errorCode"], third["body"][0]["errorCode"]] == ["PROCESSING_HALTED"] * 2
    assert second["body"][0]["errorCode"] == "DUPLICATE_DEVELOPER_NAME"
    assert {name: list(rows) for name, rows in api.org.tables.items()} == before


def test_the_limits_of_a_composite(api: Api) -> None:
    def send(count: int, path: str) -> int:
        parts = [api.part("GET", path, f"r{index}") for index in range(count)]
        return api.send("POST", "composite", json={"compositeRequest": parts}).status_code

    query = "query?q=SELECT+Id+FROM+Profile"
    assert send(25, "sobjects/Profile") == 200
    assert send(26, "sobjects/Profile") == 400
    assert send(5, query) == 200
    assert send(6, query) == 400


def test_references_must_be_named_once_and_plainly(api: Api) -> None:
    for names in (("a", "a"), ("a-b", "c"), ("", "c")):
        parts = [api.part("GET", "limits", name) for name in names]
        assert errors(api.send("POST", "composite", json={"compositeRequest": parts})) == [
            "JSON_PARSER_ERROR"
        ]


def test_a_composite_holds_no_composite(api: Api) -> None:
    (answer,) = api.composite(api.part("POST", "composite", "inner", {"compositeRequest": []}))
    assert answer["httpStatusCode"] == 400


def test_a_failing_query_leaves_the_others_alone(api: Api) -> None:
    bad, good = api.composite(
        api.part("GET", "query?q=SELECT+Id+FROM+Cats", "bad"),
        api.part("GET", "query?q=SELECT+Id+FROM+Profile", "good"),
    )
    assert bad["body"][0]["errorCode"] == "INVALID_TYPE"
    assert good["body"]["totalSize"] == 5


def test_a_composite_of_the_tooling_api_holds_nothing_else(api: Api) -> None:
    ours, other = "tooling/query?q=SELECT+Metadata+FROM+SecuritySettings", "query?q=SELECT+Id+FROM+Profile"

    def send(*paths: str) -> Any:
        parts = [api.part("GET", path, f"r{index}") for index, path in enumerate(paths)]
        return api.send("POST", "tooling/composite", json={"compositeRequest": parts})

    (answer,) = send(ours).json()["compositeResponse"]
    assert "sessionSettings" in answer["body"]["records"][0]["Metadata"]
    assert send(ours, other).status_code == 400
