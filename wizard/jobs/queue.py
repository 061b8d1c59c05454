"""The life of a job row: queued once, claimed by one worker, kept alive, stopped, continued."""

from __future__ import annotations

import logging
import secrets
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import copy_context
from datetime import timedelta
from functools import partial

from celery import current_app
from django.db import IntegrityError, InterfaceError, connection, transaction
from django.db import OperationalError as DatabaseAway
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from kombu.exceptions import OperationalError

from orgs.models import SECRETS_OF_ORG, Org
from teams.models import User
from wizard.history.record import record_event
from wizard.live import publish
from wizard.models import Job, Setup

logger = logging.getLogger(__name__)

HEARTBEAT = timedelta(seconds=2)
STALE = timedelta(seconds=10)  # a running job that was silent for so long has lost its worker
ENQUEUE_AGAIN = timedelta(seconds=10)  # a queued job that nobody took: the message may be lost
MOST_ATTEMPTS = 10
OTHER_CHANGE = "other_change"  # what a job waits for while another team changes the same Salesforce org

Active = Q(state__in=Job.ACTIVE)

# The database does not answer, or stopped in the middle: says nothing about the work itself. The row
# stays claimed, and once it is silent for `STALE` the job is continued.
NO_DATABASE = (DatabaseAway, InterfaceError)


class ClaimLost(Exception):
    """Another worker has taken this job over: whoever holds the old claim must not write."""


def start(
    setup: Setup,
    kind: str,
    *,
    actor: User | None,
    stages: Sequence[str] = (),
    approved: Sequence[str] = (),
) -> tuple[Job, bool]:
    """Queue a job, or give the one that is already under way: `(job, whether it is new)`.

    The database's partial unique constraints decide, so that two people (or two clicks)
    make one job. It is handed to a worker when the transaction commits.
    """
    try:
        with transaction.atomic():
            job = Job.objects.create(
                setup=setup,
                org_id=setup.org_id,
                kind=kind,
                stages=list(stages),
                approved=list(approved),
                requested_by=actor,
                waiting_for="worker",
                waiting_since=timezone.now(),
                reference=secrets.token_hex(4),
            )
            record_event(setup, f"{kind}_requested", actor=actor, job=job, stages=list(stages))
    except IntegrityError:
        under_way = _under_way(setup, kind)
        if under_way is None:  # it ended in the meantime
            return start(setup, kind, actor=actor, stages=stages, approved=approved)
        return under_way, False
    transaction.on_commit(partial(enqueue, job.id))
    publish.notify_changed(setup.id)
    return job, True


def _under_way(setup: Setup, kind: str) -> Job | None:
    jobs = Job.objects.filter(Active)
    if kind in Job.EXCLUSIVE_KINDS:
        return jobs.filter(org_id=setup.org_id, kind__in=Job.EXCLUSIVE_KINDS).first()
    return jobs.filter(setup=setup, kind=kind).first()


def enqueue(job_id: uuid.UUID) -> None:
    """Tell a worker to look. If the broker is away the row stays queued and `rescue` tries again."""
    try:
        current_app.send_task(
            "wizard.tasks.run_job", args=[str(job_id)], retry_policy={"max_retries": 1, "interval_start": 0.2}
        )
    except OperationalError:
        logger.warning("broker away, job %s stays queued", job_id)


def claim(job_id: uuid.UUID | str) -> Job | None:
    """Take a job that is queued, or that has lost its worker; `None` if it is not to be had."""
    for job in _silent().filter(pk=job_id):
        _mark_interrupted(job)  # a message came again before `rescue` looked: say so, and count it
    try:
        with transaction.atomic():
            taken = Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(
                state=Job.State.RUNNING,
                claim=uuid.uuid4(),
                salesforce_org=Subquery(Org.objects.filter(pk=OuterRef("org")).values("org_id")),
                heartbeat_at=timezone.now(),
                attempts=F("attempts") + 1,
                started_at=Coalesce("started_at", Now()),
            )
    except IntegrityError:  # another team changes the same Salesforce org
        _wait_in_line(job_id)
        return None
    if not taken:
        return None
    rows = Job.objects.select_related("setup__org__connection", "requested_by")
    job = rows.defer(*(f"setup__{name}" for name in SECRETS_OF_ORG)).get(pk=job_id)
    words = "job %s begins: %s of setup %s, reference %s, attempt %d"
    logger.info(words, job.pk, job.kind, job.setup_id, job.reference, job.attempts)
    return job


def _wait_in_line(job_id: uuid.UUID | str) -> None:
    """The job stays queued: the end of the other one wakes it, else `rescue` does."""
    queued = Job.objects.filter(pk=job_id, state=Job.State.QUEUED).exclude(waiting_for=OTHER_CHANGE)
    if queued.update(waiting_for=OTHER_CHANGE, waiting_since=timezone.now()):
        for job in Job.objects.filter(pk=job_id).select_related("setup", "requested_by"):
            if job.stop_requested_at:
                _leave_the_line(job)
            publish.notify_changed(job.setup_id)


def _wake_the_line(job: Job) -> None:
    waiting = Job.objects.filter(
        state=Job.State.QUEUED, waiting_for=OTHER_CHANGE, org__org_id=job.salesforce_org
    )
    for job_id in waiting.order_by("created_at").values_list("pk", flat=True):
        transaction.on_commit(partial(enqueue, job_id))


def renew_claim(job: Job) -> None:
    """Make sure that this worker still holds the job, just before it writes."""
    if not _held(job).update(heartbeat_at=timezone.now()):
        raise ClaimLost(str(job.pk))


def _held(job: Job) -> QuerySet[Job]:
    """The job's row while this worker's claim on it is good; nothing once another has taken it over."""
    return Job.objects.filter(pk=job.pk, claim=job.claim, state=Job.State.RUNNING)


def _silent() -> QuerySet[Job]:
    """Running jobs whose worker has not been heard of for too long."""
    silent = Job.objects.filter(state=Job.State.RUNNING, heartbeat_at__lt=timezone.now() - STALE)
    return silent.select_related("setup", "requested_by")


def set_waiting_reason(job: Job, what: str) -> None:
    """Say on the page what is being waited for from now on, if this worker still holds the job."""
    now = timezone.now()
    held = _held(job).update(waiting_for=what, waiting_since=now, heartbeat_at=now)
    if not held:
        raise ClaimLost(str(job.pk))
    job.waiting_for, job.waiting_since = what, now
    publish.notify_changed(job.setup_id)


def request_stop(job: Job, actor: User | None) -> bool:
    """Ask a job to stop after the current change. True if it was still under way."""
    asked = Job.objects.filter(Active, pk=job.pk, stop_requested_at=None).update(
        stop_requested_at=timezone.now()
    )
    if asked:
        record_event(job.setup, "stop_requested", actor=actor, job=job)
        _leave_the_line(job)
        publish.notify_changed(job.setup_id)
    return bool(asked)


@transaction.atomic
def _leave_the_line(job: Job) -> None:
    """No worker has it, and its turn depends on another team: it ends now, not when that team is done."""
    waits = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED, waiting_for=OTHER_CHANGE)
    stopped = Job.State.STOPPED
    if waits.update(state=stopped, finished_at=timezone.now(), waiting_for="", waiting_since=None):
        _log_end(job, stopped, "")


def stop_requested(job: Job) -> bool:
    return Job.objects.filter(pk=job.pk, stop_requested_at__isnull=False).exists()


def finish(job: Job, state: str, *, error_code: str = "", error_details: str = "") -> None:
    """End a job that this worker still holds, with its last event, in one transaction."""
    with transaction.atomic():
        ended = _held(job).update(
            state=state,
            finished_at=timezone.now(),
            waiting_for="",
            waiting_since=None,
            # Salesforce's own words, but never what the database refuses: a job has to be able to end.
            error_code=_storable(error_code, 80),
            error_details=_storable(error_details, 2000),
        )
        if not ended:
            raise ClaimLost(str(job.pk))
        _log_end(job, state, _storable(error_code, 80))
    job.state, job.error_code = state, _storable(error_code, 80)
    if job.salesforce_org and job.kind in Job.EXCLUSIVE_KINDS:
        _wake_the_line(job)
    transaction.on_commit(partial(publish.notify_changed, job.setup_id))


def _storable(text: str, most: int) -> str:
    return text.replace("\0", "")[:most]


def _log_end(job: Job, state: str, error_code: str) -> None:
    logger.info("job %s ends: %s %s, reference %s", job.pk, state, error_code or "-", job.reference)
    record_event(
        job.setup,
        f"{job.kind}_{state}",
        actor=job.requested_by,
        job=job,
        stages=job.stages,
        error_code=error_code,
        reference=job.reference if error_code else "",
    )


def requeue_stale() -> int:
    """Hand jobs that lost their worker, or their message, to a worker again; how many."""
    now = timezone.now()
    for job in _silent():
        _mark_interrupted(job)
    waiting = Job.objects.filter(state=Job.State.QUEUED, waiting_since__lt=now - ENQUEUE_AGAIN).values_list(
        "pk", flat=True
    )
    for job_id in waiting:
        enqueue(job_id)
    # So that the next round does not send the same message again at once.
    Job.objects.filter(pk__in=list(waiting)).update(waiting_since=now)
    return len(waiting)


def _mark_interrupted(job: Job) -> None:
    over = job.attempts >= MOST_ATTEMPTS
    with transaction.atomic():
        marked = _held(job).update(
            state=Job.State.FAILED if over else Job.State.QUEUED,
            claim=None,
            error_code="INTERRUPTED" if over else "",
            finished_at=timezone.now() if over else None,
            waiting_for="" if over else "worker",
            waiting_since=None if over else timezone.now() - ENQUEUE_AGAIN * 2,
        )
        if marked:
            record_event(job.setup, "interrupted", job=job)
        if marked and over:
            _log_end(job, Job.State.FAILED, "INTERRUPTED")
    if marked:
        words = "job %s lost its worker and %s, reference %s, attempt %d"
        what = "is given up" if over else "is handed on"
        logger.warning(words, job.pk, what, job.reference, job.attempts)
        publish.notify_changed(job.setup_id)


@contextmanager
def heartbeat(job: Job) -> Iterator[None]:
    """Keep the job's heartbeat going while the body runs, from a thread of its own."""
    stop = threading.Event()

    def beat() -> None:
        try:
            while not stop.wait(HEARTBEAT.total_seconds()):
                if not _beat_once(job):
                    return
        finally:
            connection.close()

    # What it says is about this job too.
    run = copy_context().run
    thread = threading.Thread(target=run, args=[beat], name=f"heartbeat-{job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat_once(job: Job) -> bool:
    """Whether to go on: a database that is away for a moment does not end the heartbeat."""
    try:
        return bool(_held(job).update(heartbeat_at=timezone.now()))
    except NO_DATABASE:
        connection.close()
        return True
