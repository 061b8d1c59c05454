"""Row locks: one row of a request that others were writing meanwhile, while its neighbours pass."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from simulator.errors import ApiError


@dataclass
class _Lock:
    sobject: str  # lower case; empty: any
    row: int  # the number of the row that meets it, from 1
    written: int = 0


_now: ContextVar[_Lock | None] = ContextVar("row_lock", default=None)


@contextmanager
def locking(sobject: str, row: int) -> Iterator[None]:
    """While a request is answered in here, its `row`th row of that object meets a lock."""
    before = _now.set(_Lock(sobject.lower(), row))
    try:
        yield
    finally:
        _now.reset(before)


def meet_lock(sobject: str) -> None:
    """A row of `sobject` is about to be written; ApiError if it is locked (section 8)."""
    lock = _now.get()
    if lock is None or lock.sobject not in ("", sobject.lower()):
        return
    lock.written += 1
    if lock.written == lock.row:
        message = "unable to obtain exclusive access to this record or 1 records"
        raise ApiError("UNABLE_TO_LOCK_ROW", message, [])
