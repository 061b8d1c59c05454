"""Other people's programs: how they are installed, started, and given a browser to sign in with."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import requests

from config.paths import BASE_DIR
from tests.npm import WITH_NODE, installed
from tests.simulator.visitor import Visitor

HERE = Path(__file__).parent
NODE, PYTHON = HERE / "node", HERE / "python"
PATIENCE = 120  # seconds for a command of somebody else's, on however slow a machine


@cache
def node_program(name: str) -> list[str]:
    """The beginning of a command: `sf`, or one of the scripts beside the lock."""
    modules = installed(NODE)
    script = modules / "@salesforce" / "cli" / "bin" / "run.js" if name == "sf" else NODE / name
    return ["node", str(script)]


@cache
def python_program(stand_in: str, name: str) -> list[str]:
    """A command of the Python clients, whose https addresses lead to the stand-in."""
    return [str(_environment()), str(PYTHON / "without_tls.py"), stand_in, name]


def _environment() -> Path:
    """The Python of an environment that holds what their lock says; it conflicts with our own."""
    folder, lock = PYTHON / ".venv", BASE_DIR / "requirements" / "clients.lock"
    stamp, digest = folder / "installed", hashlib.sha256(lock.read_bytes()).hexdigest()
    with lock.open() as alone:  # of several processes that run tests
        fcntl.flock(alone, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != digest:
            _install(folder, lock)
            stamp.write_text(digest)
    return folder / "bin" / "python"


def _install(folder: Path, lock: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    done = subprocess.run([*pip, "--require-hashes", "-r", str(lock)], capture_output=True, text=True)
    assert done.returncode == 0, f"{lock} could not be installed:\n{done.stderr}"


def run(command: Sequence[str], env: dict[str, str], folder: Path, answers: str = "") -> str:
    """What the command printed; AssertionError with all it said if it failed."""
    done = subprocess.run(
        command, env=env, cwd=folder, input=answers, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def sign_in_and_report(script: str, *arguments: str, visitor: Visitor) -> dict[str, Any]:
    """Run a script that prints an address, is told where the browser came back, and reports in JSON."""
    command = [*node_program(script), *arguments]
    with subprocess.Popen(
        command,
        env=WITH_NODE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        address = program.stdout.readline().strip()
        visitor.open(address).press("Allow")
        said, problem = program.communicate(f"{visitor.left_for}\n", timeout=PATIENCE)
    assert program.returncode == 0, problem
    found: dict[str, Any] = json.loads(said)
    return found


class OwnBrowser:
    """What a program takes for the machine's browser: it writes down the address it is to open."""

    def __init__(self, folder: Path) -> None:
        self.opened = folder / "opened"
        self.command = folder / "browser"
        self.command.write_text(
            f'#!/bin/sh\nprintf %s "$1" > "{self.opened}.new"\nmv "{self.opened}.new" "{self.opened}"\n'
        )
        self.command.chmod(0o755)

    def address(self, program: subprocess.Popen[str]) -> str:
        """The address, as soon as the program has opened it."""
        end = time.monotonic() + PATIENCE
        while not self.opened.exists():
            assert time.monotonic() < end, "the program opened no browser"
            assert program.poll() is None, program.communicate()
            time.sleep(0.05)
        return self.opened.read_text()


def sign_in_by_browser(
    command: Sequence[str], env: dict[str, str], folder: Path, visitor: Visitor, username: str
) -> str:
    """Run a command that opens a browser and waits for it; what it printed."""
    browser = OwnBrowser(folder)
    with subprocess.Popen(
        command,
        env=env | {"BROWSER": str(browser.command)},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        visitor.open(browser.address(program))
        visitor.press("Log In", username=username).press("Allow")
        requests.get(visitor.left_for, timeout=PATIENCE)
        said, problem = program.communicate(timeout=PATIENCE)
    assert program.returncode == 0, said + problem
    return said


@contextmanager
def alone_at(port: int) -> Iterator[None]:
    """Nobody else's tests listen there: it is written into the program."""
    with _lock_file(port).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _lock_file(port: int) -> Path:
    return Path(os.environ.get("TMPDIR", "/tmp")) / f"connect-guide-port-{port}.lock"
