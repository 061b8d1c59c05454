"""Salesforce record ids: 15 case-sensitive characters, plus 3 that make them case-safe."""

from __future__ import annotations

import re

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_ID = re.compile(r"[0-9A-Za-z]{15}(?:[A-Z0-5]{3})?")


def checksum(id15: str) -> str:
    """Three characters: each tells which of five characters are capitals."""
    return "".join(
        _CHECK[sum(1 << bit for bit, char in enumerate(id15[start : start + 5]) if "A" <= char <= "Z")]
        for start in (0, 5, 10)
    )


def to18(text: str) -> str | None:
    """The 18-character form of an id, or None if `text` is not an id."""
    if not isinstance(text, str) or not _ID.fullmatch(text):
        return None
    full = text[:15] + checksum(text[:15])
    return full if len(text) == 15 or full == text else None


def base62(number: int, width: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 62)
        digits = _DIGITS[rest] + digits
    return digits.rjust(width, "0")


def make_id(prefix: str, pod: str, number: int) -> str:
    """`prefix` names the object, `pod` (two characters) the org's place, `number` the row."""
    id15 = f"{prefix}{pod}0{base62(number, 9)}"
    return id15 + checksum(id15)
