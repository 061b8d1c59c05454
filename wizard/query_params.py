"""What comes in by an address or a form, as values that are safe to use."""

from __future__ import annotations

import re
from datetime import date

# As "Details for support" shows it; also in the middle of what was copied from there.
REFERENCE = re.compile(r"(?<![0-9a-z])[0-9a-f]{8}(?![0-9a-z])")
MINE, NOBODYS = "mine", "nobody"


def who_of(asked: str) -> str:
    """Whose setups an address asks for: "mine", "nobody", a person's number, or everybody's."""
    return asked if asked in (MINE, NOBODYS) or number_of(asked) is not None else ""


def number_of(asked: str) -> int | None:
    """A number from an address or a form, if it can be one of ours."""
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None


def typed(text: str) -> str:
    """What somebody typed, without NUL characters: PostgreSQL can't store or compare them."""
    return text.replace("\0", "")


def one_line(text: str, most: int) -> str:
    """What somebody typed, in one line of at most so many characters."""
    return " ".join(typed(text).split())[:most]


def day_of(text: str) -> date | None:
    """A day as a form's date field sends it."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
