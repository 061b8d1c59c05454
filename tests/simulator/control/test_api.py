"""The stand-in's own JSON API and home page."""

from __future__ import annotations

import pytest
import requests

from simulator.scenarios import create
from simulator.server import Stand
from tests.simulator.visitor import Visitor, username_of


def call(stand: Stand, method: str, path: str, body: object = None) -> requests.Response:
    return requests.request(method, stand.url + path, json=body, timeout=60)


def test_an_org_is_created_listed_read_and_deleted(own_stand: Stand) -> None:
    body = {
        "scenario": "half_done",
        "name": "By API",
        "is_sandbox": False,
        "people": 2,
        "switches": {"app_grant": "DUPLICATE_VALUE"},
    }
    made = call(own_stand, "POST", "/stand-in/orgs", body)
    assert made.status_code == 201
    org = made.json()
    assert (org["name"], org["is_sandbox"], org["people"], org["switches"]["app_grant"]) == (
        "By API",
        False,
        8,
        "DUPLICATE_VALUE",
    )
    assert org["users"]["admin"]["username"] == "ana.ruiz@by-api.example"
    assert org["id"] in [each["id"] for each in call(own_stand, "GET", "/stand-in/orgs").json()]
    assert call(own_stand, "GET", f"/stand-in/orgs/{org['id']}").json()["scenario"] == "half_done"
    assert call(own_stand, "DELETE", f"/stand-in/orgs/{org['id']}").status_code == 204
    assert call(own_stand, "GET", f"/stand-in/orgs/{org['id']}").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"scenario": "nonsense", "name": "x"},
        {"name": ""},
        {"name": "x", "people": -1},
        {"name": "x", "people": True},
        {"name": "x", "colour": "blue"},
        ["name"],
    ],
)
def test_nonsense_is_refused_with_a_reason(own_stand: Stand, body: object) -> None:
    answer = call(own_stand, "POST", "/stand-in/orgs", body)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_a_plain_form_of_another_site_cannot_use_it(own_stand: Stand) -> None:
    answer = requests.post(
        own_stand.url + "/stand-in/orgs",
        data='{"name": "x"}',
        headers={"Content-Type": "text/plain"},
        timeout=60,
    )
    assert answer.status_code == 400


def test_switches_change_all_or_none(own_stand: Stand) -> None:
    org = create(own_stand.world, "fresh", name="Switches", people=0)
    path = f"/stand-in/orgs/{org.id}/switches"
    changed = call(
        own_stand, "PATCH", path, {"our_app": "blocked", "refresh_token_policy_values": {"zero": [1, True]}}
    )
    assert changed.json()["our_app"] == "blocked"
    assert org.switches.refresh_token_policy_values["zero"] == [1, True]
    assert org.switches.refresh_token_policy_values["infinite"] == [None, False]
    for wrong in (
        {"our_app": "gone"},
        {"nothing": 1},
        {"rotate_refresh_tokens": 1},
        {"refresh_token_policy_values": {"zero": [1]}},
    ):
        assert call(own_stand, "PATCH", path, {"app_grant": "DUPLICATE_VALUE"} | wrong).status_code == 400
    assert org.switches.app_grant == "ok"


def test_the_log_since_a_mark_counts_api_calls(own_stand: Stand) -> None:
    org = create(own_stand.world, "fresh", name="Log", people=0)
    tokens = Visitor(own_stand.url).connect(org)
    mark = call(own_stand, "GET", "/stand-in/log").json()["mark"]
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    requests.get(
        own_stand.url + "/services/data/v66.0/query",
        {"q": "SELECT Id FROM User"},
        headers=headers,
        timeout=60,
    )
    requests.get(own_stand.url + "/services/oauth2/userinfo", headers=headers, timeout=60)
    log = call(own_stand, "GET", f"/stand-in/log?since={mark}&org={org.id}").json()
    assert log["api_calls"] == 1
    assert log["entries"][0]["queries"] == 1


@pytest.mark.parametrize(("action", "refresh_works"), [("expire", True), ("revoke", False)])
def test_tokens_are_expired_or_revoked(own_stand: Stand, action: str, refresh_works: bool) -> None:
    org = create(own_stand.world, "fresh", name="End tokens", people=0)
    visitor = Visitor(own_stand.url)
    tokens = visitor.connect(org)
    answer = call(own_stand, "POST", f"/stand-in/orgs/{org.id}/tokens", {"action": action})
    assert answer.json()["ended"] >= 1
    assert tokens["access_token"] not in own_stand.world.tokens
    assert (visitor.refresh(tokens["refresh_token"]).status_code == 200) is refresh_works
    visitor.open("/0PS")
    assert visitor.path == "/0PS", "the browser's own session is left alone"


def test_rows_show_what_really_is_in_the_org(own_stand: Stand) -> None:
    org = create(own_stand.world, "fresh", name="Rows", people=0)
    rows = call(own_stand, "GET", f"/stand-in/orgs/{org.id}/rows/User?Name=Ana Ruiz").json()
    assert [row["Id"] for row in rows] == [org.admin_id]
    assert call(own_stand, "GET", f"/stand-in/orgs/{org.id}/rows/Nothing").status_code == 404


def test_the_home_page_makes_an_org_and_opens_it(own_stand: Stand) -> None:
    visitor = (
        Visitor(own_stand.url)
        .open("/")
        .press("Create", name="From the page", scenario="live", kind="production")
    )
    org = next(org for org in own_stand.world.orgs.values() if org.name == "From the page")
    assert (org.scenario, org.is_sandbox) == ("live", False)
    visitor.log_in(username_of(org))
    assert "From the page" in visitor.text


def test_the_home_page_says_what_is_missing(own_stand: Stand) -> None:
    visitor = Visitor(own_stand.url).open("/").press("Create", expect=400, name=" ", scenario="fresh")
    assert "Give the org a name" in visitor.text


def test_switches_are_saved_from_the_page(own_stand: Stand) -> None:
    org = create(own_stand.world, "fresh", name="Switch page", people=0)
    visitor = Visitor(own_stand.url).open(f"/stand-in/orgs/{org.id}/switches.html")
    visitor.press("Save", our_app="not_approved", rotate_refresh_tokens=[], api_limit="500")
    assert (org.switches.our_app, org.switches.rotate_refresh_tokens, org.switches.api_limit) == (
        "not_approved",
        False,
        500,
    )
    visitor.open(f"/stand-in/orgs/{org.id}/switches.html").press("Save", expect=400, api_limit="many")
    assert "whole number" in visitor.text
