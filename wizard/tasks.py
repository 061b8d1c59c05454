"""Celery tasks: ids in, a few lines, call the runner. The rows are the truth, not the messages."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from teams.audit.address import asked_from
from wizard.guests import notices
from wizard.history import audit
from wizard.jobs import queue, runner
from wizard.models import Setup
from wizard.monitoring import drift, idle, live_polling

logger = logging.getLogger(__name__)


@shared_task
def run_job(job_id: str) -> None:
    """Do a job, or quietly nothing if another worker has it or it has ended."""
    job = queue.claim(job_id)
    if job is None:
        return
    try:
        with asked_from(audit.address_of(job)), queue.heartbeat(job):
            runner.run(job)
    except queue.ClaimLost:
        # After we were silent; it carries on.
        logger.warning("job %s was taken over by another worker, reference %s", job.pk, job.reference)
    except queue.NO_DATABASE as error:
        # The row stays claimed. Once it has been silent for a while, the job is continued.
        logger.warning("database away under job %s, it is continued later: %s", job.pk, error)


@shared_task(ignore_result=True)
def rescue_jobs() -> None:
    queue.requeue_stale()


@shared_task(ignore_result=True)
def tick() -> None:
    """Give each setup that somebody looks at, and whose turn it is, to a worker."""
    for setup_id in live_polling.due(timezone.now()):
        look.apply_async(args=(str(setup_id),), expires=5)


@shared_task(ignore_result=True)
def look(setup_id: str) -> None:
    if Setup.objects.filter(pk=setup_id).exists():
        live_polling.poll(setup_id)


@shared_task(ignore_result=True)
def look_after() -> None:
    """Give each handed-over setup that is watched, and whose day has come, to a worker."""
    for setup_id in drift.due(timezone.now()):
        look_after_one.apply_async(args=(str(setup_id),), expires=3600)


@shared_task(ignore_result=True)
def remind() -> None:
    """Of what happens by time alone."""
    notices.tell_of_ending(timezone.now())
    idle.tell(timezone.now())


@shared_task(ignore_result=True)
def look_after_one(setup_id: str) -> None:
    drift.check_drift(setup_id)
