"""Read, check, plan, apply, read back, undo: the one orchestration.

Called by the worker, the command line and the tests alike. What it does is told through the
job's row and its events; whoever looks at the page is told by `progress`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from orgs import directory
from orgs.connections.client import client_for
from orgs.discovery import agree_version, discover
from orgs.salesforce.client import Client
from orgs.salesforce.errors import NoAnswer, SalesforceError, VersionRefused
from wizard.guides.base import Inputs, Snapshot
from wizard.guides.changes import Change, Outcome, Stop
from wizard.guides.text import Json
from wizard.history.record import record_event
from wizard.jobs import handover, queue
from wizard.live import publish
from wizard.messages import events as sentences
from wizard.models import UNDER_WAY, Job, Setup
from wizard.state import recorded_changes, snapshots
from wizard.state.context import Context, context_of, inputs_of

logger = logging.getLogger(__name__)

MOST_LOST_ANSWERS = 3
EVENT_OF: dict[str, str] = {Job.Kind.APPLY: "changed", Job.Kind.UNDO: "undone"}
MOST_READS = 3  # of one check, while people go on choosing


class OrgChanged(Exception):
    """The org is no longer what the person saw when they approved the plan."""


class PartlyRefused(Exception):
    """Salesforce took some changes and refused others."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        super().__init__(f"{len(outcomes)} refused")
        self.outcomes = outcomes


def run(job: Job) -> None:
    """Do a claimed job to its end, whatever the end is.

    Raises only `jobs.LostClaim` and `jobs.NO_DATABASE`: then somebody else has it, or will continue it.
    """
    try:
        _RUN[job.kind](job)
    except Stop:
        queue.finish(job, Job.State.STOPPED)
    except OrgChanged:
        queue.finish(job, Job.State.FAILED, error_code="ORG_CHANGED")
    except handover.StepsRegressed as fell:
        fell.tell(job)
        queue.finish(job, Job.State.FAILED, error_code="LINES_FELL")
    except PartlyRefused as refused:
        first = refused.outcomes[0]
        queue.finish(
            job,
            Job.State.FAILED,
            error_code=first.error_code or "REFUSED",
            error_details=first.error_message or "",
        )
    except SalesforceError as error:
        queue.finish(job, Job.State.FAILED, error_code=error.code, error_details=error.message)
    except (queue.ClaimLost, *queue.NO_DATABASE):
        raise
    except Exception:
        logger.exception("job %s failed, reference %s", job.pk, job.reference)
        queue.finish(job, Job.State.FAILED, error_code="UNEXPECTED")
    else:
        if job.state in Job.ACTIVE:
            queue.finish(job, Job.State.DONE)


def watch(setup: Setup, stages: Sequence[str], old: datetime) -> int:
    """Re-read what these stages' steps look at that are open, or were read before; how many calls it took."""
    parts = recorded_changes.parts_to_watch(setup, stages, old)
    before = _snapshot_of(setup) if parts else None
    with client_for(setup.org) as client:
        if parts and (late := setup.guide.read_late(before, _read(client, setup, parts).snapshot)):
            _read(client, setup, late)
        return client.calls


def look_at_everything(setup: Setup, *, slow: bool = False) -> int:
    """A full status read: two calls side by side, four with the slow parts. How many calls it took.

    What only this read tells to be needed is read after it.
    """
    guide, began, before = setup.guide, timezone.now(), _snapshot_of(setup)
    slow = slow or guide.slow_due(before, inputs_of(setup))
    with client_for(setup.org) as client:
        now = _read(client, setup, None, slow=slow).snapshot
        _settle_earlier(setup, now, began)
        _settle_failed_undos(setup, now)
        if guide.rediscover(before, now, setup.org.known):
            discover(client, setup.org)
            _read(client, setup, None)
        elif late := guide.read_late(before, now):
            _read(client, setup, late)
        return client.calls


def _snapshot_of(setup: Setup) -> Snapshot | None:
    """What was seen before."""
    return setup.guide.load(setup.snapshot) if setup.snapshot else None


def _check(job: Job) -> None:
    if not _read_until(job, lambda: queue.finish(job, Job.State.DONE)):
        queue.finish(job, Job.State.DONE)
        queue.start(job.setup, Job.Kind.CHECK, actor=job.requested_by)  # for what was chosen last


def _read_until(job: Job, end: Callable[[], None]) -> bool:
    """Read everything; again if somebody chose otherwise meanwhile: they were given this job to wait for.

    False if they still do so at the last time: then it is not ended.
    """
    for _attempt in range(MOST_READS):
        queue.set_waiting_reason(job, "reading")
        read_for = job.setup.inputs
        look_at_everything(job.setup, slow=_wants_slow(job))
        with transaction.atomic():
            # Whoever chooses holds this row: either we see their choice, or they see that this job is over.
            chosen = Setup.objects.select_for_update(no_key=True).only("inputs").get(pk=job.setup_id).inputs
            if not _chosen_otherwise(job, read_for, chosen):
                end()
                return True
        job.setup.inputs = chosen
    return False


def _wants_slow(job: Job) -> bool:
    """What is handed over is read anew, and what somebody asked for on the page that shows it."""
    return job.kind == Job.Kind.HANDOVER or any(map(job.setup.guide.has_slow_lines, job.stages))


def _chosen_otherwise(job: Job, read_for: Mapping[str, Json], chosen: Mapping[str, Json]) -> bool:
    """But for what the reading itself found."""
    now = context_of(job.setup)
    found = job.setup.guide.found_inputs(now.snapshot, now.inputs)
    return {**chosen, **found} != {**read_for, **found}


def _people(job: Job) -> None:
    def on_page(read: int) -> None:
        queue.renew_claim(job)
        Job.objects.filter(pk=job.pk).update(done_count=read)
        publish.notify_changed(job.setup_id)
        if queue.stop_requested(job):
            raise Stop

    queue.set_waiting_reason(job, "reading_people")
    with client_for(job.setup.org) as client:
        directory.refresh(job.setup.org, client, on_page)


def _apply(job: Job) -> None:
    _write(job, _ApplyStrategy(job))


def _undo(job: Job) -> None:
    _write(job, _UndoSide(job))


def _handover(job: Job) -> None:
    if not _read_until(job, lambda: handover.hand_over(job)):
        handover.hand_over(job)


class _ApplyStrategy:
    """Applying: the plan of the job's stages, as it was approved."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.parts_first: frozenset[str] | None = None  # a full, fresh look before we write

    def plan(self, now: Context) -> list[Change]:
        return _as_approved(self.job, self.job.setup.guide.plan(now.snapshot, now.inputs, self.job.stages))

    def send(self, client: Client, plan: list[Change], now: Context, recorder: _Recorder) -> None:
        self.job.setup.guide.apply(client, plan, now.snapshot, now.inputs, recorder)

    def tell_end(self, now: Context) -> None:
        """Each change has told for itself."""


class _UndoSide:
    """Undoing: the inverse of the changes that we recorded, diffed against the org."""

    def __init__(self, job: Job) -> None:
        self.job = job
        every = [stage.key for stage in job.setup.guide.stages]
        self.parts_first: frozenset[str] | None = job.setup.guide.parts_read_by(every)

    def plan(self, now: Context) -> list[Change]:
        plan = recorded_changes.undo_plan(self.job.setup, self.job.stages, now.snapshot)
        return _as_approved(self.job, [change for change in plan if not change.idle])

    def send(self, client: Client, plan: list[Change], now: Context, recorder: _Recorder) -> None:
        self.job.setup.guide.undo(client, plan, recorder)

    def tell_end(self, now: Context) -> None:
        """What is still there of what we made, and why."""
        setup = self.job.setup
        for change, count in recorded_changes.left_over(setup, self.job.stages, now.snapshot):
            what = sentences.remains(change.kind, change.what, change.group, count)
            why = change.after if change.idle else sentences.NOT_TAKEN_BACK
            record_event(setup, "left_over", job=self.job, what=what.to_json(), why=why.to_json())


def _as_approved(job: Job, plan: Sequence[Change]) -> list[Change]:
    """The plan, if it is what the person saw; once the work has begun: what is left of it."""
    keys, approved = {change.key for change in plan}, set(job.approved)
    begun = job.attempts > 1 or job.events.filter(kind=EVENT_OF[job.kind]).exists()
    if keys and keys != approved and not begun:
        raise OrgChanged
    return [change for change in plan if change.key in approved]


def _write(job: Job, side: _ApplyStrategy | _UndoSide) -> None:
    with client_for(job.setup.org) as client:
        _write_by(client, job, side)


def _write_by(client: Client, job: Job, side: _ApplyStrategy | _UndoSide) -> None:
    recorder = _Recorder(job)
    ended: Stop | SalesforceError | None = None
    for attempt in range(1, MOST_LOST_ANSWERS + 1):
        queue.set_waiting_reason(job, "reading" if attempt == 1 else "reading_after_lost_answer")
        now = _read(client, job.setup, side.parts_first)
        _reconcile_intent(job, now.snapshot)
        ended = None
        plan = side.plan(now)
        _announce(job, plan)
        if not plan:
            break
        ended = _send(client, job, side, plan, now, recorder)
        if not isinstance(ended, NoAnswer):
            break
    after = _read_back(client, job, after=ended) if recorder.sent else now
    if after is not None:
        side.tell_end(after)
    if ended:
        raise ended
    if recorder.refused:
        raise PartlyRefused(recorder.refused)


def _send(
    client: Client,
    job: Job,
    side: _ApplyStrategy | _UndoSide,
    plan: list[Change],
    now: Context,
    recorder: _Recorder,
) -> Stop | SalesforceError | None:
    """Make the changes; what ended it early, if anything did."""
    try:
        side.send(client, plan, now, recorder)
    except NoAnswer as lost:
        record_event(job.setup, "answer_lost", job=job, error_code=lost.code)
        return lost
    except (Stop, SalesforceError) as ended:
        return ended
    return None


def _read_back(client: Client, job: Job, *, after: Stop | SalesforceError | None) -> Context | None:
    """What is true now, if it can be read. After an error too: some of the last call may have been done."""
    queue.set_waiting_reason(job, "reading_back")
    try:
        now = _read(client, job.setup, job.setup.guide.parts_read_by(job.stages))
    except SalesforceError as error:
        if not isinstance(after, SalesforceError):
            raise
        # The first error is the one to tell; the intent stays for the next job to settle.
        logger.warning("job %s could not read back: %s", job.pk, error.code)
        return None
    _reconcile_intent(job, now.snapshot)
    return now


def _announce(job: Job, plan: Sequence[Change]) -> None:
    done = job.done_count
    Job.objects.filter(pk=job.pk).update(total_count=done + len(plan))
    record_event(job.setup, "planned" if plan else "nothing_to_do", job=job, count=len(plan))
    queue.set_waiting_reason(job, "salesforce")


def _read(client: Client, setup: Setup, parts: frozenset[str] | None, *, slow: bool = False) -> Context:
    """Read these parts (`None`: all but the slow ones) and keep them: how the setup stands then."""
    now = snapshots.store(setup, *read_only(client, setup, parts, slow=slow), parts, slow=slow)
    publish.notify_changed(setup.id)
    return now


def read_only(
    client: Client, setup: Setup, parts: frozenset[str] | None = None, *, slow: bool = False
) -> tuple[Snapshot, Inputs]:
    """What is in the org now, kept nowhere, and the inputs that it was read for."""
    guide = setup.guide
    known, inputs = snapshots.known_of(setup), inputs_of(setup)
    also = guide.slow_parts if slow else frozenset()
    try:
        return guide.read(client, inputs, parts, known, also), inputs
    except VersionRefused:
        agree_version(client, setup.org)
        return guide.read(client, inputs, parts, known, also), inputs


def _reconcile_intent(job: Job, snapshot: Snapshot) -> None:
    """Settle what was sent without a recorded answer: by what the org says now, not by guessing.

    For an apply, a row that is there now and was not before was made by us; for an undo, a
    row that is gone was removed by us. Whatever did not happen is simply planned again. That
    goes for earlier jobs of the setup too, which ended before they could look.
    """
    _settle_earlier(job.setup, snapshot, timezone.now())
    if job.intent:
        with transaction.atomic():
            queue.renew_claim(job)
            _record(job, _found(job, snapshot), found_by_reading=True)


def _settle_earlier(setup: Setup, snapshot: Snapshot, read_began: datetime) -> None:
    """A check does it too, so that what we made can be undone although no change is left to make.

    What was sent after the reading began may be missing in it: that job is left for the next look.
    """
    ended = setup.jobs.filter(kind__in=Job.WRITING, state__in=Job.ENDED, finished_at__lt=read_began)
    for pk in ended.exclude(intent=[]).values_list("pk", flat=True):
        with transaction.atomic():
            rows = Job.objects.select_for_update(of=("self",), no_key=True).select_related(
                "setup", "requested_by"
            )
            job = rows.get(pk=pk)
            if job.intent:  # nobody else settled it meanwhile
                _record(job, _found(job, snapshot), found_by_reading=True)


def _settle_failed_undos(setup: Setup, snapshot: Snapshot) -> None:
    """What an undo did not get done may have been done since: by hand, or stage by stage."""
    failed = setup.jobs.filter(kind=Job.Kind.UNDO, state=Job.State.FAILED, put_right_at=None)
    for job in failed:
        left = recorded_changes.undo_plan(setup, job.stages, snapshot)
        if all(change.idle for change in left):
            failed.filter(pk=job.pk).update(put_right_at=timezone.now())


def _found(job: Job, snapshot: Snapshot) -> list[Outcome]:
    changes = [Change.from_json(raw) for raw in job.intent]
    found = [(change, job.setup.guide.found(change, snapshot)) for change in changes]
    return [Outcome(change, ok=True, created=True, record_id=row) for change, row in found if row]


class _Recorder:
    """The runner's side of `guide.apply`: intent before, outcome after, stop in between."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.refused: list[Outcome] = []
        self.sent = False

    def before_batch(self, changes: Sequence[Change]) -> None:
        if queue.stop_requested(self.job) or not self._still_wanted():
            raise Stop
        queue.renew_claim(self.job)
        self.job.intent = list(map(Change.to_json, changes))
        self.job.save(update_fields=["intent"])
        self.sent = True

    def _still_wanted(self) -> bool:
        """Whoever approved it may still change this setup, and it is still under way."""
        if Setup.objects.filter(UNDER_WAY, pk=self.job.setup_id).exists():
            return handover.still_allowed(self.job)
        return False

    def after_batch(self, outcomes: Sequence[Outcome]) -> None:
        with transaction.atomic():
            queue.renew_claim(self.job)
            _record(self.job, outcomes)
        self.refused.extend(outcome for outcome in outcomes if not outcome.ok)


def _record(job: Job, outcomes: Sequence[Outcome], *, found_by_reading: bool = False) -> None:
    """Keep the answers and clear the intent, in the caller's transaction."""
    if outcomes:
        record_event(
            job.setup,
            EVENT_OF[job.kind],
            actor=job.requested_by,
            job=job,
            changes=[recorded_changes.outcome_to_json(outcome) for outcome in outcomes],
            rows=recorded_changes.summarise(outcomes),
            found_by_reading=found_by_reading,
        )
    job.intent = []
    job.done_count += sum(outcome.ok for outcome in outcomes)
    job.save(update_fields=["intent", "done_count"])
    publish.notify_changed(job.setup_id)


_RUN: dict[str, Callable[[Job], None]] = {
    Job.Kind.CHECK: _check,
    Job.Kind.SYNC_USERS: _people,
    Job.Kind.APPLY: _apply,
    Job.Kind.UNDO: _undo,
    Job.Kind.HANDOVER: _handover,
}
