"""The keys of this person, in their own folder: one for each server, for nobody else to read."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click

from cli.ends import End, Failure


@dataclass
class Kept:
    """Addresses of servers with their keys, and the one that is meant where none is named."""

    default: str = ""
    keys: dict[str, str] = field(default_factory=dict)


def place() -> Path:
    return Path(click.get_app_dir("connect-guide")) / "keys.json"


def read() -> Kept:
    path = place()
    try:
        with path.open(encoding="utf-8") as file:
            _refuse_open_to_others(path, os.fstat(file.fileno()))
            found = json.load(file)
    except FileNotFoundError:
        return Kept()
    except OSError as problem:
        raise Failure(End.NOT_LET_IN, f"{path} cannot be read: {problem.strerror}.") from problem
    except ValueError as problem:
        raise _not_ours(path) from problem
    return _kept(found, path)


def _refuse_open_to_others(path: Path, seen: os.stat_result) -> None:
    if os.name == "posix" and stat.S_IMODE(seen.st_mode) & 0o077:
        raise Failure(
            End.NOT_LET_IN,
            f"Others may read {path}. Revoke its keys on the account page, run `chmod 600 {path}`, "
            "then log in again.",
        )


def _kept(found: object, path: Path) -> Kept:
    if isinstance(found, Mapping):
        default, keys = found.get("default", ""), found.get("keys", {})
        if isinstance(default, str) and isinstance(keys, dict):
            return Kept(default, {str(server): str(key) for server, key in keys.items()})
    raise _not_ours(path)


def _not_ours(path: Path) -> Failure:
    return Failure(End.NOT_LET_IN, f"{path} is not as we wrote it. Remove it and log in again.")


def write(kept: Kept) -> None:
    """All of it or nothing, and at no moment readable by others."""
    path = place()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        number, fresh = tempfile.mkstemp(dir=path.parent)  # with mode 0600
        with os.fdopen(number, "w", encoding="utf-8") as file:
            json.dump({"default": kept.default, "keys": kept.keys}, file, indent=1)
        os.replace(fresh, path)
    except OSError as problem:
        raise Failure(End.NOT_ALL_DONE, f"{path} cannot be written: {problem.strerror}.") from problem
