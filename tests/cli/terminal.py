"""A person or a pipeline at a terminal: the command as its own process, with a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection

from config import bootstrap
from tests.whole_app import without_ours
from wizard import tasks
from wizard.models import Job

PATIENCE = 240  # seconds; what hangs is noticed, on however slow a machine


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it printed."""

    end: int
    out: str
    err: str


@dataclass
class Terminal:
    command: Path
    home: Path
    more: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, typed: str = "", works: bool = False) -> Said:
        """To its end. `works`: as a worker does, beside it, whatever is queued."""
        with self.begin(*words) as process:
            if works:
                work_beside(process)
            out, err = process.communicate(typed, timeout=PATIENCE)
        return Said(process.returncode, out, err)

    def begin(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.command, *words],
            cwd=self.home,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    @property
    def environment(self) -> dict[str, str]:
        mine = {"HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home / "config")}
        return without_ours() | mine | self.more

    @property
    def kept(self) -> Path:
        return self.home / "config" / "connect-guide" / "keys.json"


def work_beside(process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        for pk in Job.objects.filter(state=Job.State.QUEUED).values_list("pk", flat=True):
            tasks.run_job(str(pk))
        time.sleep(0.05)


def write_command(folder: Path) -> Path:
    """The command as `make run` writes it, for this Python."""
    venv, python = bootstrap.VENV, bootstrap.PYTHON
    bootstrap.VENV, bootstrap.PYTHON = folder, Path(sys.executable)
    try:
        bootstrap.write_command()
    finally:
        bootstrap.VENV, bootstrap.PYTHON = venv, python
    return folder / "bin" / "connect-guide"


def database_of_this_test() -> dict[str, str]:
    """For a command that loads the app by itself."""
    address = os.environ["DATABASE_URL"].rpartition("/")[0]
    return {
        **os.environ,
        "DATABASE_URL": f"{address}/{connection.settings_dict['NAME']}",
    }
