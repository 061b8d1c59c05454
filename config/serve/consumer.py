"""Celery's consumer, which outlives a broker that answers and takes nothing.

Its disk is full ("MISCONF"), its memory is, or it is a replica for a while. With
`broker_channel_error_retry` Celery goes on after such an answer, but at once and again; this one waits.
Jobs under way go on meanwhile: their rows are in PostgreSQL.
"""

from __future__ import annotations

import time

from celery.worker.consumer import Consumer as CeleryConsumer
from celery.worker.state import maybe_shutdown

PAUSE, LOOK = 3.0, 0.2  # seconds


class Consumer(CeleryConsumer):
    def on_connection_error_after_connected(self, exc: Exception) -> None:
        super().on_connection_error_after_connected(exc)
        if isinstance(exc, self.channel_errors):  # type: ignore[attr-defined]
            _wait()


def _wait() -> None:
    until = time.monotonic() + PAUSE
    while time.monotonic() < until:
        maybe_shutdown()  # a stop is not kept waiting
        time.sleep(LOOK)
