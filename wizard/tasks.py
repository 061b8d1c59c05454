"""Celery tasks: ids in, a few lines, call the runner. The rows are the truth, not the messages."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from teams.audit import asked_from
from wizard import aftercare, jobs, runner, trail, watching
from wizard.models import Setup

logger = logging.getLogger(__name__)


@shared_task
def run_job(job_id: str) -> None:
    """Do a job, or quietly nothing if another worker has it or it has ended."""
    job = jobs.claim(job_id)
    if job is None:
        return
    with jobs.beating(job):
        try:
            with asked_from(trail.address_of(job)):
                runner.run(job)
        except jobs.LostClaim:
            return  # another worker took over after we were silent: it carries on
        except jobs.NO_DATABASE as error:
            # The row stays claimed. Once it has been silent for a while, the job is continued.
            logger.warning("database away under job %s, it is continued later: %s", job.pk, error)


@shared_task(ignore_result=True)
def rescue_jobs() -> None:
    jobs.rescue()


@shared_task(ignore_result=True)
def tick() -> None:
    """Give each setup that somebody looks at, and whose turn it is, to a worker."""
    for setup_id in watching.due(timezone.now()):
        look.apply_async(args=(str(setup_id),), expires=5)


@shared_task(ignore_result=True)
def look(setup_id: str) -> None:
    if Setup.objects.filter(pk=setup_id).exists():
        watching.look(setup_id)


@shared_task(ignore_result=True)
def look_after() -> None:
    """Give each handed-over setup that is watched, and whose day has come, to a worker."""
    for setup_id in aftercare.due(timezone.now()):
        look_after_one.apply_async(args=(str(setup_id),), expires=3600)


@shared_task(ignore_result=True)
def look_after_one(setup_id: str) -> None:
    aftercare.look(setup_id)
