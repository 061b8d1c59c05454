"""Cells that a spreadsheet shows and does not run."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

#: What a spreadsheet takes for the beginning of a formula, also behind spaces (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BEGINNING = "\ufeff"  # makes Excel read UTF-8


_BEGINS = re.compile(rf"(^|;)(?= *[{re.escape(''.join(FORMULA))}])")


def safe(cell: str) -> str:
    """A cell that no spreadsheet runs: names and labels come from people and from the org.

    Where a comma is the decimal sign, a spreadsheet begins a new cell at each semicolon.
    """
    return _BEGINS.sub(r"\1'", cell)


class _Echo:
    """What the writer writes is what is sent."""

    def write(self, text: str) -> str:
        return text


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a CSV file, made while they are taken: it may be long."""
    writer = csv.writer(_Echo())
    yield BEGINNING + str(writer.writerow(columns))
    for row in rows:
        yield str(writer.writerow([safe(cell) for cell in row]))
