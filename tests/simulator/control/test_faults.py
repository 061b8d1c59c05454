"""Faults by JSON and by the form on the home page."""

from __future__ import annotations

import requests

from simulator.server import Stand
from tests.simulator.core import Api
from tests.simulator.visitor import Visitor


def call(stand: Stand, method: str, path: str, body: object = None) -> requests.Response:
    return requests.request(method, stand.url + path, json=body, timeout=60)


def ask(api: Api) -> int:
    return api.send("GET", "query", params={"q": "SELECT Id FROM Organization"}).status_code


def test_a_rule_is_added_read_and_removed(faulty: Stand, api: Api) -> None:
    body = {"fault": "server_unavailable", "kind": "query", "org": api.org.id, "every": 2}
    number = call(faulty, "POST", "/stand-in/faults", body).json()["id"]
    assert [ask(api) for _ in range(3)] == [503, 200, 503]
    told = call(faulty, "GET", f"/stand-in/faults/{number}").json()
    assert told == {"id": number, "seen": 3, "done": 2, "rule": body}
    assert call(faulty, "GET", "/stand-in/faults").json()["rules"] == [told]
    assert call(faulty, "DELETE", f"/stand-in/faults/{number}").status_code == 204
    assert call(faulty, "DELETE", f"/stand-in/faults/{number}").status_code == 404
    assert call(faulty, "GET", f"/stand-in/faults/{number}").status_code == 404
    assert ask(api) == 200


def test_all_faults_end_at_once_and_the_controls_answer_meanwhile(faulty: Stand, api: Api) -> None:
    call(faulty, "POST", "/stand-in/faults", {"fault": "unavailable"})
    call(faulty, "POST", "/stand-in/latency", {"ms": 1})
    assert call(faulty, "GET", "/stand-in/faults").json()["latency_ms"] == 1
    assert ask(api) == 503
    assert call(faulty, "DELETE", "/stand-in/faults").status_code == 204
    assert call(faulty, "GET", "/stand-in/faults").json() == {"latency_ms": 0, "rules": []}
    assert ask(api) == 200


def test_a_latency_that_makes_no_sense_is_refused(faulty: Stand) -> None:
    for wrong in ({}, {"ms": -1}, {"ms": True}, {"ms": "1"}, {"ms": 10**9}):
        assert call(faulty, "POST", "/stand-in/latency", wrong).status_code == 400


def test_a_fault_is_switched_on_and_off_on_the_home_page(faulty: Stand, api: Api) -> None:
    home = Visitor(faulty.url).open("/")
    assert "Everything answers as it should." in home.text
    home.press("Switch on", fault="limit_reached", fault_kind="read", org=api.org.id, times="2")
    home.open("/")
    assert "limit_reached (org" in home.text
    assert [ask(api) for _ in range(3)] == [403, 403, 200]
    home.open("/").press("Switch off")
    home.open("/").press("Switch on", fault="limit_reached")
    assert ask(api) == 403
    home.open("/").press("Switch all off")
    assert ask(api) == 200


def test_the_form_says_what_is_wrong(faulty: Stand) -> None:
    home = Visitor(faulty.url).open("/").press("Switch on", expect=400, fault="slow", seconds="9999")
    assert "seconds are between" in home.text
