"""Choices for one org or for many, from a file."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import click

from cli import jobs, say
from cli.answers import Choices, Setup, Started
from cli.context import Context
from cli.ends import End, Failure
from cli.find import org_of, setup_of
from cli.server import Server

Chosen = Mapping[str, str | list[str]]
MOST = 5_000_000  # bytes of a file that is one of choices


@dataclass(frozen=True)
class Wanted:
    """What a file wants for one org."""

    org: str
    choices: Chosen


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--org", default="", help="For this org, whatever the file names: such as production.")
@click.option("--dry-run", is_flag=True, help="Say what is wrong and what would change; keep nothing.")
@click.pass_obj
def import_file(context: Context, file: Path, org: str, dry_run: bool) -> int:
    """Make the choices of FILE (JSON or TOML): the connection user, people, the permission set's label.

    Nothing is changed in an org by it: look at `plan`, then `apply`. An org that has no setup gets one.
    """
    server = context.server
    ends = [_one(server, each, dry_run=dry_run) for each in read(file, org)]
    return int(next((end for end in ends if end is not End.DONE), End.DONE))


def _one(server: Server, wanted: Wanted, *, dry_run: bool) -> End:
    """A part that fails keeps the others from nothing."""
    try:
        setup = _setup(server, wanted.org, dry_run=dry_run)
        _read_people(server, setup)
        before = cast(Choices, server.get(f"setups/{setup['id']}/choices"))["choices"]
        path = f"setups/{setup['id']}/choices" + ("?dry_run=true" if dry_run else "")
        after = cast(Choices, server.post(path, {"choices": wanted.choices}))["choices"]
    except Failure as refused:
        if refused.end in (End.NOT_LET_IN, End.NO_SERVER):
            raise
        say.aside(f"{wanted.org}: {refused.message}")
        return refused.end
    changed = [key for key in after if after[key] != before.get(key)]
    say.line(
        f"{wanted.org}: {'would change' if dry_run and changed else 'chosen' if changed else 'there already'}"
    )
    for key in changed:
        say.line(f"  {key}: {_shown(before.get(key, ''))} -> {_shown(after[key])}")
    return End.DONE


def _setup(server: Server, org: str, *, dry_run: bool) -> Setup:
    try:
        return setup_of(server, org)
    except Failure as missing:
        known = None if missing.code else org_of(server, org)
        if known is None or dry_run:
            raise
        return cast(Setup, server.post(f"orgs/{known['id']}/begin"))


def _read_people(server: Server, setup: Setup) -> None:
    """People are matched by the org's list as it is today."""
    started = cast(Started, server.post(f"setups/{setup['id']}/read-people"))
    jobs.refuse_failed(jobs.wait_for(server, started["job"]))


def _shown(value: str | list[str]) -> str:
    text = ", ".join(value) if isinstance(value, list) else value
    return say.clean(text) or "nothing"


def read(path: Path, org: str = "") -> list[Wanted]:
    """What the file wants: `{"org": ..., "choices": {...}}`, or such rows under `orgs`."""
    raw = _parsed(path)
    rows = raw.get("orgs", [raw])
    if not isinstance(rows, list) or not rows or (org and len(rows) > 1):
        raise _wrong(path, "it names several orgs, or none" if org else "`orgs` is no list of orgs")
    return [_row(path, each, org) for each in rows]


def _parsed(path: Path) -> Mapping[str, object]:
    try:
        if path.stat().st_size > MOST:
            raise _wrong(path, "it is too large")
        text = path.read_text(encoding="utf-8-sig")
        found = tomllib.loads(text) if path.suffix.lower() == ".toml" else json.loads(text)
    except OSError as problem:
        raise _wrong(path, problem.strerror or "it cannot be read") from problem
    except (ValueError, RecursionError) as problem:  # of JSON, TOML and UTF-8 alike
        raise _wrong(path, str(problem)) from problem
    if not isinstance(found, dict):
        raise _wrong(path, "it is no object")
    return found


def _row(path: Path, raw: object, org: str) -> Wanted:
    if not isinstance(raw, dict) or not isinstance(raw.get("choices"), dict):
        raise _wrong(path, "each org needs `org` and `choices`")
    name = org or raw.get("org")
    if not isinstance(name, str) or not name.strip():
        raise _wrong(path, "an org has no name: write `org`, or say --org")
    for key, value in raw["choices"].items():
        texts = value if isinstance(value, list) else [value]
        if not all(isinstance(each, str) for each in texts):
            raise _wrong(path, f"`{key}` of {name} is no text, and no list of texts")
    return Wanted(name, cast(Chosen, raw["choices"]))


def _wrong(path: Path, why: str) -> Failure:
    return Failure(End.USAGE, f"{path} is no file of choices: {why}. docs/command-line.md shows one.")
