"""A figure, and how the figures are printed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Figure(NamedTuple):
    """What was measured, what came out, and the budget if there is one."""

    what: str
    measured: str
    budget: str = ""


def table(figures: Iterable[Figure]) -> str:
    """The figures as a Markdown table, as README.md shows them."""
    rows = [("measured", "figure", "budget"), ("---", "---:", "---:"), *figures]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def number(value: float) -> str:
    """1234 as 1,234."""
    return f"{value:,.0f}"


def kilobytes(size: int) -> str:
    return f"{size / 1000:.1f} kB"
