"""Real processes of ours in tests: a worker, beat, the stream. Each is ended by its own id."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CELERY = [sys.executable, "-m", "celery", "-A", "config"]
WORKER = [
    *CELERY,
    "worker",
    "--pool",
    "threads",
    "--concurrency",
    "4",
    "--without-gossip",
    "--without-mingle",
]


@contextmanager
def process(command: list[str], env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as output:
        child = subprocess.Popen(command, env=env, stdout=output, stderr=output, start_new_session=True)
        try:
            yield child
        finally:
            kill(child)


def kill(child: subprocess.Popen[bytes]) -> None:
    """SIGKILL: it can't tidy up after itself."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
    child.wait(10)


def worker(env: dict[str, str], folder: Path, name: str) -> Any:
    return process([*WORKER, "--hostname", f"{name}@test", "--loglevel", "INFO"], env, folder / f"{name}.log")


def beat(env: dict[str, str], folder: Path) -> Any:
    command = [*CELERY, "beat", "--schedule", str(folder / "beat"), "--pidfile=", "--loglevel", "INFO"]
    return process(command, env, folder / "beat.log")


def eventually(what: str, true: Callable[[], Any], seconds: float = 20) -> Any:
    """Wait until it is so; what it was, or a failure that says what did not happen."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := true():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {what}")
