"""What a command prints: results to stdout, what happens on the way there to stderr."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

DONE, OPEN, REFUSED = "done", "open", "refused"
COLOURS = {DONE: "green", OPEN: "yellow", REFUSED: "red"}


def clean(text: str) -> str:
    """On one line, and nothing in it that a terminal would obey: names come from other people's orgs."""
    return _printable(text).strip()


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text).rstrip()


def line(text: str = "") -> None:
    click.echo(_printable(text))


def marked(word: str, text: str, *, mark: str = "") -> None:
    """A line that begins with its state, in that state's colour where there are colours."""
    click.echo(f"  {click.style(f'{word:<8}', fg=COLOURS.get(mark or word))} {clean(text)}")


def aside(text: str) -> None:
    for each in text.splitlines():
        click.echo(_printable(each), err=True)


def as_json(value: object) -> None:
    """In ASCII, in which a terminal finds nothing to obey."""
    click.echo(json.dumps(value, indent=2))


def table(rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as what is in them; the last one as it is."""
    cells = [[clean(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        click.echo("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
