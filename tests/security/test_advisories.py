"""pip-audit's three ends, with a source of advisories on this machine: never is one taken for another."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.fixture_types import FreePort
from tests.security import advisories
from tests.security.advisories import State, audit, main

Knows = Callable[[dict[str, Any]], tuple[int, str]]
OLD_DJANGO = advisories.KNOWN_HOLE


def hole(name: str, number: str, fixed: str) -> dict[str, object]:
    ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": fixed}]}]
    affected = [{"package": {"name": name, "ecosystem": "PyPI"}, "ranges": ranges}]
    return {"id": number, "summary": "A hole", "affected": affected, "published": "2026-01-01T00:00:00Z"}


def answer(*holes: dict[str, Any]) -> tuple[int, str]:
    return 200, json.dumps({"vulns": list(holes)} if holes else {})


def knows_old_django(asked: dict[str, object]) -> tuple[int, str]:
    return answer(hole("django", "PYSEC-1", "4.2")) if asked == OLD_DJANGO else answer()


def knows_all(asked: dict[str, Any]) -> tuple[int, str]:
    if asked["package"]["name"] == "requests":
        return answer(hole("requests", "PYSEC-2026-7", "9.9.9"))
    return knows_old_django(asked)


def breaks_off(asked: dict[str, object]) -> tuple[int, str]:
    return knows_old_django(asked) if asked == OLD_DJANGO else (500, "sorry")


@contextmanager
def source(knows: Knows) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = knows(asked)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "some.lock"
    hashed = f"--hash=sha256:{'0' * 64}"
    path.write_text(f"django==5.2.19 \\\n    {hashed}\nrequests==2.34.2 \\\n    {hashed}\n")
    return path


def test_nothing_known_is_clean_and_says_how_much_was_asked(
    lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with source(knows_old_django) as url:
        assert main(["--url", url, "--lock", str(lock), "--required"]) == 0
    assert capsys.readouterr().out == "pip-audit: clean: no hole is known in the 2 packages of some.lock\n"


def test_a_known_hole_fails_and_is_named_with_its_repair(
    lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with source(knows_all) as url:
        assert main(["--url", url, "--lock", str(lock)]) == 1
    assert "requests 2.34.2: PYSEC-2026-7, repaired in 9.9.9" in capsys.readouterr().out


def test_a_hole_that_was_accepted_with_a_reason_is_left_out(
    lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advisories, "ACCEPTED", {"PYSEC-2026-7": "we never call it"})
    with source(knows_all) as url:
        assert audit(lock, url).state is State.CLEAN


def test_without_a_source_it_says_aloud_that_nothing_was_checked(
    lock: Path, free_port: FreePort, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"http://127.0.0.1:{free_port()}/v1/query"
    assert main(["--url", url, "--lock", str(lock)]) == 0
    assert "NOT CHECKED" in capsys.readouterr().out
    assert main(["--url", url, "--lock", str(lock), "--required"]) == 2


@pytest.mark.parametrize(
    ("knows", "why"),
    [
        (lambda asked: (200, "<html>Please sign in to the hotel</html>"), "JSONDecodeError"),
        (lambda asked: answer(), "does not know the holes of Django 3.2"),
        (lambda asked: (503, "busy"), "HTTPError"),
        (breaks_off, "broke off"),
    ],
)
def test_a_source_that_does_not_do_its_work_is_no_clean_bill(lock: Path, knows: Knows, why: str) -> None:
    with source(knows) as url:
        outcome = audit(lock, url)
    assert outcome.state is State.NOT_REACHED
    assert why in outcome.words


def test_a_source_that_is_too_slow_is_not_waited_for(lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advisories, "SECONDS", 0.1)
    with source(knows_old_django) as url:
        assert audit(lock, url).state is State.NOT_REACHED


def test_the_lock_of_the_app_is_asked_about_as_a_whole() -> None:
    """Every pinned package of it, so that "clean" speaks of all."""
    lock = advisories.ROOT / "requirements" / "app.lock"
    lines = re.findall(r"^([a-z0-9-]+)[^=\n]*==(.*)$", lock.read_text(encoding="utf-8"), re.M)
    for_some_systems_only = {name for name, rest in lines if " ; " in rest}
    asked: set[str] = set()

    def knows(question: dict[str, Any]) -> tuple[int, str]:
        asked.add(question["package"]["name"])
        return knows_old_django(question)

    with source(knows) as url:
        outcome = audit(lock, url)
    assert outcome.state is State.CLEAN
    assert len(lines) > 30
    assert {name for name, _ in lines} - asked <= for_some_systems_only
