"""Servers that are away, slow, or something else than Connect Guide."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cli import server
from cli.context import server_at
from cli.ends import End, Failure
from tests.cli.terminal import Terminal

Answer = tuple[int, dict[str, str], str]
PROBLEM = {"Content-Type": "application/problem+json"}
AWAY = (
    503,
    PROBLEM | {"Retry-After": "1"},
    json.dumps({"code": "server_away", "title": "Away", "status": 503}),
)
GOOD = (200, {"Content-Type": "application/json"}, '{"items": [], "next_cursor": null}')


@contextmanager
def answering(*answers: Answer) -> Iterator[tuple[str, list[str]]]:
    """A server that gives these answers one after the other, the last one again and again."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            seen.append(f"{self.command} {self.headers.get('Idempotency-Key')} {body.decode()}")
            status, headers, text = answers[min(len(seen), len(answers)) - 1]
            if status == 0:
                self.connection.close()
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Not among the tests' own words."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{found.server_port}", seen
        finally:
            found.shutdown()


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PAUSE", 0.01)


def failure_of(call: Callable[[], object]) -> Failure:
    with pytest.raises(Failure) as found:
        call()
    return found.value


def test_a_server_that_is_not_there_is_told_at_once(bare: Terminal, free_port: Callable[[], int]) -> None:
    bare.more = {
        "CONNECT_GUIDE_SERVER": f"http://localhost:{free_port()}",
        "CONNECT_GUIDE_KEY": "cg_secret-of-the-test",
    }
    said = bare.run("orgs")
    assert (said.end, "No answer from http://localhost" in said.err) == (End.NO_SERVER, True)
    assert "secret-of-the-test" not in said.out + said.err


def test_a_server_that_has_answered_is_waited_for() -> None:
    with answering(GOOD, AWAY, (0, {}, ""), GOOD) as (address, seen):
        found = server_at(address, "cg_x")
        assert found.get("orgs")["items"] == []
        assert found.get("orgs")["items"] == []
    assert len(seen) == 4


def test_an_act_that_is_sent_once_more_keeps_its_key() -> None:
    with answering(GOOD, (0, {}, ""), AWAY, GOOD) as (address, seen):
        found = server_at(address, "cg_x")
        found.get("me")
        found.post("setups/1/apply", {"fingerprint": "f"})
    assert len(set(seen[1:])) == 1
    assert seen[1].startswith("POST ")
    assert "None" not in seen[1]


def test_what_is_no_connect_guide_says_so() -> None:
    others = [
        (200, {"Content-Type": "text/html"}, "<html>A router's page</html>"),
        (404, {"Content-Type": "text/html"}, "nothing"),
        (500, PROBLEM, "no json"),
    ]
    for other in others:
        with answering(other) as (address, _seen):
            failure = failure_of(partial(server_at(address, "cg_x").get, "me"))
            assert (failure.end, "does not answer as" in failure.message) == (End.NO_SERVER, True)


def test_a_key_is_not_carried_to_where_a_server_leads() -> None:
    with (
        answering(GOOD) as (elsewhere, theirs),
        answering((302, {"Location": elsewhere}, "")) as (address, _),
    ):
        failure = failure_of(lambda: server_at(address, "cg_x").get("me"))
        assert (failure.end, elsewhere in failure.message) == (End.NO_SERVER, True)
        assert theirs == []


def test_a_list_that_never_ends_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_PARTS", 5)
    endless = (200, GOOD[1], '{"items": [1], "next_cursor": "again"}')
    with answering(endless) as (address, seen):
        assert failure_of(lambda: list(server_at(address, "cg_x").every("orgs"))).end == End.NO_SERVER
    assert len(seen) == 5


def test_limits_are_waited_out_only_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PATIENCE", 0.05)
    problem = json.dumps({"code": "too_often", "title": "Too often.", "status": 429})
    with answering(GOOD, (429, PROBLEM | {"Retry-After": "900"}, problem)) as (address, _seen):
        found = server_at(address, "cg_x")
        found.get("me")
        failure = failure_of(lambda: found.get("me"))
    assert (failure.end, failure.code) == (End.NOT_ALL_DONE, "too_often")
