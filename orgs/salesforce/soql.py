"""The only way in which values get into SOQL.

Quoting follows SOQL's own escapes (backslash, quotes, \\n \\r \\t \\b \\f); in a LIKE
pattern `%` and `_` are wildcards unless escaped by a backslash.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from string import Formatter

_ESCAPES = {
    "\\": "\\\\",
    "'": "\\'",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*", re.ASCII)


@dataclass(frozen=True)
class Like:
    """A LIKE pattern. Build it with `containing`; then only the text is literal."""

    pattern: str

    @classmethod
    def containing(cls, text: str) -> Like:
        return cls(f"%{_no_wildcards(text)}%")


@dataclass(frozen=True)
class Names:
    """Field or object names, from a describe or from our own tables: checked, not quoted."""

    names: tuple[str, ...]

    def __init__(self, names: Sequence[str]) -> None:
        for name in names:
            if not _NAME.fullmatch(name):
                raise ValueError(f"Not a field or object name: {name!r}")
        if not names:
            raise ValueError("A list of names must not be empty")
        object.__setattr__(self, "names", tuple(names))


Value = str | int | bool | None | date | datetime | Like | Names
Values = Value | Sequence[str] | Sequence[int]


def soql(template: str, **values: Values) -> str:
    """Fill `{named}` places of `template` with quoted values.

    Every place must have a value and every value a place, so that a typo can't drop a
    condition. `{name:...}`, `{name!r}` and `{}` are refused.
    """
    parts: list[str] = []
    used: set[str] = set()
    for text, name, spec, conversion in Formatter().parse(template):
        parts.append(text)
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(f"Only plain named places are allowed, not {name!r}")
        parts.append(quote(values[name]))
        used.add(name)
    if unused := set(values) - used:
        raise ValueError(f"Values without a place: {', '.join(sorted(unused))}")
    return "".join(parts)


def quote(value: Values) -> str:
    """One value as SOQL."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return _quoted(value)
        case Like():
            return _quoted_pattern(value.pattern)
        case Names():
            return ", ".join(value.names)
        case datetime():
            return _moment(value)
        case date():
            return value.isoformat()
        case Sequence():
            return _listed(value)
    raise TypeError(f"SOQL can't hold a {type(value).__name__}")


def _listed(values: Sequence[str] | Sequence[int]) -> str:
    if not values:
        raise ValueError("IN needs at least one value: ask nothing instead")
    for value in values:
        if not isinstance(value, str | int):
            raise TypeError(f"A SOQL list can't hold a {type(value).__name__}")
    return "(" + ", ".join(quote(value) for value in values) + ")"


def _quoted(text: str) -> str:
    if "\0" in text:
        raise ValueError("SOQL can't hold a null character")
    return "'" + "".join(_ESCAPES.get(char, char) for char in text) + "'"


def _quoted_pattern(pattern: str) -> str:
    r"""A LIKE pattern is quoted like text, but `\%` and `\_` stay as they are."""
    pieces = re.split(r"(\\[%_])", pattern)
    return "'" + "".join(p if p in ("\\%", "\\_") else _quoted(p)[1:-1] for p in pieces) + "'"


def _no_wildcards(text: str) -> str:
    # A backslash typed by a person can't be told from an escape afterwards, so it
    # becomes the any-one-character wildcard: the pattern matches a little more, never less.
    return text.replace("\\", "_\0").replace("%", "\\%").replace("_", "\\_").replace("\\_\0", "_")


def _moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("A date-time needs a time zone")
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
