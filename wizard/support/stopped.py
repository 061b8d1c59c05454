"""Where the work of a job that did not end well has to go on: a query for all shown setups."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from wizard.guides.base import Status
from wizard.models import Job, StepState


def stages_of(jobs: Mapping[UUID, Job]) -> dict[UUID, str]:
    """By setup: the first stage of its job in which something is left for us to do; "" where none is."""
    writing = {pk: job for pk, job in jobs.items() if job.writing}
    done: dict[object, set[str]] = {pk: set() for pk in writing}
    if writing:
        read = StepState.objects.filter(setup__in=writing, finding__status=Status.DONE.value)
        for pk, step in read.values_list("setup", "step"):
            done[pk].add(step)
    return {pk: _first_left(job, done[pk]) for pk, job in writing.items()}


def _first_left(job: Job, done: Collection[str]) -> str:
    stages = [stage for stage in job.setup.guide.stages if stage.key in job.stages]
    if job.kind == Job.Kind.UNDO:  # what is done here is what is left to be taken away
        left = stages
    else:
        left = [stage for stage in stages if any(s.plan and s.key not in done for s in stage.steps)]
    return left[0].key if left else ""
