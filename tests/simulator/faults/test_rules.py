"""Which requests a rule strikes, which of them, and how often."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from simulator.faults import BadRule, Rule
from simulator.server import Stand
from tests.simulator.core import Api, add_user, api_for, new_org

ONE_ROW = "SELECT Id FROM Organization"


def struck(api: Api, count: int) -> list[int]:
    """The numbers of those of `count` queries that were struck."""
    return [n for n in range(1, count + 1) if ask(api) != 200]


def ask(api: Api, text: str = ONE_ROW) -> int:
    return api.send("GET", "query", params={"q": text}).status_code


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, [1, 2, 3, 4, 5, 6]),
        ({"nth": 3}, [3]),
        ({"first": 3}, [3, 4, 5, 6]),
        ({"first": 2, "last": 4}, [2, 3, 4]),
        ({"every": 3}, [1, 4]),
        ({"first": 2, "every": 2}, [2, 4, 6]),
        ({"times": 2}, [1, 2]),
        ({"every": 2, "times": 2}, [1, 3]),
        ({"probability": 0.0}, []),
    ],
)
def test_occurrences_are_picked(faulty: Stand, api: Api, more: Any, expected: list[int]) -> None:
    faulty.world.faults.add(Rule("limit_reached", **more))
    assert struck(api, 6) == expected


def test_chance_is_the_same_for_the_same_seed(faulty: Stand, api: Api) -> None:
    runs = []
    for seed in (7, 7, 8):
        faulty.world.faults.clear()
        faulty.world.faults.add(Rule("limit_reached", probability=0.5, seed=seed))
        runs.append(struck(api, 20))
    assert runs[0] == runs[1] != runs[2]
    assert 0 < len(runs[0]) < 20


@pytest.mark.parametrize(
    ("more", "hits"),
    [
        ({"method": "GET"}, True),
        ({"method": "post"}, False),
        ({"path": r"/v66\.0/query$"}, True),
        ({"path": "composite"}, False),
        ({"sobject": "organization"}, True),
        ({"sobject": "User"}, False),
        ({"kind": "query"}, True),
        ({"kind": "query read rest"}, True),
        ({"kind": "query write"}, False),
        ({"kind": "tooling"}, False),
        ({"org": "00D000000000000AAA"}, False),
    ],
)
def test_a_rule_names_its_requests(faulty: Stand, api: Api, more: Any, hits: bool) -> None:
    faulty.world.faults.add(Rule("limit_reached", **more))
    assert (ask(api) != 200) is hits


def test_a_rule_can_be_about_one_org(faulty: Stand, api: Api) -> None:
    other = new_org(faulty.world)
    other_api = api_for(faulty.url, faulty.world, other, other.admin_id)
    faulty.world.faults.add(Rule("limit_reached", org=other.id))
    assert ask(api) == 200
    assert ask(other_api) == 403


def test_a_composite_reads_or_writes_by_what_is_in_it(faulty: Stand, api: Api) -> None:
    faulty.world.faults.add(Rule("limit_reached", kind="composite write"))
    read = api.part("GET", "query?q=SELECT+Id+FROM+User", "a")
    write = api.part("POST", "sobjects/PermissionSet", "b", {"Name": "A", "Label": "A"})
    for parts, status in (([read], 200), ([read, write], 403)):
        body = {"compositeRequest": parts}
        assert api.send("POST", "composite", json=body).status_code == status


@pytest.mark.parametrize(
    ("sobject", "hits"), [("PermissionSetAssignment", True), ("User", False), ("PermissionSet", False)]
)
def test_the_objects_of_a_collection_are_known(faulty: Stand, api: Api, sobject: str, hits: bool) -> None:
    faulty.world.faults.add(Rule("limit_reached", sobject=sobject, kind="collections"))
    record = {"attributes": {"type": "PermissionSetAssignment"}}
    answer = api.send("POST", "composite/sobjects", json={"records": [record]})
    assert (answer.status_code == 403) is hits


def test_the_objects_of_a_deletion_are_known_by_their_ids(faulty: Stand, api: Api) -> None:
    set_id = api.org.insert("PermissionSet", {"Name": "Gone", "Label": "Gone"}, api.org.admin_id)
    faulty.world.faults.add(Rule("limit_reached", sobject="PermissionSet"))
    assert api.send("DELETE", f"composite/sobjects?ids={set_id}").status_code == 403


def test_a_rule_can_wait_until_it_has_seen_something(faulty: Stand, api: Api) -> None:
    faulty.world.faults.add(Rule("limit_reached", kind="query", once_seen="record write", nth=1))
    assert struck(api, 2) == []
    api.send("POST", "sobjects/PermissionSet", json={"Name": "Seen", "Label": "Seen"})
    assert struck(api, 2) == [1]


def test_a_fault_strikes_only_what_it_can_happen_to(faulty: Stand, api: Api) -> None:
    faulty.world.faults.add(Rule("reuse_detected"))
    faulty.world.faults.add(Rule("row_lock"))
    number = faulty.world.faults.add(Rule("composite_refused"))
    assert ask(api) == 200
    standing = faulty.world.faults.get(number)
    assert standing is not None
    assert (standing.seen, standing.done) == (0, 0)


def test_rules_count_apart_and_the_first_that_is_due_strikes(faulty: Stand, api: Api) -> None:
    faulty.world.faults.add(Rule("limit_reached", nth=2))
    faulty.world.faults.add(Rule("server_unavailable", nth=3))
    assert [ask(api) for _ in range(4)] == [200, 403, 503, 200]


def test_row_locks_know_the_row_that_the_rule_names(faulty: Stand, api: Api) -> None:
    faulty.world.faults.add(Rule("row_lock", sobject="User", times=1))
    user = add_user(api.org, "Una Lock")
    assert api.send("PATCH", f"sobjects/User/{user}", json={"LastName": "One"}).status_code == 400
    assert api.send("PATCH", f"sobjects/User/{user}", json={"LastName": "Two"}).status_code == 204


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"fault": "nonsense"},
        {"fault": "timeout", "kind": "nonsense"},
        {"fault": "timeout", "colour": "blue"},
        {"fault": "timeout", "nth": 0},
        {"fault": "timeout", "nth": True},
        {"fault": "timeout", "nth": "1"},
        {"fault": "timeout", "seconds": -1},
        {"fault": "timeout", "probability": 2},
        {"fault": "timeout", "path": "("},
        {"fault": "timeout", "effect": 1},
        {"fault": "maintenance", "status": 99},
        {"fault": "old_version", "version": "old"},
        {"fault": "refused"},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_the_reason(faulty: Stand, raw: Any) -> None:
    with pytest.raises(BadRule):
        Rule.from_json(raw)
    answer = requests.post(f"{faulty.url}/stand-in/faults", json=raw, timeout=60)
    assert answer.status_code == 400
    assert answer.json()["error"]
