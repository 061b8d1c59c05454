"""Cells that a spreadsheet shows and does not run."""

from __future__ import annotations

#: What a spreadsheet takes for the beginning of a formula, also behind spaces (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BEGINNING = "\ufeff"  # makes Excel read UTF-8


def safe(cell: str) -> str:
    """A cell that no spreadsheet runs: names and labels come from people and from the org."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) or cell.startswith(FORMULA) else cell
