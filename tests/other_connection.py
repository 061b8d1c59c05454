"""What happens on other connections: while a transaction of the test's own is open, or all at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import TypeVar

from django.db import connection

from tests.waiting import eventually

T = TypeVar("T")

PATIENCE = 60

# Not `pg_stat_activity`: a transaction sees that as it was at its first look.
_WAITS_FOR_US = (
    "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
)


def begin(act: Callable[[], T]) -> Future[T]:
    """Do it on a connection of its own. Returns as soon as that waits for ours, or is done."""
    with_its_own = ThreadPoolExecutor(1)
    doing = with_its_own.submit(_and_close, act)
    with_its_own.shutdown(wait=False)
    eventually("it waits for us or ends", lambda: doing.done() or _waits_for_us(), pause=0.01)
    return doing


def all_at_once(count: int, act: Callable[[int], T]) -> list[T]:
    """In so many threads from the same moment, each with a connection of its own."""
    gate = Barrier(count)

    def one(number: int) -> T:
        gate.wait(PATIENCE)
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda number: _and_close(partial(one, number)), range(count)))


def _and_close(act: Callable[[], T]) -> T:
    try:
        return act()
    finally:
        connection.close()


def _waits_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_WAITS_FOR_US)
        return bool(cursor.fetchone()[0])
