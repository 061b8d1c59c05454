"""Checking many setups again, without flooding the queue."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from orgs.models import Connection
from wizard.jobs import queue
from wizard.models import UNDER_WAY, Job, Setup

# Twice the threads of a worker: enough to keep it busy, and what a person asks for meanwhile does not
# wait behind a long queue. (With 100, the ticks of watched pages waited for more than their 5 seconds.)
AT_MOST = 32
LOOK_EVERY = 0.2  # seconds


def due(before: datetime) -> QuerySet[Setup]:
    """Open setups in connected orgs whose facts were read before that moment, the oldest first."""
    stale = Q(snapshot_at=None) | Q(snapshot_at__lt=before)
    connected = UNDER_WAY & Q(org__connection__state=Connection.State.CONNECTED)
    return Setup.objects.filter(stale & connected).order_by("snapshot_at", "pk")


def check_all(
    before: datetime,
    *,
    at_most: int = AT_MOST,
    tell: Callable[[int], None] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Queue a check of each; at most so many wait or run at a time. Returns when all are queued."""
    queued = 0
    # The ids once: a setup that is checked meanwhile, or whose check fails, is not taken twice.
    for setup_ids in _in_parts(list(due(before).values_list("pk", flat=True)), at_most, sleep):
        for setup in Setup.objects.filter(pk__in=setup_ids):
            _job, is_new = queue.start(setup, Job.Kind.CHECK, actor=None)
            queued += is_new
        if tell:
            tell(queued)
    return queued


def _in_parts(ids: list[UUID], at_most: int, sleep: Callable[[float], None]) -> Iterator[list[UUID]]:
    """As many ids as there is room for, whenever there is room."""
    while ids:
        room = at_most - Job.objects.filter(kind=Job.Kind.CHECK, state__in=Job.ACTIVE).count()
        if room <= 0:
            sleep(LOOK_EVERY)
            continue
        part, ids = ids[:room], ids[room:]
        yield part
