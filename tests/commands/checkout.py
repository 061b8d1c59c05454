"""What git tracks in a folder of its own, with this environment: there a command may write."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from config.paths import BASE_DIR
from tests.whole_app import without_ours

BIN = Path(sys.executable).parent


def copied_to(folder: Path) -> Path:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=BASE_DIR, capture_output=True, check=True).stdout
    for name in tracked.decode().split("\0"):
        if name and not name.startswith(("tests/", "docs/images/")) and (BASE_DIR / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(BASE_DIR / name, folder / name)
    (folder / ".venv").symlink_to(BIN.parent)
    return folder


def make(target: str, *arguments: str, folder: Path = BASE_DIR, **settings: str) -> str:
    """`make target ARGS=...` to its end, which has to be a good one; what it said."""
    command = ["make", target, f"ARGS={' '.join(arguments)}", *(f"{k}={v}" for k, v in settings.items())]
    ended = subprocess.run(command, cwd=folder, env=without_ours(), capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr
