"""What each fault looks like to a plain HTTP client."""

from __future__ import annotations

import time
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests

from simulator.clock import parse
from simulator.fault_injection.acts import ACTS
from simulator.faults import Rule
from simulator.faults.catalogue import FAULTS
from simulator.scenarios import create
from simulator.server import Stand
from tests.simulator.core import Api, add_user, errors
from tests.simulator.visitor import Visitor

ONE_ROW = "SELECT Id FROM Organization"
SET = {"Name": "Fresh", "Label": "Fresh"}


def query(api: Api) -> requests.Response:
    return api.send("GET", "query", params={"q": ONE_ROW})


def names_of_sets(api: Api) -> list[str]:
    return [row["Name"] for row in api.org.rows("PermissionSet") if not row["IsOwnedByProfile"]]


def strike(stand: Stand, fault: str, **more: Any) -> int:
    return stand.world.faults.add(Rule(fault, **more))


def test_each_fault_of_the_catalogue_does_something() -> None:
    assert set(ACTS) == set(FAULTS)


@pytest.mark.parametrize(
    ("fault", "more", "status", "code"),
    [
        ("expired_session", {}, 401, "INVALID_SESSION_ID"),
        ("revoked_grant", {}, 401, "INVALID_SESSION_ID"),
        ("limit_reached", {}, 403, "REQUEST_LIMIT_EXCEEDED"),
        ("server_unavailable", {}, 503, "SERVER_UNAVAILABLE"),
        ("unknown_exception", {}, 500, "UNKNOWN_EXCEPTION"),
        ("refused", {"code": "INSUFFICIENT_ACCESS", "status": 403}, 403, "INSUFFICIENT_ACCESS"),
        ("old_version", {"version": "60.0"}, 404, "NOT_FOUND"),
    ],
)
def test_a_refusal_has_salesforces_shape(
    faulty: Stand, api: Api, fault: str, more: Any, status: int, code: str
) -> None:
    strike(faulty, fault, org=api.org.id, **more)
    answer = query(api)
    assert (answer.status_code, errors(answer)) == (status, [code])


def test_a_reached_limit_says_so_in_the_header(faulty: Stand, api: Api) -> None:
    strike(faulty, "limit_reached")
    assert query(api).headers["Sforce-Limit-Info"] == "api-usage=100000/100000"


@pytest.mark.parametrize(("fault", "status"), [("unavailable", 503), ("maintenance", 200)])
def test_a_page_comes_instead_of_data(faulty: Stand, api: Api, fault: str, status: int) -> None:
    strike(faulty, fault)
    answer = query(api)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<h1>" in answer.text


def test_too_many_requests_may_name_a_wait(faulty: Stand, api: Api) -> None:
    strike(faulty, "too_many", retry_after=7)
    answer = query(api)
    assert (answer.status_code, answer.headers["Retry-After"], answer.content) == (429, "7", b"")


@pytest.mark.parametrize("fault", ["invalid_json", "empty"])
def test_a_complete_answer_is_no_json(faulty: Stand, api: Api, fault: str) -> None:
    strike(faulty, fault)
    answer = query(api)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json;charset=UTF-8")
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_an_answer_of_another_shape_is_json(faulty: Stand, api: Api) -> None:
    strike(faulty, "other_shape")
    assert "records" not in query(api).json()


def test_a_truncated_answer_breaks_off(faulty: Stand, api: Api) -> None:
    strike(faulty, "truncated")
    with pytest.raises(requests.RequestException):
        query(api)


@pytest.mark.parametrize("effect", [False, True])
def test_a_connection_breaks_before_or_after_the_write_took_effect(
    faulty: Stand, api: Api, effect: bool
) -> None:
    strike(faulty, "dropped", kind="write", effect=effect)
    with pytest.raises(requests.ConnectionError):
        api.send("POST", "sobjects/PermissionSet", json=SET)
    assert ("Fresh" in names_of_sets(api)) is effect


@pytest.mark.parametrize("effect", [False, True])
def test_no_answer_comes_before_or_after_the_write_took_effect(faulty: Stand, api: Api, effect: bool) -> None:
    strike(faulty, "timeout", kind="write", effect=effect, seconds=600)
    headers = {"Authorization": f"Bearer {api.token}"}
    with pytest.raises(requests.Timeout):
        requests.post(f"{api.url}{api.base}sobjects/PermissionSet", json=SET, headers=headers, timeout=0.5)
    assert ("Fresh" in names_of_sets(api)) is effect
    faulty.world.faults.clear()
    query(api)  # whoever waited is let go


def test_an_unknown_exception_may_come_after_the_effect(faulty: Stand, api: Api) -> None:
    strike(faulty, "unknown_exception", kind="write", effect=True)
    assert api.send("POST", "sobjects/PermissionSet", json=SET).status_code == 500
    assert "Fresh" in names_of_sets(api)


def test_an_answer_can_be_slow_by_rule_or_everywhere(faulty: Stand, api: Api) -> None:
    number = strike(faulty, "slow", seconds=0.2)
    started = time.monotonic()
    assert query(api).status_code == 200
    assert time.monotonic() - started >= 0.2
    faulty.world.faults.remove(number)
    faulty.world.faults.latency = 0.2
    started = time.monotonic()
    assert query(api).status_code == 200
    assert time.monotonic() - started >= 0.2


def test_slowness_comes_on_top_of_another_fault(faulty: Stand, api: Api) -> None:
    strike(faulty, "slow", seconds=0.1)
    strike(faulty, "limit_reached")
    started = time.monotonic()
    assert query(api).status_code == 403
    assert time.monotonic() - started >= 0.1


def test_one_of_many_assignments_meets_a_row_lock(faulty: Stand, api: Api) -> None:
    people = [add_user(api.org, f"Person {number}") for number in range(5)]
    set_id = api.org.insert("PermissionSet", SET, api.org.admin_id)
    strike(faulty, "row_lock", sobject="PermissionSetAssignment", row=3)
    records = [
        {"attributes": {"type": "PermissionSetAssignment"}, "AssigneeId": each, "PermissionSetId": set_id}
        for each in people
    ]
    rows = api.send("POST", "composite/sobjects", json={"allOrNone": False, "records": records}).json()
    assert [row["success"] for row in rows] == [True, True, False, True, True]
    assert rows[2]["errors"][0]["statusCode"] == "UNABLE_TO_LOCK_ROW"
    assert len(api.org.find("PermissionSetAssignment", PermissionSetId=set_id)) == 4


def test_a_row_lock_takes_the_whole_call_back_if_it_is_all_or_none(faulty: Stand, api: Api) -> None:
    strike(faulty, "row_lock", sobject="PermissionSet", row=2)
    parts = [
        api.part("POST", "sobjects/PermissionSet", f"set{n}", {"Name": f"Set{n}", "Label": f"Set {n}"})
        for n in range(3)
    ]
    answers = api.composite(*parts, all_or_none=True)
    assert [each["body"][0]["errorCode"] for each in answers] == [
        "PROCESSING_HALTED",
        "UNABLE_TO_LOCK_ROW",
        "PROCESSING_HALTED",
    ]
    assert not any(name.startswith("Set") for name in names_of_sets(api))


def test_a_composite_is_refused_as_a_whole(faulty: Stand, api: Api) -> None:
    strike(faulty, "composite_refused")
    answer = api.send("POST", "composite", json={"compositeRequest": []})
    assert errors(answer) == ["API_DISABLED_FOR_ORG"]
    assert query(api).status_code == 200, "other calls pass"


def test_an_older_org_names_fewer_versions(faulty: Stand, api: Api) -> None:
    strike(faulty, "old_version", version="59.0")
    versions = requests.get(f"{faulty.url}/services/data/", timeout=60).json()
    assert versions[-1]["version"] == "59.0"
    api.version = "59.0"
    assert query(api).status_code == 200


def test_the_metadata_api_faults_in_soap(faulty: Stand, api: Api) -> None:
    strike(faulty, "limit_reached", kind="soap")
    envelope = f"<e><h><sessionId>{api.token}</sessionId></h></e>"
    answer = requests.post(f"{faulty.url}/services/Soap/m/66.0", data=envelope, timeout=60)
    assert answer.status_code == 500
    assert "sf:REQUEST_LIMIT_EXCEEDED" in answer.text


@pytest.mark.parametrize(
    ("fault", "refreshes_later"), [("revoked_grant", False), ("reuse_detected", False), ("too_many", True)]
)
def test_a_refresh_that_fails_for_good_ends_the_grant(
    faulty: Stand, api: Api, fault: str, refreshes_later: bool
) -> None:
    org = create(faulty.world, "fresh", name=f"Refresh {fault}", people=0)
    visitor = Visitor(faulty.url)
    tokens = visitor.connect(org)
    number = strike(faulty, fault, kind="refresh", org=org.id)
    first = visitor.refresh(tokens["refresh_token"])
    if not refreshes_later:
        assert first.json()["error"] == "invalid_grant"
    faulty.world.faults.remove(number)
    assert (visitor.refresh(tokens["refresh_token"]).status_code == 200) is refreshes_later


def test_a_clock_that_runs_wrong_shows_in_every_time(faulty: Stand, api: Api) -> None:
    faulty.world.clock.offset = timedelta(hours=-3)
    real = time.time()
    answer = query(api)
    assert abs(parsedate_to_datetime(answer.headers["Date"]).timestamp() - real + 3 * 3600) < 60
    assert answer.headers["Date"].count(",") == 1, "one Date, not the server's own beside it"
    set_id = api.org.insert("PermissionSet", SET, api.org.admin_id)
    row = api.org.get(set_id)
    assert row is not None
    assert abs(parse(row["CreatedDate"]).timestamp() - real + 3 * 3600) < 60


def test_the_log_names_what_struck(faulty: Stand, api: Api) -> None:
    mark = faulty.world.mark()
    strike(faulty, "dropped", nth=1)
    strike(faulty, "invalid_json", nth=2)
    with pytest.raises(requests.ConnectionError):
        query(api)
    query(api)
    query(api)
    entries = faulty.world.log_since(mark)
    assert [(each.status, each.fault, each.org_id) for each in entries] == [
        (0, "dropped", api.org.id),
        (200, "invalid_json", api.org.id),
        (200, "", api.org.id),
    ]
