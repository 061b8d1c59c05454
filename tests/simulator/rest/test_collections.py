"""Up to 200 records in one call."""

from __future__ import annotations

from tests.simulator.core import Api, add_user, errors


def assignments(set_id: str, people: list[str]) -> list[dict[str, object]]:
    kind = {"attributes": {"type": "PermissionSetAssignment"}}
    return [kind | {"AssigneeId": person, "PermissionSetId": set_id} for person in people]


def new_set(api: Api) -> str:
    return api.org.insert("PermissionSet", {"Name": "MC", "Label": "M C"}, api.user_id)


def test_all_or_none_takes_the_good_ones_back(api: Api) -> None:
    set_id = new_set(api)
    leo, gone = add_user(api.org, "Leo Park"), add_user(api.org, "Old Hand", IsActive=False)
    body = {"allOrNone": True, "records": assignments(set_id, [leo, gone])}
    good, bad = api.send("POST", "composite/sobjects", json=body).json()
    assert set(good) == {"success", "errors"}
    assert good["errors"][0]["statusCode"] == "ALL_OR_NONE_OPERATION_ROLLED_BACK"
    assert bad["errors"][0]["statusCode"] == "INACTIVE_OWNER_OR_USER"
    assert api.org.find("PermissionSetAssignment", PermissionSetId=set_id) == []


def test_ids_are_deleted_together(api: Api) -> None:
    set_id = new_set(api)
    people = [add_user(api.org, f"P{index} Ng") for index in range(3)]
    made = api.send("POST", "composite/sobjects", json={"records": assignments(set_id, people)}).json()
    ids = [each["id"] for each in made]
    first = api.send(
        "DELETE", "composite/sobjects", params={"ids": ",".join(ids[:2]), "allOrNone": "false"}
    ).json()
    assert [each["success"] for each in first] == [True, True]
    second = api.send("DELETE", "composite/sobjects", params={"ids": ",".join(ids)}).json()
    assert [each["success"] for each in second] == [False, False, True]
    assert second[0]["errors"][0]["statusCode"] == "ENTITY_IS_DELETED"


def test_200_records_are_the_most(api: Api) -> None:
    records = assignments(new_set(api), [api.user_id] * 201)
    answer = api.send("POST", "composite/sobjects", json={"records": records})
    assert (answer.status_code, errors(answer)) == (400, ["LIMIT_EXCEEDED"])
    assert api.send("POST", "composite/sobjects", json={"records": records[:200]}).status_code == 200


def test_setup_objects_are_not_mixed_with_others(api: Api) -> None:
    set_id = new_set(api)
    grant = {"attributes": {"type": "SetupEntityAccess"}, "ParentId": set_id, "SetupEntityId": api.org.app_id}
    records = [*assignments(set_id, [api.user_id]), grant]
    answer = api.send("POST", "composite/sobjects", json={"records": records})
    assert answer.status_code == 400
    assert "feature in the Salesforce Setup area" in answer.json()[0]["message"]


def test_a_record_must_say_what_it_is(api: Api) -> None:
    answer = api.send("POST", "composite/sobjects", json={"records": [{"Name": "A"}]})
    assert errors(answer) == ["REQUIRED_FIELD_MISSING"]
