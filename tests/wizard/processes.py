"""Real processes of ours in tests: a worker, beat, the stream. Each is ended by its own id."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SERVE = [sys.executable, "-m", "config.serve"]


@contextmanager
def process(
    command: list[str], env: dict[str, str], log: Path, folder: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """In this folder, or here."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            command, cwd=folder, env=env, stdout=output, stderr=output, start_new_session=True
        )
        try:
            yield child
        finally:
            kill(child)


def kill(child: subprocess.Popen[bytes]) -> None:
    """SIGKILL: it can't tidy up after itself."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
    child.wait(60)


def worker(env: dict[str, str], folder: Path, name: str) -> Any:
    env = {**env, "WORKER_THREADS": "4", "LOG_LEVEL": "INFO"}
    return process([*SERVE, "worker", "--name", f"{name}@test"], env, folder / f"{name}.log")


def beat(env: dict[str, str], folder: Path) -> Any:
    return process([*SERVE, "beat"], env, folder / "beat.log")
