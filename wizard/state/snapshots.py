"""What we saw in the org, stored with the setup: snapshot in, findings out. No calls to Salesforce."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from wizard.guides.base import Finding, Status, Step
from wizard.guides.changes import Change
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _
from wizard.history.record import record_event
from wizard.models import Job, Setup, StepState
from wizard.state import recorded_changes, signatures, summary
from wizard.state.overview import inputs_of, overview_of


def store(setup: Setup, fresh: Any, parts: Collection[str] | None) -> Any:
    """Lay what was just read over what we knew, check it, and keep both; gives the merged snapshot.

    `parts` are the parts that were read (`None`: all). Only steps that look at one of them
    are checked again, so a partial read can't make an old fact look fresh.
    """
    with transaction.atomic():
        locked = Setup.objects.select_for_update().get(pk=setup.pk)
        guide = setup.guide
        merged = guide.merge(guide.load(locked.snapshot) if locked.snapshot else None, fresh)
        setup.snapshot = locked.snapshot = guide.dump(merged)
        fields = ["snapshot"]
        if parts is None:
            setup.snapshot_at = locked.snapshot_at = timezone.now()
            fields.append("snapshot_at")
        locked.save(update_fields=fields)
        setup.inputs = locked.inputs
        _check(setup, merged, inputs_of(setup), parts, just_read=True)
    return merged


def check_again(setup: Setup) -> None:
    """After an input changed: what the same snapshot says now."""
    snapshot = setup.typed_snapshot
    if snapshot is not None:
        with transaction.atomic():
            _check(setup, snapshot, inputs_of(setup), None, just_read=False)


def _check(
    setup: Setup, snapshot: Any, inputs: Any, parts: Collection[str] | None, *, just_read: bool
) -> None:
    now = timezone.now()
    before = {state.step: state for state in StepState.objects.filter(setup=setup)}
    checked, void = [], []
    for step in setup.guide.steps():
        if step.check is None or (parts is not None and not step.reads & set(parts)):
            continue
        old, subject = before.get(step.key), signatures.subject_of(step, snapshot, inputs)
        finding = step.check(snapshot, inputs).to_json() | signatures.kept(old, subject)
        checked.append(_state(setup, step.key, old, finding, now))
        if old and signatures.is_void(old, subject):
            void.append((step, checked[-1]))
    StepState.objects.bulk_create(
        checked,
        update_conflicts=True,
        unique_fields=["setup", "step"],
        update_fields=["finding", "checked_at"],
    )
    for step, state in void:
        signatures.withdraw(setup, step, state)
    if just_read:
        _tell_what_people_did(setup, before, checked)
    _keep_standing(setup, {**before, **{state.step: state for state in checked}}, snapshot, inputs)


def _state(
    setup: Setup, step: str, before: StepState | None, finding: dict[str, Any], now: datetime
) -> StepState:
    state = StepState(setup=setup, step=step, finding=finding, checked_at=now)
    if before:  # not written again; so that the row here says what the one in the database does
        state.confirmed_by_id, state.confirmed_at = before.confirmed_by_id, before.confirmed_at
        state.confirmed_name = before.confirmed_name
    return state


def _tell_what_people_did(
    setup: Setup, before: Mapping[str, StepState], checked: Iterable[StepState]
) -> None:
    """A value has changed since we last looked, and not by us: that is history too.

    The first stage is left out: what it shows depends on the choices made here.
    """
    told = {step.key: step for stage in setup.guide.work for step in stage.steps}
    for state in checked:
        old = before.get(state.step)
        was, now = old.get_finding() if old else None, state.get_finding()
        if not (old and was and now and state.step in told and _value_changed(was, now)):
            continue
        if told[state.step].plan is None or not _ours(setup, told[state.step], old.checked_at):
            _tell(setup, told[state.step], was, now)


def _tell(setup: Setup, step: Step[Any, Any], was: Finding, now: Finding) -> None:
    record_event(
        setup,
        "seen_done" if now.status is Status.DONE else "seen_open",
        step=step.key,
        title=step.title.to_json(),
        before=value_of(was),
        after=value_of(now),
    )


UNREAD = ("not_read", "unreadable", "policies_hidden", "no_sets_seen")  # they say nothing of the org
RIGHT, NOT_RIGHT = Text(_("right")), Text(_("not right"))


def value_of(finding: Finding) -> dict[str, Any] | None:
    """What was there, for the history; `None` when nothing could read it."""
    if finding.now is None and finding.status is Status.CANNOT_CHECK:
        return None
    return (finding.now or (RIGHT if finding.status is Status.DONE else NOT_RIGHT)).to_json()


def _value_changed(was: Finding, now: Finding) -> bool:
    """It was right and is not, or the other way round; the same value read otherwise is no change."""
    if was.now is not None and was.now == now.now:
        return False
    if now.status is Status.DONE:
        return was.status is not Status.DONE and was.code not in UNREAD
    return was.status is Status.DONE and now.status is not Status.CANNOT_CHECK


def _ours(setup: Setup, step: Step[Any, Any], since: datetime | None) -> bool:
    """Whether a job of ours may have changed what this step looks at: then its own events tell it."""
    if setup.jobs.filter(kind__in=Job.WRITING).exclude(intent=[]).exists():
        return True
    recent = Q(at__gte=since) | Q(job__state__in=Job.ACTIVE)
    return setup.events.filter(recent, kind__in=("changed", "undone")).exists()


def keep_standing(setup: Setup) -> None:
    """After a confirmation: where the setup stands now. In the caller's transaction."""
    states = {state.step: state for state in StepState.objects.filter(setup=setup)}
    _keep_standing(setup, states, setup.typed_snapshot, inputs_of(setup))


def _keep_standing(setup: Setup, states: Mapping[str, StepState], snapshot: Any, inputs: Any) -> None:
    stand = summary.summarise(overview_of(setup, states, snapshot=snapshot, inputs=inputs))
    Setup.objects.filter(pk=setup.pk).update(
        summary=stand.summary, stages_done=stand.stages_done, next_stage=stand.next_stage
    )


def plan(setup: Setup, snapshot: Any, stages: Iterable[str]) -> list[Change]:
    """Every change that these stages need, in order, each once, with all the steps that it serves."""
    inputs = inputs_of(setup)
    changes: dict[str, Change] = {}
    for key in stages:
        for step in setup.guide.stage(key).steps:
            for change in step.plan(snapshot, inputs) if step.plan is not None else ():
                there = changes.get(change.key)
                changes[change.key] = replace(there, also=(*there.also, step.key)) if there else change
    return list(changes.values())


def parts_read_by(setup: Setup, stages: Iterable[str]) -> frozenset[str]:
    """The parts that the steps with a plan in these stages look at: what a read-back needs."""
    return frozenset(
        part
        for key in stages
        for step in setup.guide.stage(key).steps
        if step.plan is not None
        for part in step.reads
    )


def known_of(setup: Setup) -> Mapping[str, Any]:
    """What discovery kept for the org, how much of its API allowance is used, and what we made there."""
    connection = setup.org.connection
    usage = {"used": connection.api_used, "limit": connection.api_limit}
    made = recorded_changes.made_by_id(setup, setup.guide.known_by_id)
    ours = {"usage": usage, "is_sandbox": setup.org.is_sandbox, "made": made}
    return {**setup.org.known, **setup.org.assumptions, **ours}
