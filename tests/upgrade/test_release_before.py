"""An upgrade under way: code of two releases beside each other, on one database and one broker."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import requests

from config.paths import BASE_DIR
from config.tryout.checks import free_port
from config.tryout.children import Child
from simulator.server import running
from tests import by_forms
from tests.browser.stand_in import APP_SET, StandInOrg, new_org
from tests.by_forms import Answer, Plain
from tests.chaos.machine import Machine
from tests.chaos.road import Road, in_front
from tests.upgrade import release
from tests.waiting import eventually
from tests.whole_app import without_ours

PEOPLE = 12
CHANGES = PEOPLE + 6  # the set, on the app, and four sets of the connection user
CALL_SECONDS = 0.2


class Two:
    """A machine on which both releases can run: each process by its own code."""

    def __init__(self, var: Path, stack: ExitStack) -> None:
        stand = stack.enter_context(running())
        self.road = Road(stand.server.wsgi_app, stand.world, (CALL_SECONDS, CALL_SECONDS))
        stack.enter_context(in_front(stand, lambda app: self.road))
        self.stand_in_url = stand.url
        self.machine = Machine(var, stand.url, without_ours(), stack)
        self.old_code = var / "old"
        release.unpack(self.old_code)
        self.machine.start("valkey")

    def manage(self, code: Path, *command: str) -> None:
        argv = [sys.executable, "manage.py", *command]
        env = self.machine.environment
        done = subprocess.run(argv, cwd=code, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self, name: str, code: Path, *, port: int = 0) -> str:
        """`web` or `worker` of this code; the address of what listens."""
        argv = [sys.executable, "-m", "config.serve", name]
        if name == "web":
            argv += ["--processes", "1", "--port", str(port)]
        answers = f"http://localhost:{port}/healthz" if port else ""
        called = f"{name} of {code.name}"
        in_its_folder = ["sh", "-c", 'cd "$0" && exec "$@"', str(code), *argv]
        child = Child(
            called, in_its_folder, self.machine.environment, answers=answers, says="" if port else " ready."
        )
        self.machine.add(child)
        self.machine.start(called)
        return f"http://localhost:{port}"


@pytest.fixture
def two() -> Iterator[Two]:
    with ExitStack() as stack:
        # As root PostgreSQL runs as another user, who must be able to walk there.
        var = Path(stack.enter_context(TemporaryDirectory(prefix="connect-guide-upgrade-")))
        yield Two(var, stack)
        for log in sorted((var / "log").glob("*.log")):  # shown where the test fails
            errors = [line for line in log.read_text("utf-8").splitlines() if '"level": "error"' in line]
            print(log.name, *errors, sep="\n")


class Person:
    """One browser; its cookies are for both releases, which are at one host."""

    def __init__(self, name: str, url: str) -> None:
        self.http = requests.Session()
        self.http.trust_env = False
        self.plain = Plain(self._fetch)
        self.plain.open(f"{url}/account/login/").press(f"Sign in as {name}")

    def _fetch(self, address: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        method = "GET" if body is None else "POST"
        found = self.http.request(method, address, data=body, headers=headers, timeout=60)
        return Answer(found.status_code, found.url, found.text)

    def begin(self, url: str, org: StandInOrg) -> str:
        """As far as the plan; the address of the setup, below any of the two."""
        setup = by_forms.connect(self.plain, url, org)
        people = [str(row["Username"]) for row in org.some_people(PEOPLE)]
        by_forms.prepare(self.plain, org, setup, people, "first")
        self.see(
            f"{setup}stages/prepare/", f"Make these {CHANGES} changes for me"
        )  # of the read after the choices
        return setup.removeprefix(url)

    def see(self, address: str, words: str) -> None:
        eventually(
            lambda: f"{words} on {address}: {self.plain.words()}",
            lambda: self.plain.open(address).shows(words),
            pause=0.3,
        )


def migrations(code: Path) -> set[tuple[str, ...]]:
    return {path.relative_to(code).parts for path in code.glob("*/migrations/0*.py")}


@pytest.mark.timeout(900)
def test_work_under_way_goes_on_while_both_releases_run(two: Two) -> None:
    """Old web and worker, new tables, new worker, new web: one after the other, as on several machines."""
    machine, new = two.machine, BASE_DIR
    old_port, new_port = machine.port, free_port()
    two.manage(two.old_code, "migrate", "--no-input")
    two.manage(two.old_code, "demo")
    old_url = two.start("web", two.old_code, port=old_port)
    two.start("worker", two.old_code)
    dana = Person("Dana", old_url)
    org = new_org(two.stand_in_url, "fresh", people=PEOPLE + 60)
    setup = dana.begin(old_url, org)

    new_url = two.start("web", new, port=new_port)
    refused = dana.http.get(new_url, timeout=60)
    has_its_tables = migrations(two.old_code) == migrations(new)  # right after a release
    assert requests.get(f"{new_url}/readyz", timeout=60).json()["migrations"] is has_its_tables
    told = refused.status_code, refused.headers.get("Retry-After")
    assert told == (503, "30") or refused.ok, "a page that needs its new tables says that it has to wait"

    dana.plain.open(f"{old_url}{setup}stages/prepare/").press("Make these")
    eventually("the old worker has begun to write", lambda: two.road.writes(org.id))
    machine.kill(f"worker of {two.old_code.name}")
    two.manage(new, "migrate", "--no-input")
    machine.start("beat")  # finds the jobs of dead workers within seconds
    two.start("worker", new)
    dana.see(f"{old_url}{setup}stages/people/", "Finished at")
    assert len(org.holders(APP_SET)) == PEOPLE + 1
    assert len(set(org.holders(APP_SET))) == PEOPLE + 1, "nothing twice"

    for page in ("", "report/", "history/", "stages/policies/"):
        for url in (old_url, new_url):
            assert "/account/" not in dana.plain.open(f"{url}{setup}{page}").url, "still signed in"
    sam = Person("Sam", old_url)  # somebody who comes meanwhile writes rows by old code
    sam.plain.open(f"{new_url}{setup}")
    second = new_org(two.stand_in_url, "fresh", people=PEOPLE + 60)
    begun_by_old = dana.begin(old_url, second)  # its jobs are done by the new worker
    machine.kill(f"worker of {new.name}")
    two.start("worker", two.old_code)
    dana.plain.open(f"{new_url}{begun_by_old}stages/prepare/").press("Make these")  # and the other way round
    dana.see(f"{new_url}{begun_by_old}stages/people/", "Finished at")
    assert len(second.holders(APP_SET)) == PEOPLE + 1


def test_a_clone_without_history_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(release.NoHistory, match="git fetch --unshallow"):
        release.unpack(tmp_path, "0" * 40)
    assert os.listdir(tmp_path) == []
