"""What systemd does with our units: starts them, each as a user of its own, and again when they end."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import threading
import time
from pathlib import Path

from tests.drill.folder import Machine

FIRST_USER = 61184  # of those that systemd gives to units for as long as they run
PROCESSES = ("web", "stream", "worker", "beat")


class Service:
    def __init__(self, machine: Machine, name: str, number: int) -> None:
        text = (machine.root / f"etc/systemd/system/connect-guide-{name}.service").read_text("utf-8")
        self.name, self.user = name, FIRST_USER + number
        self.argv = shlex.split(_value(text, "ExecStart"))
        if name in ("web", "stream"):
            self.argv += ["--port", str(machine.ports[name])]
        self.log = machine.root / f"log/{name}.log"
        self.starts: list[float] = []
        self._pause, self._patience = int(_value(text, "RestartSec")), int(_value(text, "TimeoutStopSec"))
        self._folder = Path(_value(text, "WorkingDirectory"))
        own = dict(pair.split("=", 1) for pair in shlex.split(_value(text, "Environment")))
        plain = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"}
        self._environment = {**plain, **machine.read_settings(), **own}
        self._stopping = threading.Event()
        self.process = self._start()
        threading.Thread(target=self._keep, daemon=True).start()

    def _start(self) -> subprocess.Popen[bytes]:
        self.starts.append(time.monotonic())
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self.argv,
                cwd=self._folder,
                env=self._environment,
                stdout=log,
                stderr=log,
                user=self.user,
                group=self.user,
                extra_groups=[],
                umask=0o077,
                start_new_session=True,
            )

    def _keep(self) -> None:
        while True:
            status = self.process.wait()
            if self._stopping.is_set() or status == os.EX_CONFIG:
                return
            time.sleep(self._pause)
            if self._stopping.is_set():
                return
            self.process = self._start()

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)

    def stop(self) -> float:
        """Seconds that it took; it has to end by itself."""
        began = time.monotonic()
        self._stopping.set()
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(self._patience)
        return time.monotonic() - began


def _value(unit: str, name: str) -> str:
    found = re.search(rf"^{name}=(.*)$", unit, re.M)
    assert found, name
    return found[1]
