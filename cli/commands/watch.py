"""Looking on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Literal, cast

import click

from cli import say
from cli.answers import Line, Lines, Setup
from cli.commands.status import said_of
from cli.context import Context
from cli.ends import End
from cli.find import setup_of
from cli.server import Server

Until = Literal["done", "handed-over", "drift"]


@click.command()
@click.argument("org")
@click.option(
    "--every",
    type=click.FloatRange(1, 3600),
    default=5,
    show_default=True,
    metavar="SECONDS",
    help="How often to look.",
)
@click.option(
    "--until", type=click.Choice(["done", "handed-over", "drift"]), help="Stop then (else with Ctrl-C)."
)
@click.option(
    "--timeout", type=click.FloatRange(1), metavar="SECONDS", help="End with 10 if it takes longer."
)
@click.pass_obj
def watch(context: Context, org: str, every: float, until: Until | None, timeout: float | None) -> int:
    """Tell what changes in ORG's setup, line by line, as it happens."""
    server = context.server
    setup = setup_of(server, org)
    end = time.monotonic() + timeout if timeout else None
    for now, lines in _looks(server, setup["id"], every, end):
        if _is_reached(until, now, lines):
            return int(End.DRIFT if until == "drift" else End.DONE)
    return int(End.OPEN)


def _looks(
    server: Server, setup_id: str, every: float, end: float | None
) -> Iterator[tuple[Setup, dict[str, Line]]]:
    """How it stands, again and again; what differs from the last time is told."""
    before: tuple[Setup, dict[str, Line]] | None = None
    while True:
        setup = cast(Setup, server.get(f"setups/{setup_id}"))
        now = setup, _lines(server, setup)
        if before:
            _tell(before, now)
        else:
            say.aside(f"Watching {say.clean(setup['org']['name'])}: {setup['state']}. Ctrl-C ends it.")
        before = now
        yield now
        if end is not None and time.monotonic() + every > end:
            return
        time.sleep(every)


def _lines(server: Server, setup: Setup) -> dict[str, Line]:
    if not setup["org"]["salesforce_id"]:
        return {}
    found = cast(Lines, server.get(f"setups/{setup['id']}/lines"))
    return {line["step"]: line for stage in found["stages"] for line in stage["lines"]}


def _tell(before: tuple[Setup, dict[str, Line]], now: tuple[Setup, dict[str, Line]]) -> None:
    at = datetime.now().astimezone().strftime("%H:%M:%S")
    if before[0]["state"] != now[0]["state"]:
        say.line(f"{at} {before[0]['state']} -> {now[0]['state']}: {now[0]['reason'] or now[0]['page']}")
    for step, line in now[1].items():
        was = before[1].get(step)
        if was is None or said_of(was, before[0]) != said_of(line, now[0]):
            word, told = said_of(line, now[0])
            say.line(f"{at} {word:<8} {say.clean(told)}")


def _is_reached(until: Until | None, setup: Setup, lines: dict[str, Line]) -> bool:
    if until == "done":
        return bool(lines) and all(line["done"] for line in lines.values())
    if until == "handed-over":
        return bool(setup["handed_over_at"])
    return until == "drift" and bool(setup["drifted"])
