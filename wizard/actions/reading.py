"""Reading an org again, and stopping what is under way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from teams.access import Action
from teams.acting.acts import act
from teams.models import User
from wizard.actions.refusing import check_theirs, is_guest, is_theirs, refuse_cut_off
from wizard.jobs import queue
from wizard.models import Job, Setup


@dataclass(frozen=True)
class Started:
    """A job that does it: made now, or somebody else's that was under way already."""

    job: Job
    is_new: bool


@act(Action.CHANGE, guests=True)
def check(setup: Setup, person: User, stage_key: str = "") -> Started:
    """Look at every line again, and of this stage also at what is seldom read."""
    refuse_cut_off(setup)
    slow = [stage_key] if stage_key and setup.guide.has_slow_lines(stage_key) else []
    return Started(*queue.start(setup, Job.Kind.CHECK, actor=person, stages=slow))


@act(Action.CHANGE, guests=True)
def reread_people(setup: Setup, person: User) -> Started:
    """Read the org's users into our directory again."""
    check_theirs(setup, person, setup.guide.preparation.key)
    refuse_cut_off(setup)
    return Started(*queue.start(setup, Job.Kind.SYNC_USERS, actor=person))


@act(Action.CHANGE, guests=True)
def stop(setup: Setup, person: User, stage_key: str) -> Sequence[Job]:
    """Ask what is under way to stop after the current change; what this person may not stop is given back.

    A guest is no judge of what was approved for other stages, of the handover, or of a mere reading.
    """
    check_theirs(setup, person, stage_key)
    active = setup.jobs.filter(state__in=Job.ACTIVE).select_related("setup", "requested_by")
    others = [job for job in active if not _may_stop(setup, person, job)]
    for job in active:
        if job not in others:
            queue.request_stop(job, person)
    return others


def _may_stop(setup: Setup, person: User, job: Job) -> bool:
    theirs = all(is_theirs(setup, person, key) for key in job.stages)
    return theirs and (job.writing or not is_guest(setup))
