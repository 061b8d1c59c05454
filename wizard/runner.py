"""Read, check, plan, apply, read back, undo: the one orchestration.

Called by the worker, the command line and the tests alike. What it does is told through the
job's row and its events; whoever looks at the page is told by `progress`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from orgs import directory, tokens
from orgs.connections import client_for
from orgs.discovery import discover
from orgs.salesforce.client import Client
from orgs.salesforce.errors import NoAnswer, SalesforceError
from wizard import facts, jobs, progress, records
from wizard.guides.base import Change, Outcome, Stop
from wizard.models import Job, Setup, log

logger = logging.getLogger(__name__)

MOST_LOST_ANSWERS = 3


class OrgChanged(Exception):
    """The org is no longer what the person saw when they approved the plan."""


class PartlyRefused(Exception):
    """Salesforce took some changes and refused others."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        super().__init__(f"{len(outcomes)} refused")
        self.outcomes = outcomes


def run(job: Job) -> None:
    """Do a claimed job to its end, whatever the end is. Raises only `jobs.LostClaim`."""
    try:
        _RUN[job.kind](job)
    except Stop:
        jobs.finish(job, Job.State.STOPPED)
    except OrgChanged:
        jobs.finish(job, Job.State.FAILED, error_code="ORG_CHANGED")
    except PartlyRefused as refused:
        first = refused.outcomes[0]
        jobs.finish(
            job,
            Job.State.FAILED,
            error_code=first.error_code or "REFUSED",
            error_details=first.error_message or "",
        )
    except SalesforceError as error:
        jobs.finish(job, Job.State.FAILED, error_code=error.code, error_details=error.message)
    except jobs.LostClaim:
        raise
    except Exception:
        logger.exception("job %s failed, reference %s", job.pk, job.reference)
        jobs.finish(job, Job.State.FAILED, error_code="UNEXPECTED")
    else:
        jobs.finish(job, Job.State.DONE)


def watch(setup: Setup, stages: Sequence[str]) -> int:
    """Re-read the facts of these stages' open steps; how many calls that took."""
    client = client_for(setup.org)
    parts = records.open_parts(setup, stages)
    if parts:
        _read(client, setup, parts)
    return client.calls


def look_at_everything(setup: Setup) -> int:
    """A full status read: two calls side by side, one round trip. How many calls it took."""
    client = client_for(setup.org)
    before = facts.snapshot_of(setup)
    now = _read(client, setup, None)
    if setup.guide.rediscover(before, now, setup.org.known):
        discover(client, setup.org)
        _read(client, setup, None)
    return client.calls


def _check(job: Job) -> None:
    jobs.wait_for(job, "reading")
    look_at_everything(job.setup)


def _people(job: Job) -> None:
    def on_page(read: int) -> None:
        jobs.hold(job)
        Job.objects.filter(pk=job.pk).update(done_count=read)
        progress.changed(job.setup_id)
        if jobs.stop_requested(job):
            raise Stop

    jobs.wait_for(job, "reading_people")
    directory.refresh(job.org, client_for(job.org), on_page)


def _apply(job: Job) -> None:
    _write(job, _ApplySide(job))


def _undo(job: Job) -> None:
    _write(job, _UndoSide(job))


class _ApplySide:
    """Applying: the plan of the job's stages, as it was approved."""

    event = "changed"

    def __init__(self, job: Job) -> None:
        self.job = job
        self.parts_first: frozenset[str] | None = None  # a full, fresh look before we write

    def plan(self, snapshot: Any) -> list[Change]:
        job = self.job
        plan = facts.plan(job.setup, snapshot, job.stages)
        keys = {change.key for change in plan}
        approved = set(job.approved)
        begun = job.attempts > 1 or job.events.filter(kind=self.event).exists()
        if keys and keys != approved and not begun:
            raise OrgChanged
        return [change for change in plan if change.key in approved]

    def send(self, client: Client, plan: list[Change], snapshot: Any, recorder: _Recorder) -> None:
        guide = self.job.setup.guide
        guide.apply(client, plan, snapshot, facts.inputs_of(self.job.setup), recorder)


class _UndoSide:
    """Undoing: the inverse of the changes that we recorded, diffed against the org."""

    event = "undone"

    def __init__(self, job: Job) -> None:
        self.job = job
        self.parts_first: frozenset[str] | None = facts.parts_read_by(job.setup, job.stages)

    def plan(self, snapshot: Any) -> list[Change]:
        made = records.outstanding(self.job.setup, self.job.stages)
        plan: list[Change] = self.job.setup.guide.undo_plan(made, snapshot)
        if self.job.attempts == 1 and {c.key for c in plan} != set(self.job.approved):
            raise OrgChanged
        return plan

    def send(self, client: Client, plan: list[Change], snapshot: Any, recorder: _Recorder) -> None:
        self.job.setup.guide.undo(client, plan, recorder)


def _write(job: Job, side: _ApplySide | _UndoSide) -> None:
    client = client_for(job.org)
    recorder = _Recorder(job, side.event)
    stopped: Stop | None = None
    for attempt in range(1, MOST_LOST_ANSWERS + 1):
        jobs.wait_for(job, "reading" if attempt == 1 else "reading_after_lost_answer")
        snapshot = _read(client, job.setup, side.parts_first)
        _settle(job, snapshot, side.event)
        plan = side.plan(snapshot)
        _announce(job, plan)
        if not plan:
            break
        try:
            side.send(client, plan, snapshot, recorder)
            break
        except Stop as stop:
            stopped = stop
            break
        except NoAnswer as lost:
            log(job.setup, "answer_lost", job=job, error_code=lost.code)
            if attempt == MOST_LOST_ANSWERS:
                raise
    if recorder.sent:
        jobs.wait_for(job, "reading_back")
        snapshot = _read(client, job.setup, facts.parts_read_by(job.setup, job.stages))
        _settle(job, snapshot, side.event)
    if stopped:
        raise stopped
    if recorder.refused:
        raise PartlyRefused(recorder.refused)


def _announce(job: Job, plan: Sequence[Change]) -> None:
    done = job.done_count
    Job.objects.filter(pk=job.pk).update(total_count=done + len(plan))
    log(job.setup, "planned" if plan else "nothing_to_do", job=job, count=len(plan))
    jobs.wait_for(job, "salesforce")


def _read(client: Client, setup: Setup, parts: frozenset[str] | None) -> Any:
    fresh = setup.guide.read(client, facts.inputs_of(setup), parts, facts.known_of(setup))
    merged = facts.store(setup, fresh, parts)
    progress.changed(setup.id)
    return merged


def _settle(job: Job, snapshot: Any, event: str) -> None:
    """Settle what was sent without a recorded answer: by what the org says now, not by guessing.

    For an apply, a row that is there now and was not before was made by us; for an undo, a
    row that is gone was removed by us. Whatever did not happen is simply planned again.
    """
    if not job.intent:
        return
    outcomes = []
    for raw in job.intent:
        change = Change.from_json(raw)
        record_id = job.setup.guide.found(change, snapshot)
        if record_id:
            outcomes.append(Outcome(change, ok=True, created=True, record_id=record_id))
    with transaction.atomic():
        _record(job, event, outcomes, found_by_reading=True)


class _Recorder:
    """The runner's side of `guide.apply`: intent before, outcome after, stop in between."""

    def __init__(self, job: Job, event: str) -> None:
        self.job = job
        self.event = event
        self.refused: list[Outcome] = []
        self.sent = False

    def before_batch(self, changes: Sequence[Change]) -> None:
        if jobs.stop_requested(self.job):
            raise Stop
        jobs.hold(self.job)
        self.job.intent = [change.to_json() for change in changes]
        self.job.save(update_fields=["intent"])
        self.sent = True

    def after_batch(self, outcomes: Sequence[Outcome]) -> None:
        with transaction.atomic():
            jobs.hold(self.job)
            _record(self.job, self.event, outcomes)
        self.refused.extend(outcome for outcome in outcomes if not outcome.ok)


def _record(job: Job, event: str, outcomes: Sequence[Outcome], *, found_by_reading: bool = False) -> None:
    """Keep the answers and clear the intent, in the caller's transaction."""
    if outcomes:
        log(
            job.setup,
            event,
            actor=job.requested_by,
            job=job,
            changes=[records.outcome_to_json(outcome) for outcome in outcomes],
            rows=records.summarise(outcomes),
            found_by_reading=found_by_reading,
        )
    job.intent = []
    job.done_count += sum(outcome.ok for outcome in outcomes)
    job.save(update_fields=["intent", "done_count"])
    progress.changed(job.setup_id)


_RUN: dict[str, Callable[[Job], None]] = {
    Job.Kind.CHECK: _check,
    Job.Kind.PEOPLE: _people,
    Job.Kind.APPLY: _apply,
    Job.Kind.UNDO: _undo,
}


def finish_setup(setup: Setup, actor: Any) -> None:
    """Hand the setup over: it keeps its proof, and we give back the keys to the org.

    The keys stay while another setup of the same org is being worked on.
    """
    with transaction.atomic():
        setup.finished_at, setup.finished_by = timezone.now(), actor
        setup.save(update_fields=["finished_at", "finished_by"])
        log(setup, "finished", actor=actor)
    if not Setup.objects.filter(org_id=setup.org_id, finished_at=None).exists():
        tokens.disconnect(setup.org.connection)
    progress.changed(setup.id)
