"""Time as the stand-in sees it, and as Salesforce writes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """The stand-in's clock; `offset` moves it (expiry tests, clock skew)."""

    def __init__(self) -> None:
        self.offset = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


def stamp(moment: datetime) -> str:
    """`2026-11-23T10:00:00.000+0000`, the form of every date-time in REST answers.

    Rows hold this form too: it has one width and one zone, so it sorts as text.
    """
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}+0000"


def parse(text: str) -> datetime:
    """Read a date-time with a zone; raises ValueError for anything else."""
    moment = datetime.fromisoformat(text.replace(" ", "+"))
    if moment.tzinfo is None:
        raise ValueError(f"no time zone in {text!r}")
    return moment.astimezone(UTC)
