"""The whole try-out, started and stopped as a person does it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from config.paths import BASE_DIR

pytestmark = pytest.mark.timeout(300)  # two whole starts on a busy machine

NOT_OURS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "TOKEN_KEYS", "ALLOWED_HOSTS", "PUBLIC_URL")
SALESFORCE = ("SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET", "SALESFORCE_EXTRA_ORIGINS")


class TryOut:
    def __init__(self, var: Path, port: int, simulator_port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.var = var
        clean = {key: value for key, value in os.environ.items() if key not in NOT_OURS + SALESFORCE}
        self.environment = {**clean, "PORT": str(port), "SIMULATOR_PORT": str(simulator_port)}
        self.process: subprocess.Popen[str] | None = None

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "config.tryout", *arguments, "--var", str(self.var)]

    def start(self) -> subprocess.Popen[str]:
        self.process = subprocess.Popen(
            self.command(),
            cwd=BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout
        said = []
        for line in self.process.stdout:
            said.append(line)
            if "is ready" in line:
                assert self.url in line
                return self.process
        raise AssertionError("it ended before it was ready:\n" + "".join(said))

    def family(self) -> list[psutil.Process]:
        """The supervisor, its children, and PostgreSQL, which is nobody's child."""
        assert self.process
        own = psutil.Process(self.process.pid)
        server = (self.var / "postgresql" / "postmaster.pid").read_text().split()[0]
        return [own, *own.children(recursive=True), psutil.Process(int(server))]

    def stop(self, number: signal.Signals = signal.SIGINT) -> str:
        assert self.process
        self.process.send_signal(number)
        said, _ = self.process.communicate(timeout=30)
        return said

    def once(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            cwd=BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
        )


@pytest.fixture
def tryout(free_port) -> Iterator[TryOut]:
    # Not tmp_path: as root, PostgreSQL runs as another user and must be able to walk there.
    with tempfile.TemporaryDirectory(prefix="connect-guide-tryout-") as folder:
        one = TryOut(Path(folder), free_port(), free_port())
        try:
            yield one
        finally:
            if one.process and one.process.poll() is None:
                one.stop(signal.SIGTERM)


def gone(processes: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=5)
    return all(each.status() == psutil.STATUS_ZOMBIE for each in alive if each.is_running())


def sign_in(url: str) -> requests.Response:
    browser = requests.Session()
    page = browser.get(f"{url}/account/login/", timeout=10).text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    data = {"csrfmiddlewaretoken": token[1], "email": "dana.whitfield@brightpath.example"}
    return browser.post(f"{url}/team/demo-sign-in/", data, headers={"Referer": url}, timeout=10)


def test_it_starts_stops_and_continues_where_it_was(tryout):
    tryout.start()
    answer = sign_in(tryout.url)
    assert answer.status_code == 200
    assert "Dana Whitfield" in answer.text
    assert requests.get(f"{tryout.url}/static/css/app.css", timeout=10).status_code == 200
    family = tryout.family()
    assert len(family) >= 6
    assert "Stopped." in tryout.stop()
    assert tryout.process.returncode == 0
    assert gone(family)
    assert not (tryout.var / "run" / "tryout.json").exists()

    tryout.start()  # again: nothing is made twice, and everyone is still there
    assert "Dana Whitfield" in sign_in(tryout.url).text
    family = tryout.family()
    second = tryout.once()
    assert second.returncode == 1
    assert "already running" in second.stderr
    refused = tryout.once("reset")
    assert refused.returncode == 1
    assert "stop it with Ctrl-C first" in refused.stderr
    tryout.stop(signal.SIGTERM)
    assert gone(family)

    assert tryout.once("reset").returncode == 0
    assert not (tryout.var / "postgresql").exists()
    assert not (tryout.var / "stand-in.json").exists()


def test_a_worker_that_dies_is_replaced_while_all_else_goes_on(tryout):
    tryout.start()
    worker = next(each for each in tryout.family() if "worker" in each.cmdline())
    worker.kill()
    deadline = time.monotonic() + 20
    while not any(
        "worker" in each.cmdline() for each in tryout.family()[1:-1] if each.is_running() and each != worker
    ):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert requests.get(f"{tryout.url}/healthz", timeout=10).status_code == 200
    assert "worker ended (code -9) and is started again" in tryout.stop()


def test_a_command_beside_it_finds_its_database(tryout):
    tryout.start()
    announced = json.loads((tryout.var / "run" / "tryout.json").read_text())
    done = subprocess.run(
        [sys.executable, "manage.py", "demo"],
        cwd=BASE_DIR,
        env={**tryout.environment, **announced},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Dana Whitfield" in done.stdout
    tryout.stop()


def test_with_debug_off_it_asks_for_real_keys(tryout):
    tryout.environment["DEBUG"] = "0"
    done = tryout.once()
    assert done.returncode == 1
    assert "these environment variables are missing" in done.stderr
    assert "SECRET_KEY   make one with" in done.stderr


def test_a_database_that_does_not_answer_is_said_and_nothing_is_left_running(tryout, free_port):
    tryout.environment["DATABASE_URL"] = f"postgres://x@127.0.0.1:{free_port()}/x"
    done = tryout.once()
    assert done.returncode == 1
    assert "`manage.py migrate` failed" in done.stderr
    assert "refused" in done.stderr
