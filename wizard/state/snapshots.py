"""What we saw in the org, stored with the setup: snapshot in, findings out. No calls to Salesforce."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils import timezone

from wizard.guides.base import NOT_NEEDED, AnyStep, Finding, Inputs, Seen, Snapshot, Status, Subject
from wizard.guides.text import Json, Text
from wizard.guides.text import gettext_noop as _
from wizard.history import notices
from wizard.history.record import record_event
from wizard.models import Job, Setup, StepState
from wizard.state import recorded_changes, signatures, summary
from wizard.state.context import Context, context_of, inputs_of, overview

#: Findings or signatures of a setup are kept anew, in this transaction. Sends `setup`.
lines_kept = Signal()


def store(
    setup: Setup, fresh: Snapshot, inputs: Inputs, parts: Collection[str] | None, *, slow: bool = False
) -> Context:
    """Lay what was just read over what we knew, check it, and keep both; how the setup stands then.

    `inputs` are those that it was read for: somebody may have chosen otherwise since. `parts` are
    the parts that were read (`None`: all but the slow ones, and with `slow` those too). Only steps
    that look at one of them are checked again, so a partial read can't make an old fact look fresh.
    """
    with transaction.atomic():
        locked = Setup.objects.select_for_update(no_key=True).get(pk=setup.pk)
        guide = setup.guide
        merged = guide.merge(guide.load(locked.snapshot) if locked.snapshot else None, fresh)
        setup.snapshot = locked.snapshot = guide.dump(merged)
        fields = ["snapshot"]
        if parts is None:
            setup.snapshot_at = locked.snapshot_at = timezone.now()
            fields.append("snapshot_at")
        if setup.inputs != locked.inputs:
            setup.inputs = locked.inputs
            inputs = inputs_of(setup)
        if new := _unanswered(setup, guide.found_inputs(merged, inputs)):
            setup.inputs = locked.inputs = {**locked.inputs, **new}
            inputs = inputs_of(setup)
            fields.append("inputs")
            labels = [each.label.to_json() for each in guide.inputs if each.key in new]
            record_event(setup, "input_found", label=labels[0], keys=sorted(new))
        locked.save(update_fields=fields)
        return _check(setup, merged, inputs, parts, just_read=True, slow=slow)


def _unanswered(setup: Setup, found: Mapping[str, Json]) -> dict[str, Json]:
    """Choices that the org answers itself, where nobody has made them yet."""
    return {key: value for key, value in found.items() if not setup.inputs.get(key)}


def check_again(setup: Setup) -> None:
    """After an input changed: what the same snapshot says now."""
    if setup.snapshot:
        with transaction.atomic():
            _check(setup, setup.guide.load(setup.snapshot), inputs_of(setup), None, just_read=False)


def _check(
    setup: Setup,
    snapshot: Snapshot,
    inputs: Inputs,
    parts: Collection[str] | None,
    *,
    just_read: bool,
    slow: bool = False,
) -> Context:
    before = {state.step: state for state in StepState.objects.filter(setup=setup)}
    was = {key: Finding.from_json(state.finding) for key, state in before.items()}
    seen, order = setup.guide.look(snapshot, inputs, parts), setup.guide.order(snapshot, inputs)
    at = timezone.now()
    unread = set() if slow else setup.guide.slow_parts - set(parts or ())
    old = {step.key for step in setup.guide.steps() if step.reads & unread}
    read_at = {key: _read_before(before.get(key)) if key in old else at for key in seen}
    checked = {key: _state(setup, key, before.get(key), each, read_at[key]) for key, each in seen.items()}
    StepState.objects.bulk_create(
        checked.values(),
        update_conflicts=True,
        unique_fields=["setup", "step"],
        update_fields=["finding", "checked_at"],
    )
    for key, each in seen.items():
        if key in before and signatures.is_void(before[key], each.subject):
            signatures.withdraw(setup, setup.guide.step(key), checked[key])
    _tell_alarms(setup, was, seen)
    if just_read:
        _tell_what_people_did(setup, before, was, seen)
    findings = was | {key: each.finding for key, each in seen.items()}
    now = Context(setup, snapshot, inputs, overview(setup, {**before, **checked}, findings, order))
    if just_read:
        _forget_drift(now, seen)
    _keep_standing(now, is_first=not before)
    return now


def _read_before(state: StepState | None) -> datetime | None:
    """What a slow part says now is as old as it was."""
    return state.checked_at if state else None


def _state(setup: Setup, step: str, before: StepState | None, seen: Seen, at: datetime | None) -> StepState:
    finding = seen.finding.to_json() | signatures.kept(before, seen.subject)
    state = StepState(setup=setup, step=step, finding=finding, checked_at=at)
    if before:  # not written again; so that the row here says what the one in the database does
        state.confirmed_by_id, state.confirmed_at = before.confirmed_by_id, before.confirmed_at
        state.confirmed_name = before.confirmed_name
    return state


def _tell_alarms(setup: Setup, was: Mapping[str, Finding | None], seen: Mapping[str, Seen]) -> None:
    """Harm is history when it is first seen, whether the org has changed or what is expected of it."""
    for key, each in seen.items():
        old, now = was.get(key), each.finding
        if now.alarm and not (old and old.alarm and old.sentence == now.sentence):
            record_event(setup, "alarm", step=key, says=now.sentence.to_json())


def _tell_what_people_did(
    setup: Setup, before: Mapping[str, StepState], was: Mapping[str, Finding | None], seen: Mapping[str, Seen]
) -> None:
    """A value has changed since we last looked, and not by us: that is history too."""
    for step in setup.guide.steps():
        old, now = was.get(step.key), seen.get(step.key)
        if not (step.watched and old and now and _value_changed(old, now.finding, setup.guide.says_nothing)):
            continue
        looked_at = before[step.key].checked_at
        if step.plan is None or not _ours(setup, step, looked_at):
            _tell(setup, step, old, now.finding, by=changed_by(now.subject, looked_at))


def changed_by(subject: Subject, looked_at: datetime | None) -> str:
    """Who did it, where Salesforce names them for a change since we last looked."""
    if not looked_at or not subject.changed_at:
        return ""
    since = looked_at.replace(microsecond=0)  # Salesforce keeps whole seconds
    return subject.changed_by if subject.changed_at >= since else ""


def _tell(setup: Setup, step: AnyStep, was: Finding, now: Finding, *, by: str) -> None:
    record_event(
        setup,
        "seen_done" if now.status is Status.DONE else "seen_open",
        step=step.key,
        title=step.title.to_json(),
        before=value_of(was),
        after=value_of(now),
        by=by,
    )


RIGHT, NOT_RIGHT = Text(_("right")), Text(_("not right"))


def value_of(finding: Finding) -> dict[str, Json] | None:
    """What was there, for the history; `None` when nothing could read it."""
    if finding.now is None and finding.status is Status.CANNOT_CHECK:
        return None
    return (finding.now or (RIGHT if finding.status is Status.DONE else NOT_RIGHT)).to_json()


def _value_changed(was: Finding, now: Finding, says_nothing: Collection[str]) -> bool:
    """It was right and is not, or the other way round; the same value read otherwise is no change."""
    if NOT_NEEDED in (was.code, now.code) or (was.now is not None and was.now == now.now):
        return False
    if now.status is Status.DONE:
        return was.status is not Status.DONE and was.code not in says_nothing
    return was.status is Status.DONE and now.status is not Status.CANNOT_CHECK


def _ours(setup: Setup, step: AnyStep, since: datetime | None) -> bool:
    """Whether a job of ours may have changed what this step looks at: then its own events tell it."""
    if setup.jobs.filter(kind__in=Job.WRITING).exclude(intent=[]).exists():
        return True
    recent = Q(at__gte=since) | Q(job__state__in=Job.ACTIVE)
    return setup.events.filter(recent, kind__in=("changed", "undone")).exists()


def keep_standing(setup: Setup) -> None:
    """After a confirmation: where the setup stands now. In the caller's transaction."""
    _keep_standing(context_of(setup))


def _keep_standing(now: Context, *, is_first: bool = False) -> None:
    """`is_first`: what the first look at an org finds done is nobody's news."""
    stand = summary.summarise(now.overview)
    Setup.objects.filter(pk=now.setup.pk).update(
        summary=stand.summary, stages_done=stand.stages_done, next_stage=stand.next_stage
    )
    if stand.stages_done > now.setup.stages_done and not is_first:
        for view in now.overview.stages:
            if view.steps and view.done:
                notices.stage_done(now.setup, view.stage.key, view.stage.title)
    now.setup.stages_done = stand.stages_done
    lines_kept.send(Setup, setup=now.setup)


def _forget_drift(now: Context, seen: Collection[str]) -> None:
    """Of a setup that is open again: what was seen to be right again."""
    setup = now.setup
    if setup.finished or not setup.drifted:
        return
    right = {step.step.key for view in now.overview.stages for step in view.steps if step.done}
    setup.drifted = [key for key in setup.drifted if key not in right.intersection(seen)]
    Setup.objects.filter(pk=setup.pk, finished_at=None).update(drifted=setup.drifted)


def known_of(setup: Setup) -> Mapping[str, object]:
    """What discovery kept for the org, how much of its API allowance is used, and what we made there."""
    connection = setup.org.connection
    usage = {"used": connection.api_used, "limit": connection.api_limit}
    made = recorded_changes.made_by_id(setup, setup.guide.known_by_id)
    caller = {"id": connection.user_id, "name": connection.display_name or connection.username}
    ours = {"usage": usage, "is_sandbox": setup.org.is_sandbox, "made": made, "caller": caller}
    return {**setup.org.known, **setup.org.assumptions, **ours}
