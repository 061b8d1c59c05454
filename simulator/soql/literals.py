"""Values in a query: strings with their escapes, dates, and date literals such as LAST_N_DAYS:7."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_ESCAPES = {
    letter: char
    for pair, char in (("nN", "\n"), ("rR", "\r"), ("tT", "\t"), ("bB", "\b"), ("fF", "\f"))
    for letter in pair
}
_ESCAPES |= {char: char for char in "\\'\"%_"}


def unescape(raw: str, *, keep_wildcards: bool = False) -> str:
    """The text between the quotes; ValueError for an escape that SOQL does not have.

    With `keep_wildcards`, backslashes before %, _ and \\ stay: LIKE needs to tell them apart.
    """
    result, position = [], 0
    while position < len(raw):
        char = raw[position]
        if char == "\\":
            position += 1
            follower = raw[position]
            if follower == "u" and len(raw) >= position + 5:
                result.append(chr(int(raw[position + 1 : position + 5], 16)))
                position += 5
                continue
            if follower not in _ESCAPES:
                raise ValueError(follower)
            kept = keep_wildcards and follower in "%_\\"
            char = "\\" + follower if kept else _ESCAPES[follower]
        result.append(char)
        position += 1
    return "".join(result)


Range = tuple[datetime, datetime]


def _day(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _month(day: datetime, shift: int) -> datetime:
    months = day.year * 12 + day.month - 1 + shift
    return day.replace(year=months // 12, month=months % 12 + 1, day=1)


def _days(first: int, after: int) -> Callable[[datetime], Range]:
    return lambda day: (day + timedelta(days=first), day + timedelta(days=after))


def _weeks(first: int, after: int) -> Callable[[datetime], Range]:
    def span(day: datetime) -> Range:
        sunday = day - timedelta(days=(day.weekday() + 1) % 7)  # weeks start on Sunday in en_US
        return sunday + timedelta(weeks=first), sunday + timedelta(weeks=after)

    return span


def _months(first: int, after: int) -> Callable[[datetime], Range]:
    return lambda day: (_month(day, first), _month(day, after))


def _years(first: int, after: int) -> Callable[[datetime], Range]:
    return lambda day: (
        day.replace(year=day.year + first, month=1, day=1),
        day.replace(year=day.year + after, month=1, day=1),
    )


_FIXED: dict[str, Callable[[datetime], Range]] = {
    "yesterday": _days(-1, 0),
    "today": _days(0, 1),
    "tomorrow": _days(1, 2),
    "last_week": _weeks(-1, 0),
    "this_week": _weeks(0, 1),
    "next_week": _weeks(1, 2),
    "last_month": _months(-1, 0),
    "this_month": _months(0, 1),
    "next_month": _months(1, 2),
    "last_year": _years(-1, 0),
    "this_year": _years(0, 1),
    "next_year": _years(1, 2),
    "last_90_days": _days(-90, 1),
    "next_90_days": _days(1, 91),
}
_COUNTED: dict[str, Callable[[int], Callable[[datetime], Range]]] = {
    "last_n_days": lambda n: _days(-n, 1),
    "next_n_days": lambda n: _days(1, n + 1),
    "n_days_ago": lambda n: _days(-n, 1 - n),
    "last_n_weeks": lambda n: _weeks(-n, 0),
    "next_n_weeks": lambda n: _weeks(1, n + 1),
    "last_n_months": lambda n: _months(-n, 0),
    "next_n_months": lambda n: _months(1, n + 1),
    "last_n_years": lambda n: _years(-n, 0),
    "next_n_years": lambda n: _years(1, n + 1),
}


def date_range(name: str, count: int | None, now: datetime) -> Range | None:
    """The span that a date literal names, in UTC; None for a word that is none."""
    day = _day(now.astimezone(UTC))
    if count is None:
        fixed = _FIXED.get(name.lower())
        return fixed(day) if fixed else None
    counted = _COUNTED.get(name.lower())
    return counted(count)(day) if counted else None
