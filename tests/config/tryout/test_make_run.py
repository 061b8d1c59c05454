"""The whole try-out, started and stopped as a person does it."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator

import psutil
import pytest
import requests

from tests.waiting import eventually
from tests.whole_app import WholeApp, installed

PATIENCE = 60  # seconds; what hangs is noticed, a busy machine is slow


@pytest.fixture(scope="module")
def shared() -> Iterator[WholeApp]:
    with installed() as app:
        yield app


@pytest.fixture
def tryout(shared: WholeApp) -> WholeApp:
    """Running: the one of the test before, if there was one and it left it so."""
    if shared.process is None or shared.process.poll() is not None:
        shared.start()
    return shared


@pytest.fixture
def never_started() -> Iterator[WholeApp]:
    with installed() as app:
        yield app


def gone(processes: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE)
    return all(each.status() == psutil.STATUS_ZOMBIE for each in alive if each.is_running())


def sign_in(url: str) -> requests.Response:
    browser = requests.Session()
    page = browser.get(f"{url}/account/login/", timeout=PATIENCE).text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    data = {"csrfmiddlewaretoken": token[1], "email": "dana.whitfield@brightpath.example"}
    return browser.post(f"{url}/team/demo-sign-in/", data, headers={"Referer": url}, timeout=PATIENCE)


def test_it_is_at_localhost_by_every_address_of_this_machine(tryout):
    assert f"Connect Guide is ready: {tryout.url} " in tryout.said()
    assert tryout.url.startswith("http://localhost:")
    for number in ("127.0.0.1", "[::1]"):
        asked = requests.get(
            f"{tryout.url.replace('localhost', number)}/team/?a=b", timeout=PATIENCE, allow_redirects=False
        )
        assert asked.headers["Location"] == f"{tryout.url}/team/?a=b"
        org = requests.get(
            f"{tryout.stand_in_url.replace('localhost', number)}/services/data/", timeout=PATIENCE
        )
        assert org.status_code == 200


def test_a_worker_that_dies_is_replaced_while_all_else_goes_on(tryout):
    first = tryout.child("worker")
    first.kill()
    eventually("another one", lambda: tryout.running("worker") not in (None, first))
    assert "worker ended (code -9) and is started again" in tryout.said()
    assert requests.get(f"{tryout.url}/healthz", timeout=PATIENCE).status_code == 200


def test_it_starts_stops_and_continues_where_it_was(tryout):
    assert tryout.url in tryout.said()
    answer = sign_in(tryout.url)
    assert answer.status_code == 200
    assert "Dana Whitfield" in answer.text
    assert requests.get(f"{tryout.url}/static/css/app.css", timeout=PATIENCE).status_code == 200
    family = tryout.family()
    assert len(family) >= 6
    tryout.stop(signal.SIGINT)
    assert "Stopped." in tryout.said()
    assert tryout.process.returncode == 0
    assert gone(family)
    assert not (tryout.var / "run" / "tryout.json").exists()

    tryout.start()  # again: nothing is made twice, and everyone is still there
    assert "Dana Whitfield" in sign_in(tryout.url).text
    family = tryout.family()
    second = tryout.run()
    assert second.returncode == 1
    assert "already running" in second.stderr
    refused = tryout.run("reset")
    assert refused.returncode == 1
    assert "stop it with Ctrl-C first" in refused.stderr
    tryout.stop(signal.SIGTERM)
    assert gone(family)

    assert tryout.run("reset").returncode == 0
    assert not (tryout.var / "postgresql").exists()
    assert not (tryout.var / "stand-in.json").exists()


def test_with_debug_off_it_asks_for_real_keys(never_started):
    never_started.environment["DEBUG"] = "0"
    done = never_started.run()
    assert done.returncode == 1
    assert "these environment variables are missing" in done.stderr
    assert "SECRET_KEY   make one with" in done.stderr


def test_a_database_that_does_not_answer_is_said_and_nothing_is_left_running(never_started, free_port):
    never_started.environment["DATABASE_URL"] = f"postgres://x@127.0.0.1:{free_port()}/x"
    done = never_started.run()
    assert done.returncode == 1
    assert "`manage.py demo --migrate` failed" in done.stderr
    assert "refused" in done.stderr
