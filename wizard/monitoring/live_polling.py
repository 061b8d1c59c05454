"""Re-read the facts of a stage while somebody looks at it: once per org, slower as time
passes, and never past the org's API allowance."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from orgs.models import Connection
from orgs.salesforce.errors import NeedsReconnecting, SalesforceError
from wizard.history.record import record_event
from wizard.jobs import runner
from wizard.live import publish
from wizard.models import UNDER_WAY, Job, Setup, Watch
from wizard.state import api_usage

logger = logging.getLogger(__name__)

PRESENT = timedelta(seconds=40)  # a visible page tells at least every 15 seconds that it is there
CLAIMED = timedelta(seconds=45)  # how long a worker may take before another one may look
AFTER_ERROR = timedelta(seconds=30)
AGAIN = timedelta(seconds=30)  # a line that is done is read again so often while somebody looks
OLD = timedelta(minutes=5)  # a setup that is looked at again after so long is read as a whole
# One call each 3 seconds is 20 a minute: below the budget of 25, with room for what else is done.
PACE = (
    (timedelta(minutes=2), timedelta(seconds=3)),
    (timedelta(minutes=15), timedelta(seconds=4)),
    (timedelta(hours=1), timedelta(seconds=10)),
)
SLOWEST = timedelta(seconds=30)


def mark_viewed(setup: Setup, stage_key: str) -> None:
    """Somebody has this stage open on a visible page (three queries at most, no call to Salesforce)."""
    if setup.finished:
        return
    now = timezone.now()
    present = Watch.objects.filter(setup=setup, stage=stage_key)
    if not present.filter(until__gt=now).update(until=now + PRESENT):
        Watch.objects.bulk_create(  # in one query, whoever else comes at the same moment
            [Watch(setup=setup, stage=stage_key, since=now, until=now + PRESENT)],
            update_conflicts=True,
            unique_fields=["setup", "stage"],
            update_fields=["since", "until"],
        )
        # A newcomer does not wait for the slow pace of somebody who has looked for hours.
        soon = now + PACE[0][1]
        Setup.objects.filter(pk=setup.pk, watch_next_at__gt=soon).update(watch_next_at=soon)


def pace(since: datetime, now: datetime, calls: int) -> timedelta:
    """How long to wait before looking again, from how long it is watched and what a look costs."""
    step = next((step for age, step in PACE if now - since < age), SLOWEST)
    return step * max(calls, 1)


def due(now: datetime) -> list[UUID]:
    """Ids of the setups that somebody looks at and whose turn it is."""
    turn = Q(watch_next_at=None) | Q(watch_next_at__lte=now)
    watched = Setup.objects.filter(
        turn,
        UNDER_WAY,
        watches__until__gt=now,
        org__connection__state=Connection.State.CONNECTED,
    )
    return list(watched.values_list("pk", flat=True).distinct())


def poll(setup_id: UUID | str) -> bool:
    """Take this setup's turn and re-read what its open steps look at. False: not its turn."""
    now = timezone.now()
    turn = Q(watch_next_at=None) | Q(watch_next_at__lte=now)
    if not Setup.objects.filter(turn, pk=setup_id).update(watch_next_at=now + CLAIMED):
        return False
    setup = Setup.objects.select_related("org", "org__connection").get(pk=setup_id)
    watches = list(setup.watches.filter(until__gt=now))
    wait = SLOWEST
    if watches and not api_usage.is_spent(setup.org.connection) and not _job_reads(setup):
        newest = max(watch.since for watch in watches)
        wait = _read(setup, [watch.stage for watch in watches], newest, now)
    elif watches and _job_reads(setup):
        wait = PACE[0][1]
    Setup.objects.filter(pk=setup_id).update(watch_next_at=timezone.now() + wait)
    return True


def _read(setup: Setup, stages: Sequence[str], since: datetime, now: datetime) -> timedelta:
    # A stage without lines of its own, the handover, speaks of all lines.
    old = OLD if all(setup.guide.stage(key).steps for key in stages) else AGAIN
    try:
        if setup.snapshot_at is None or now - setup.snapshot_at > old:
            calls = runner.look_at_everything(setup)
        else:
            calls = runner.watch(setup, stages, now - AGAIN)
    except NeedsReconnecting:
        record_event(setup, "watch_stopped")
        publish.notify_changed(setup.id)
        return SLOWEST
    except SalesforceError as error:
        # A look that fails changes nothing on the page: the lines keep their age, the next look comes.
        logger.warning("watching %s: %s", setup.pk, error.code)
        return AFTER_ERROR
    return pace(since, now, calls)


def _job_reads(setup: Setup) -> bool:
    """A job under way reads the same facts anyway."""
    return setup.jobs.filter(state__in=Job.ACTIVE).exclude(kind=Job.Kind.SYNC_USERS).exists()
