"""Without a socket the stand-in answers as over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
import requests

from simulator.app import create_app
from simulator.faults import Rule
from simulator.org.store import Org
from simulator.scenarios import create
from simulator.server import Stand, running
from simulator.world import Token, World
from tests.in_process import in_process

_HOLDER = "00Dxx!AQthe.same.for.both"
_SECRETS = re.compile(r"00D\w{12}!AQ[\w.]+")


@pytest.fixture(scope="module")
def served() -> Iterator[Stand]:
    with running() as stand:
        yield stand


@pytest.fixture
def org(served: Stand) -> Org:
    made = create(served.world, "half_done", name=f"Both ways {len(served.world.orgs)}", people=2)
    served.world.tokens[_HOLDER] = Token(_HOLDER, made.id, made.admin_id)
    return made


def short_cut(served: Stand) -> AbstractContextManager[None]:
    return in_process(served.url, served.server.wsgi_app)


def both(served: Stand, org: Org, ask: Callable[[requests.Session], Any]) -> tuple[Any, Any]:
    """What `ask` brings over HTTP, and what without."""
    found = []
    for way in (nullcontext(), short_cut(served)):
        org.switches.change(api_used=0)
        with way, requests.Session() as session:
            found.append(ask(session))
    return found[0], found[1]


def told(answer: requests.Response) -> dict[str, Any]:
    """All that a client can see of an answer, but for the time and fresh secrets."""
    headers = [(name, _SECRETS.sub("...", value)) for name, value in answer.headers.items() if name != "Date"]
    return {
        "status": (answer.status_code, answer.reason, answer.ok),
        "headers": sorted(headers),
        "dated": "Date" in answer.headers,
        "set cookies": [_SECRETS.sub("...", each) for each in answer.raw.headers.getlist("Set-Cookie")],
        "cookies": sorted(cookie.name for cookie in answer.cookies),
        "body": _SECRETS.sub("...", answer.text),
        "encoding": answer.encoding,
        "address": answer.url,
        "before": [told(each) for each in answer.history],
    }


BEARER = {"Authorization": f"Bearer {_HOLDER}"}
QUERY = "SELECT Id, Name FROM User WHERE Name != 'Zoë & \"Ünal\"' ORDER BY Name"
REQUESTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "without a session": ("GET", "/services/data/", {}),
    "a query": ("GET", "/services/data/v66.0/query", {"params": {"q": QUERY}, "headers": BEARER}),
    "only the head": ("HEAD", "/services/data/v66.0/limits", {"headers": BEARER}),
    "a refusal": ("GET", "/services/data/v66.0/sobjects/Cats", {"headers": BEARER}),
    "nobody's session": ("GET", "/services/data/v66.0/limits", {}),
    "broken JSON": (
        "POST",
        "/services/data/v66.0/composite",
        {"data": "{ü", "headers": BEARER | {"Content-Type": "application/json"}},
    ),
    "a body of JSON": (
        "POST",
        "/services/data/v66.0/sobjects/PermissionSet",
        {"json": {"Name": "not a name", "Label": "Ü"}, "headers": BEARER},
    ),
    "a form": ("POST", "/services/oauth2/token", {"data": {"grant_type": "password", "note": "ü"}}),
    "a wrong method": ("DELETE", "/services/data/v66.0/limits", {"headers": BEARER}),
    "a path that is not plain": ("GET", "/%C3%BC%20x?y=%2F", {}),
    "a page": ("GET", "/login", {"params": {"startURL": "/005"}}),
    "a redirect that is followed": ("GET", "/lightning/setup/SetupOneHome/home", {}),
    "nothing there": ("GET", "/stand-in/faults/77", {}),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_every_kind_of_request_is_answered_the_same(served: Stand, org: Org, name: str) -> None:
    method, path, options = REQUESTS[name]
    over_http, without = both(
        served, org, lambda session: told(session.request(method, served.url + path, timeout=10, **options))
    )
    assert without == over_http


def test_a_browser_keeps_its_cookie_and_goes_on(served: Stand, org: Org) -> None:
    username = (org.get(org.admin_id) or {})["Username"]

    def ask(session: requests.Session) -> list[dict[str, Any]]:
        form = {"username": username, "startURL": "/005"}
        first = session.post(f"{served.url}/login", form, timeout=10)
        assert [cookie.name for cookie in session.cookies] == ["sid"]
        return [told(first), told(session.get(f"{served.url}/secur/logout.jsp", timeout=10))]

    over_http, without = both(served, org, ask)
    assert "Users" in over_http[0]["body"]
    assert without == over_http


def test_a_change_is_made_and_has_no_body(served: Stand, org: Org) -> None:
    address = f"{served.url}/services/data/v66.0/sobjects/User/{org.admin_id}"

    def ask(session: requests.Session) -> dict[str, Any]:
        return told(session.patch(address, json={"Title": "Boss"}, headers=BEARER, timeout=10))

    over_http, without = both(served, org, ask)
    assert over_http["status"][0] == 204
    assert without == over_http
    assert (org.get(org.admin_id) or {})["Title"] == "Boss"


@pytest.mark.parametrize("fault", ["dropped", "truncated", "unavailable", "invalid_json", "too_many"])
def test_faults_strike_the_same(served: Stand, org: Org, fault: str) -> None:
    def ask(session: requests.Session) -> object:
        try:
            return told(
                session.get(
                    f"{served.url}/services/data/v66.0/query", params={"q": QUERY}, headers=BEARER, timeout=10
                )
            )
        except requests.RequestException as error:
            return type(error)

    served.world.faults.add(Rule(fault, org=org.id, retry_after=7))
    try:
        over_http, without = both(served, org, ask)
    finally:
        served.world.faults.clear()
    assert without == over_http


def test_no_socket_is_needed_and_other_addresses_are_left_alone(served: Stand) -> None:
    world = World()
    with in_process("http://127.0.0.1:1", create_app(world)):
        answer = requests.get("http://127.0.0.1:1/services/data", timeout=10)
        assert answer.json()[-1]["version"] == "68.0"
        assert requests.get(f"{served.url}/services/data", timeout=10).ok
        with pytest.raises(requests.ConnectionError):
            requests.get("http://127.0.0.1:12/services/data", timeout=10)
    with pytest.raises(requests.ConnectionError):
        requests.get("http://127.0.0.1:1/services/data", timeout=10)
    assert [each.path for each in world.log_since(0)] == ["/services/data"]


def test_an_answer_can_be_streamed(served: Stand, org: Org) -> None:
    with short_cut(served), requests.get(f"{served.url}/login", stream=True, timeout=10) as answer:
        pieces = list(answer.iter_content(100))
    assert len(pieces) > 2
    assert len(b"".join(pieces)) == int(answer.headers["Content-Length"])
