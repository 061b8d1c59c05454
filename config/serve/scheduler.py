"""Beat without a file of its own: what it last did is kept in the shared cache.

Only one may be the clock. A second one waits until the first was silent for `SILENT` seconds, so that two
that overlap in an upgrade, or one that stands by on another machine, do nothing twice.
"""

from __future__ import annotations

import logging
import os
import socket
import uuid
from contextlib import suppress
from datetime import datetime
from typing import Any

from celery import beat
from django.core.cache import cache

from config import process_heartbeats
from wizard.live.publish import AWAY

CLOCK, LAST_RUNS = "beat:clock", "beat:last-runs"
SILENT = 10
WAIT = 1.0  # seconds between two looks at the most
_ME = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"

logger = logging.getLogger(__name__)


def clock_ticks() -> bool:
    """Whether some process has been the clock within the last seconds."""
    return cache.get(CLOCK) is not None


class Scheduler(beat.Scheduler):
    """The schedule of `config.celery`."""

    sync_every = 30
    _stands_by = "it has only begun"

    def setup_schedule(self) -> None:
        self.merge_inplace(self.app.conf.beat_schedule)

    def tick(self, *args: Any, **more: Any) -> float:
        """Begin what is due; seconds until the next look."""
        try:
            if not self._is_clock():
                return self._stand_by("another scheduler is the clock, this one stands by")
            if self._stands_by:
                self._take_up()
        except AWAY:
            return self._stand_by("the broker is away, nothing can be begun")
        process_heartbeats.beat_now_and_then("beat")
        return min(float(super().tick(*args, **more)), WAIT)

    def sync(self) -> None:
        if self._stands_by:
            return
        runs = {name: at.isoformat() for name, each in self.schedule.items() if (at := each.last_run_at)}
        with suppress(*AWAY):  # the next one is seconds away
            cache.set(LAST_RUNS, runs, None)

    def _is_clock(self) -> bool:
        if cache.add(CLOCK, _ME, SILENT):
            return True
        return bool(cache.get(CLOCK) == _ME and cache.touch(CLOCK, SILENT))

    def _take_up(self) -> None:
        """Go on where whoever was the clock before has stopped."""
        for name, at in (cache.get(LAST_RUNS) or {}).items():
            if entry := self.schedule.get(name):
                entry.last_run_at = datetime.fromisoformat(at)
        self._heap = None  # made anew from these
        self._stands_by = ""
        logger.info("this scheduler is the clock")

    def _stand_by(self, why: str) -> float:
        if self._stands_by != why:
            logger.warning(why)
        self._stands_by = why
        return WAIT
