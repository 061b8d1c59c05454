"""Everybody whom a pasted list names."""

from __future__ import annotations

import re

from orgs.pasted.lines import Entry, Role, entries_of
from orgs.pasted.tables import header_of

MOST_PASTED = 200_000  # characters
MOST_ENTRIES = 5_000
_NOT_SEEN = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\x00-\x08\x0e-\x1b\x1f]"
)
# As a Japanese keyboard writes them: ideographic comma and full stop, full-width letters and signs.
_FULL_WIDTH = {code + 0xFEE0: chr(code) for code in range(0x21, 0x7F)}
_AS_ASCII = str.maketrans("\u2019\u3001\u3002", "', ") | _FULL_WIDTH
_BLANKS = re.compile(r" {2,}")  # very many would keep the patterns of a line busy
_NOBODY = re.compile(
    r"sep=.?|[-|=:+\s]+", re.IGNORECASE
)  # Excel's first line; the rule below a table's header


class TooLong(Exception):
    """More than can be looked up at once."""


def parse(text: str) -> list[Entry]:
    """Everybody whom the list names, each once."""
    if len(text) > MOST_PASTED:
        raise TooLong
    seen = _BLANKS.sub(" ", _NOT_SEEN.sub("", text).translate(_AS_ASCII))
    lines = [line.strip() for line in seen.splitlines()]
    lines = [line for line in lines if line and not _NOBODY.fullmatch(line)]
    header = header_of(lines[0]) if len(lines) > 1 else None
    found = dict.fromkeys(header.others()) if header else {}
    for line in lines[1:] if header else lines:
        found |= dict.fromkeys(header.row(line) if header else entries_of(line))
    if sum(entry.role is Role.MEANT for entry in found) > MOST_ENTRIES:
        raise TooLong
    return list(found)
