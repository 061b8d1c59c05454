"""Django's PostgreSQL backend, with a limit to how long an answer may take.

libpq limits how long it waits for a connection (`connect_timeout`), and the system how long sent bytes may
stay unacknowledged (`tcp_user_timeout`). A server, or a proxy before it, that takes a question and never
answers holds a thread for ever all the same. Management commands have no limit: a migration may take hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

ANSWER_SECONDS = 60.0

_of_process: float | None = None
_here: ContextVar[float | None] = ContextVar("answer_seconds", default=None)


def limit_answers(seconds: float = ANSWER_SECONDS) -> None:
    """From now on no question of this process waits longer. Called where pages, stream and worker begin."""
    global _of_process
    _of_process = seconds


@contextmanager
def answers_within(seconds: float) -> Iterator[None]:
    token = _here.set(seconds)
    try:
        yield
    finally:
        _here.reset(token)


def answer_seconds() -> float | None:
    return _here.get() or _of_process
