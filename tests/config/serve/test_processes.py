"""Each process of an installation as it is really started: read-only code, no home, slow visitors, a stop."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import urlopen

import pytest

from config.paths import BASE_DIR
from config.serve.buffered import MOST_BYTES, Buffered
from tests.waiting import eventually
from tests.wizard.processes import process

pytestmark = pytest.mark.django_db(transaction=True)
SERVE = [sys.executable, "-m", "config.serve"]
SLOW = 200


@contextmanager
def serving(part: str, env: dict[str, str], port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with process([*SERVE, part, "--port", str(port)], env, log) as running:
        eventually(f"{part} answers: {log}", lambda: status(port, "/healthz") == 200)
        yield running


def status(port: int, path: str) -> int:
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as response:
            return int(response.status)
    except OSError as problem:
        return int(getattr(problem, "code", 0))


def test_the_ports_are_apart() -> None:
    def default(part: str) -> str:
        told = subprocess.run([*SERVE, part, "--help"], cwd=BASE_DIR, capture_output=True, text=True)
        return told.stdout.rpartition("--port PORT")[2].split()[1]

    assert (default("web"), default("stream")) == ("8000", "8002")


def test_what_is_missing_is_told_in_plain_words_and_is_not_tried_again_for_ever() -> None:
    ended = subprocess.run([*SERVE, "web"], cwd=BASE_DIR, env={}, capture_output=True, text=True)
    assert ended.returncode == os.EX_CONFIG
    assert "SECRET_KEY   make one with" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("part", ["worker", "beat"])
def test_it_needs_no_file_of_its_own(part: str, child_env: dict[str, str], tmp_path: Path) -> None:
    """No home and no folder to write to; root may write anywhere, so an empty one is looked at after."""
    log, folder = tmp_path / f"{part}.log", tmp_path / "empty"
    folder.mkdir()
    env = {**child_env, "HOME": "/nonexistent", "PYTHONPATH": str(BASE_DIR), "LOG_LEVEL": "INFO"}
    with process([*SERVE, part], env, log, folder) as running:
        words = " ready." if part == "worker" else "this scheduler is the clock"
        eventually(f"{part} has begun", lambda: words in log.read_text())
        running.send_signal(signal.SIGTERM)
        assert running.wait(60) == 0
    assert all(json.loads(line)["message"] for line in log.read_text().splitlines())
    assert list(folder.iterdir()) == []


def test_a_second_clock_stands_by_and_takes_over(child_env: dict[str, str], tmp_path: Path) -> None:
    env = {**child_env, "LOG_LEVEL": "INFO"}
    one, two = tmp_path / "one.log", tmp_path / "two.log"
    with process([*SERVE, "beat"], env, one) as first:
        eventually("the first is the clock", lambda: "is the clock" in one.read_text())
        with process([*SERVE, "beat"], env, two):
            eventually("the second stands by", lambda: "stands by" in two.read_text())
            assert "this scheduler is the clock" not in two.read_text()
            first.kill()
            eventually("it takes over", lambda: "this scheduler is the clock" in two.read_text())


def test_two_hundred_slow_visitors_leave_the_pages_answering(
    child_env: dict[str, str], free_port: Callable[[], int], tmp_path: Path
) -> None:
    port = free_port()
    asks = b"POST /account/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000\r\n"
    asks += b"Content-Type: application/x-www-form-urlencoded\r\n\r\nlogin="
    env = {**child_env, "PUBLIC_URL": f"http://localhost:{port}"}
    with serving("web", env, port, tmp_path / "web.log"), ExitStack() as slow:
        for _one in range(SLOW):
            visitor = slow.enter_context(socket.create_connection(("127.0.0.1", port)))
            visitor.sendall(asks)
        assert status(port, "/account/login/") == 200
        assert status(port, "/readyz") == 200


@pytest.mark.parametrize("part", ["web", "stream"])
def test_it_ends_in_time_and_says_nothing_but_json(
    part: str, child_env: dict[str, str], free_port: Callable[[], int], tmp_path: Path
) -> None:
    port, log = free_port(), tmp_path / "log"
    with serving(part, {**child_env, "LOG_LEVEL": "INFO"}, port, log) as running:
        running.send_signal(signal.SIGTERM)
        running.wait(60)
    lines = log.read_text().splitlines()
    assert lines
    for line in lines:
        assert json.loads(line)["level"] in {"info", "warning"}, line


def test_who_comes_in_as_it_is_asked_to_stop_does_not_hold_it(
    child_env: dict[str, str], free_port: Callable[[], int], tmp_path: Path
) -> None:
    """A browser or a proxy keeps a connection for its next request; what was just let in is let go too."""
    port, held = free_port(), []

    def come(running: subprocess.Popen[bytes]) -> None:
        while running.poll() is None:
            try:
                held.append(visitor := socket.create_connection(("127.0.0.1", port)))
                visitor.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            except OSError:  # it takes nobody any more
                return

    with serving("stream", child_env, port, tmp_path / "log") as running:
        visitors = [Thread(target=come, args=(running,)) for _each in range(4)]
        for each in visitors:
            each.start()
        eventually("many are in", lambda: len(held) > 50)
        running.send_signal(signal.SIGTERM)
        running.wait(60)
        for each in visitors:
            each.join()
    for visitor in held:
        visitor.close()
    assert "graceful shutdown exceeded" not in (tmp_path / "log").read_text()


# What waits for the slow ones, in this process


def ask(*messages: dict[str, Any], seconds: float = 1, headers: Any = ()) -> tuple[int, dict[str, Any]]:
    import asyncio

    seen: dict[str, Any] = {}
    sent: list[Any] = []
    coming = iter(messages)

    def pages(environ: dict[str, Any], start: Any) -> list[bytes]:
        seen.update(environ, body=environ["wsgi.input"].read())
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"o", b"k"]

    async def receive() -> Any:
        message = next(coming, None)
        if message is None:
            await asyncio.sleep(60)
        return message

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/ä",
        "query_string": b"a=1",
        "http_version": "1.1",
        "headers": headers,
    }
    asyncio.run(Buffered(pages, seconds=seconds)(scope, receive, send))
    return (sent[0]["status"] if sent else 0), seen


def part(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_page_gets_the_whole_of_what_was_sent() -> None:
    answer, seen = ask(part(b"a", more=True), part(b"b"), headers=[(b"x-forwarded-for", b"192.0.2.1")])
    assert (answer, seen["body"], seen["CONTENT_LENGTH"]) == (200, b"ab", "2")
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/ä"
    assert seen["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"


def test_a_header_that_a_proxy_does_not_know_can_t_pass_for_one_of_its_own() -> None:
    _answer, seen = ask(part(b""), headers=[(b"x_forwarded_for", b"192.0.2.1")])
    assert "HTTP_X_FORWARDED_FOR" not in seen


def test_what_is_too_long_or_too_slow_never_reaches_a_page() -> None:
    assert ask(part(b"x" * MOST_BYTES, more=True), part(b"x")) == (413, {})
    assert ask(part(b"a", more=True), seconds=0.05) == (408, {})
    assert ask({"type": "http.disconnect"}) == (0, {})
