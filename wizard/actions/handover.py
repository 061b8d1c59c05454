"""Handing a setup over, opening it again, and looking at it meanwhile."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from teams.access import Action
from teams.acting.acts import NotDone, act
from teams.models import User
from wizard.actions.reading import Started
from wizard.actions.refusing import refuse_cut_off
from wizard.history.record import record_event
from wizard.jobs import queue
from wizard.jobs.handover import open_lines
from wizard.live import publish
from wizard.models import Job, Setup
from wizard.monitoring import acknowledged, drift
from wizard.query_params import one_line
from wizard.state.context import context_of

LEAST, MOST = 5, 500  # characters of a reason
LONGEST = timedelta(days=366)


@act(Action.CHANGE)
def hand_over(
    setup: Setup, person: User, open_seen: Collection[str], *, keep_watching: bool, proved: bool
) -> Started:
    """Read everything once more, and hand over on that. Lines that the person saw open may stay open."""
    refuse_cut_off(setup)
    lines = [view.step.key for view in open_lines(context_of(setup).overview)]
    if set(lines) - set(open_seen):
        raise NotDone("lines_fell", lines=lines)
    if not proved:  # it ends the connection
        raise NotDone("prove_yourself")
    last = setup.guide.handover.key
    with transaction.atomic():
        job, is_new = queue.start(
            setup, Job.Kind.HANDOVER, actor=person, stages=[last], approved=sorted(open_seen)
        )
        if is_new:  # read with the job when it hands over
            Setup.objects.filter(pk=setup.pk).update(keep_watching=keep_watching)
    if job.writing:
        raise NotDone("changes_running")
    return Started(job, is_new)


@act(Action.CHANGE)
def reopen(setup: Setup, person: User) -> None:
    """Work on it again, once, however often it is pressed; and look at the org where we still may.

    What was found after the handover stays noted until it is right again (`state.snapshots`).
    """
    try:
        with transaction.atomic():
            handed_over = Setup.objects.filter(pk=setup.pk, finished_at__isnull=False)
            looked = ("drift_checked_at", "drift_read_at", "drift_ended_at", "look_asked_at")
            never_looked = dict.fromkeys(looked)
            not_watched = {"keep_watching": False, "known_drift": {}}
            if handed_over.update(finished_at=None, finished_by=None, **not_watched, **never_looked):
                record_event(setup, "reopened", actor=person)
                publish.notify_changed(setup.id)
    except IntegrityError as taken:  # the database allows one open setup of a guide in an org
        raise NotDone("newer_setup_open") from taken
    if setup.org.connection.is_connected:
        queue.start(setup, Job.Kind.CHECK, actor=person)


@act(Action.CHANGE)
def acknowledge(setup: Setup, person: User, step_key: str, reason: str, until: date | None) -> None:
    """This difference is known: it is not told again up to that day, unless it becomes another one."""
    kept, today = one_line(reason, MOST), timezone.now().date()
    if len(kept) < LEAST:
        raise NotDone("known_why")
    if until is None or not today <= until <= today + LONGEST:
        raise NotDone("known_until")
    said = acknowledged.acknowledge(setup, step_key, person, kept, until)
    if said is None:
        raise NotDone("not_drifted")
    if said.actor_id != person.pk:
        raise NotDone("known_already", who=said.actor_name)


@act(Action.CHANGE)
def unacknowledge(setup: Setup, person: User, step_key: str) -> None:
    """Take that back, whoever said so: it is a difference to be mended again."""
    if not acknowledged.take_back(setup, step_key, person):
        raise NotDone("not_known")


@act(Action.CHANGE)
def look_now(setup: Setup, person: User) -> None:
    """After a handover: is what was right then still right?"""
    with transaction.atomic():
        if not drift.look_now(setup):
            raise NotDone("cannot_look")
        record_event(setup, "look_requested", actor=person)
    publish.notify_changed(setup.pk)
