"""Where a running `make run` can be found by commands that are started beside it.

Only addresses are written here, never a key: the file holds what the try-out made up by
itself, and what a person set in the environment stays in that person's environment.
"""

from __future__ import annotations

import json
import os
from collections.abc import MutableMapping
from pathlib import Path

from config.paths import BASE_DIR

RUNNING = BASE_DIR / "var" / "run" / "tryout.json"


def announce(values: dict[str, str], path: Path = RUNNING) -> None:
    """Write the addresses; the file's presence says that the try-out runs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(values, indent=1), encoding="utf-8")
    os.replace(fresh, path)


def withdraw(path: Path = RUNNING) -> None:
    path.unlink(missing_ok=True)


def adopt_running_tryout(environment: MutableMapping[str, str], path: Path = RUNNING) -> None:
    """Use the running try-out's addresses, unless the environment names a database itself."""
    if environment.get("DATABASE_URL") or not path.exists():
        return
    for name, value in json.loads(path.read_text(encoding="utf-8")).items():
        environment.setdefault(name, value)
