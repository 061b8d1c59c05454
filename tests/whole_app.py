"""The whole app as `make run` starts it: its own processes, free ports, a folder of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import redis
import requests

from config.paths import BASE_DIR
from config.tryout.checks import free_port

# What the settings would read; the try-out must make its own.
OURS = (
    "DATABASE_URL REDIS_URL SECRET_KEY TOKEN_KEYS ALLOWED_HOSTS PUBLIC_URL DEBUG LOG_LEVEL "
    "SALESFORCE_CLIENT_ID SALESFORCE_CLIENT_SECRET SALESFORCE_EXTRA_ORIGINS DJANGO_SETTINGS_MODULE"
)
START_SECONDS, STOP_SECONDS = 240, 60  # what hangs is noticed; a busy machine is slow
VALKEY = re.compile(r"valkey-server 127\.0\.0\.1:(\d+)")  # as it calls itself


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Until the process that was just started answers there."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        assert process.poll() is None, f"{process.args!r} ended with {process.returncode}"
        try:
            requests.get(address, timeout=5).raise_for_status()
            return
        except (requests.ConnectionError, requests.Timeout):
            assert time.monotonic() < deadline, f"no answer from {address}"
            time.sleep(0.1)


def without_ours() -> dict[str, str]:
    """The environment as it was before this test run made its own settings."""
    return {name: value for name, value in os.environ.items() if name not in OURS.split()}


class WholeApp:
    """A try-out of its own: our address, the stand-in's address, and what it said."""

    def __init__(self, folder: Path) -> None:
        ports = free_port(), free_port()
        self.url, self.stand_in_url = (f"http://localhost:{port}" for port in ports)
        self.var = folder / "var"
        self._said = folder / "said"
        self.environment = {**without_ours(), "PORT": str(ports[0]), "SIMULATOR_PORT": str(ports[1])}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._said.open("wb") as said:
            self.process = subprocess.Popen(
                self._command("run", "--stop-with-parent"),  # also where the tests are killed
                cwd=BASE_DIR,
                env=self.environment,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while "is ready" not in self.said():
            assert self.process.poll() is None, f"the app did not start:\n{self.said()}"
            assert time.monotonic() < deadline, f"not ready after {START_SECONDS} s:\n{self.said()}"
            time.sleep(0.1)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Another command of the try-out on the same folder, to its end."""
        command, environment = self._command(*arguments), self.environment
        return subprocess.run(command, cwd=BASE_DIR, env=environment, capture_output=True, text=True)

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "config.tryout", *arguments, "--var", str(self.var)]

    def said(self) -> str:
        """The lines at the terminal: after the first ones, only errors and deaths of its processes."""
        return self._said.read_text(encoding="utf-8", errors="replace")

    def log(self, process: str) -> str:
        """What one of its processes wrote; the try-out's e-mails are in the one of `web`."""
        return (self.var / "log" / f"{process}.log").read_text(encoding="utf-8", errors="replace")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.wait(timeout=STOP_SECONDS)

    def family(self) -> list[psutil.Process]:
        """The supervisor, its children, and PostgreSQL, which is nobody's child."""
        server = (self.var / "postgresql" / "postmaster.pid").read_text().split()[0]
        return [self._supervisor(), *self._supervisor().children(recursive=True), psutil.Process(int(server))]

    def _supervisor(self) -> psutil.Process:
        assert self.process, "it was not started"
        return psutil.Process(self.process.pid)

    def forget_limits(self) -> None:
        """How often each person did what: one test's sign-ins are not the next one's."""
        for child in self._supervisor().children(recursive=True):
            if found := VALKEY.search(" ".join(child.cmdline())):
                with redis.Redis(port=int(found[1])) as valkey:
                    for key in list(valkey.scan_iter("*limit:*")):
                        valkey.delete(key)
                return
        raise AssertionError("the process of Valkey is not there")

    # -- a slow Salesforce: the stand-in's process is held, so it takes requests and answers none

    @contextmanager
    def salesforce_hangs(self) -> Iterator[None]:
        self.hold_salesforce()
        try:
            yield
        finally:
            self.release_salesforce()

    def hold_salesforce(self) -> None:
        self._stand_in().suspend()

    def release_salesforce(self) -> None:
        self._stand_in().resume()

    def let_salesforce_work_for_a_moment(self, seconds: float = 0.04) -> None:
        self.release_salesforce()
        time.sleep(seconds)
        self.hold_salesforce()
        time.sleep(0.3)  # time for what it answered to reach a page

    def _stand_in(self) -> psutil.Process:
        return self.child("simulator")

    def child(self, argument: str) -> psutil.Process:
        """The process that was started with this argument."""
        child = self.running(argument)
        assert child, f"the process of {argument} is not there"
        return child

    def running(self, argument: str) -> psutil.Process | None:
        """The same, or None: it may have ended, or not have begun yet."""
        children = (child for child in self._supervisor().children() if child.status() != "zombie")
        return next((child for child in children if argument in child.cmdline()), None)


@contextmanager
def installed() -> Iterator[WholeApp]:
    """In a folder of its own, not started yet."""
    # Not pytest's folder: as root, PostgreSQL runs as another user and must be able to walk there.
    with tempfile.TemporaryDirectory(prefix="connect-guide-app-") as folder:
        app = WholeApp(Path(folder))
        try:
            yield app
        finally:
            app.stop()


@contextmanager
def whole_app() -> Iterator[WholeApp]:
    with installed() as app:
        app.start()
        yield app
