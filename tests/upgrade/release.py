"""The code of the release before, out of this repository's history.

With each release its commit is written here: what installations run then, the next one is upgraded from.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from config.paths import BASE_DIR

RELEASE_BEFORE = "aaa7657af550f2e27f03c84ffe040aadf735bd6b"


class NoHistory(Exception):
    """In words for whoever runs the tests."""


def unpack(folder: Path, commit: str = RELEASE_BEFORE) -> None:
    """Its files, as a clone of that day had them."""
    folder.mkdir(parents=True, exist_ok=True)
    archive = subprocess.run(["git", "archive", commit], cwd=BASE_DIR, capture_output=True)
    if archive.returncode:
        raise NoHistory(
            f"This clone does not have the release before ({commit[:9]}), from which an upgrade is tried: "
            f"`git fetch --unshallow`, or `git fetch origin {commit}`.\n{archive.stderr.decode()}"
        )
    subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)


def tracked(commit: str) -> list[str]:
    listed = ["git", "ls-tree", "-r", "-z", "--name-only", commit]
    names = subprocess.run(listed, cwd=BASE_DIR, check=True, capture_output=True, text=True).stdout
    return names.rstrip("\0").split("\0")
