"""Prepare a machine: the virtual environment, and a browser for the tests. Standard library only.

Run as a file by the Makefile with the system's Python, before anything is installed:
`python3 -I config/bootstrap.py {tryout,dev,chromium}`.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
from ctypes.util import find_library
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
VENV = BASE_DIR / ".venv"
PYTHON = VENV / "bin" / "python"
# An environment for tests holds everything that the try-out needs.
SATISFIED_BY = {"tryout": ("tryout", "dev"), "dev": ("dev",)}


# -P: not what lies in the folder where it is called.
COMMAND = """#!/bin/sh
# Written by config/bootstrap.py.
PYTHONPATH={root} exec {python} -P -m cli "$@"
"""


class Failed(Exception):
    """Why it can't go on, in words for the person at the terminal."""


def main(target: str) -> int:
    try:
        if target == "chromium":
            need_chromium()
        else:
            make_environment()
            install(target)
            write_command()
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped before everything was installed: the next time goes on from here.", file=sys.stderr)
        return 130
    return 0


def make_environment() -> None:
    if sys.version_info < (3, 11):
        raise Failed(
            f"Connect Guide needs Python 3.11 or newer, this is {sys.version.split()[0]}: "
            "name another one with `make PYTHON=python3.12 ...`."
        )
    if works(PYTHON):
        return
    print("Making a virtual environment in .venv ...", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip()
        if "ensurepip" in said or "No module named venv" in said:
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            raise Failed(
                "This Python has no `venv` module. On Debian and Ubuntu: "
                f"`apt-get install python{version}-venv`, then try again."
            )
        raise Failed(f"The virtual environment could not be made:\n{said}")


def works(python: Path) -> bool:
    """A folder that was moved, or whose Python is gone, has a file there that doesn't run."""
    try:
        return subprocess.run([str(python), "-c", "import pip"], capture_output=True).returncode == 0
    except OSError:
        return False


def install(target: str) -> None:
    if any(stamp(name).exists() and stamp(name).read_text() == digest(name) for name in SATISFIED_BY[target]):
        return
    print("Installing the locked dependencies (a minute or two the first time) ...", flush=True)
    lock = BASE_DIR / "requirements" / f"{target}.lock"
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*pip, "--require-hashes", "-r", str(lock)], stderr=subprocess.PIPE, text=True)
    if done.returncode:
        reasons = [line for line in done.stderr.splitlines() if not line.startswith("WARNING:")]
        raise Failed(
            "\n".join(reasons[-10:])
            + f"\nThe dependencies of requirements/{lock.name} could not be installed, "
            "pip's reason is above. Check the network connection (or pip's index settings) and try again."
        )
    stamp(target).write_text(digest(target))


def write_command() -> None:
    """`.venv/bin/connect-guide`: this folder is not installed as a package, so pip writes no such command."""
    said = COMMAND.format(root=shlex.quote(str(BASE_DIR)), python=shlex.quote(str(PYTHON)))
    path = VENV / "bin" / "connect-guide"
    if path.exists() and path.read_text() == said:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text(said)
    fresh.chmod(0o755)
    fresh.replace(path)  # at no moment half of it: others may be running it


def stamp(target: str) -> Path:
    return VENV / f"installed-{target}"


def digest(target: str) -> str:
    return hashlib.sha256((BASE_DIR / "requirements" / f"{target}.lock").read_bytes()).hexdigest()


def need_chromium() -> None:
    """The tests need Chromium, gettext and Pango: installed by apt where we may, else asked for."""
    missing = []
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        missing.append("chromium")
    if not shutil.which("xgettext"):
        missing.append("gettext")
    if not find_library("pangoft2-1.0"):  # lays out the report's PDF
        missing.append("libpangoft2-1.0-0")
    if not missing:
        return
    names = " ".join(missing)
    if not shutil.which("apt-get") or os.geteuid() != 0:
        raise Failed(
            f"The tests need {' and '.join(missing)}, and that is not installed. "
            f"On Debian: `sudo apt-get install {names}`, then try again."
        )
    print(f"Installing {' and '.join(missing)} for the tests ...", flush=True)
    apt = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *missing]):
        if subprocess.run(["apt-get", "-qq", *command], env=apt, stdout=subprocess.DEVNULL).returncode:
            raise Failed(f"{names} could not be installed: apt-get's reason is above.")


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in {*SATISFIED_BY, "chromium"}:
        sys.exit("usage: bootstrap.py tryout|dev|chromium")
    sys.exit(main(sys.argv[1]))
