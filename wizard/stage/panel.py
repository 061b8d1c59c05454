"""What a person can do on a stage now: the plan to approve, the instructions, what to confirm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from orgs import plain_text
from orgs.hosts import deep_link
from wizard.guides.base import Alternative, Instruction, Link, Status
from wizard.guides.changes import Change
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _
from wizard.history import audit
from wizard.history.record import record_event
from wizard.jobs import queue
from wizard.live import publish
from wizard.live.fragment import StageState
from wizard.messages.render import plain
from wizard.models import Job, Setup
from wizard.stage.people import ChoiceRow, choice_rows
from wizard.state import recorded_changes, snapshots
from wizard.state.overview import inputs_of
from wizard.state.status import StageView, StepView

SHOW_NAMES = 50


@dataclass(frozen=True)
class Row:
    """One row of a before/after table; a group of like changes is one row."""

    what: Text
    before: Text
    after: Text
    names: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True)
class PlanPreview:
    """A plan that a person may approve, exactly as shown."""

    stages: tuple[str, ...]
    changes: tuple[Change, ...]
    production_name: str = ""  # to be typed, in a production org
    kept: tuple[Change, ...] = ()  # of an undo: what can't be taken back now, and stays

    @property
    def fingerprint(self) -> str:
        return audit.fingerprint(change.key for change in self.changes)

    @property
    def rows(self) -> tuple[Row, ...]:
        return (*_rows(self.changes), *_rows(self.kept))

    @property
    def label(self) -> Text:
        if len(self.changes) == 1:
            return Text(_("Make this change for me"))
        return Text(_("Make these {count} changes for me"), {"count": len(self.changes)})

    def confirmed_by(self, typed: str) -> bool:
        """What a page or a text processor changes does not matter: case, blanks, quotes, dashes."""
        return not self.production_name or _one_spaced(typed) == _one_spaced(self.production_name)


@dataclass(frozen=True)
class HandRow:
    """One numbered instruction with its links into this org."""

    text: Text
    url: str = ""
    url_label: Text | None = None
    classic: Text | None = None
    classic_url: str = ""


@dataclass(frozen=True)
class ByHand:
    """Instructions for one step, or for all steps of a stage that are one visit."""

    title: Text | None
    rows: tuple[HandRow, ...]
    done: bool
    confirmable: tuple[StepView, ...] = ()
    turns_by_itself: bool = False  # a line of it is open that the org is read for


@dataclass(frozen=True)
class Panel:
    """Everything beside the live fragment."""

    how: str
    automatic: bool  # the stage has steps that we can do
    asks_inputs: bool
    offer: PlanPreview | None = None
    together: PlanPreview | None = None
    by_hand: tuple[ByHand, ...] = ()
    warning: Text | None = None
    undo: PlanPreview | None = None
    undo_first: tuple[StageView, ...] = ()  # stages whose changes hold what the undo has to leave
    undo_also: tuple[StageView, ...] = ()  # other stages that lose something by it
    ways: tuple[tuple[StepView, Alternative], ...] = ()
    running: Job | None = None
    choices: tuple[ChoiceRow, ...] = ()
    is_handover: bool = False
    stands_on: tuple[StepView, ...] = ()  # wrong lines of the first stage that this one needs
    lacking: tuple[StepView, ...] = ()  # rights that this stage needs and the signed-in person has not

    @property
    def nothing_by_hand(self) -> bool:
        """The first stage shows instructions only for what is missing."""
        return self.asks_inputs and all(item.done and not item.confirmable for item in self.by_hand)

    @property
    def turns_by_itself(self) -> bool:
        """Whether it is worth keeping the page open; a line may also be one that only a person knows."""
        return any(item.turns_by_itself for item in self.by_hand)


def build(now: StageState, how: str) -> Panel:
    setup, view = now.setup, now.view
    stage = view.stage
    snapshot, inputs = setup.typed_snapshot, inputs_of(setup)
    # Whoever can't wait for the first read, because we are cut off, goes by what is always so.
    seen = setup.guide.load({}) if snapshot is None and now.needs_reconnecting else snapshot
    automatic = any(step.plan is not None for step in stage.steps)
    running = next((job for job in now.active_jobs if job.writing), None)
    working = running is None and not setup.finished and not now.needs_reconnecting
    asks_inputs = stage.key == setup.guide.preparation.key
    undo = undo_offer(setup, stage.key) if working else None
    return Panel(
        how="manual" if how == "manual" or not automatic or now.needs_reconnecting else "auto",
        automatic=automatic,
        asks_inputs=asks_inputs,
        offer=offer(now) if automatic and working else None,
        together=offer(now, together=True) if (automatic or asks_inputs) and working else None,
        by_hand=_by_hand(now, seen, inputs) if seen is not None else (),
        warning=stage.warning(snapshot, inputs) if stage.warning and snapshot is not None else None,
        undo=undo,
        undo_first=_undo_first(now, undo) if undo else (),
        undo_also=_undo_also(now, undo) if undo else (),
        ways=_ways(now) if working else (),
        running=running or next(iter(now.active_jobs), None),
        choices=choice_rows(setup) if asks_inputs else (),
        is_handover=stage.key == setup.guide.handover.key,
        lacking=() if view.done or setup.finished else _wrong_in_first(now, stage.rights),
        stands_on=() if setup.finished else _wrong_in_first(now, stage.stands_on),
    )


def _wrong_in_first(now: StageState, keys: Sequence[str]) -> tuple[StepView, ...]:
    """Told before the stage starts. What we could not find out is no reason to warn."""
    first = now.overview.stage(now.setup.guide.preparation.key)
    wanted = [step for step in first.steps if step.step.key in keys]
    return tuple(step for step in wanted if step.finding and step.finding.status is Status.TO_DO)


def _production_name(setup: Setup) -> str:
    """Never empty in production, where an empty one would ask for nothing."""
    return "" if setup.org.is_sandbox else setup.org.name.strip() or setup.org.org_id


def _one_spaced(name: str) -> str:
    return plain_text.plain(name).casefold()


def offer(now: StageState, *, together: bool = False) -> PlanPreview | None:
    """The plan of this stage, or of all automatic stages together; `None` before the first read."""
    setup = now.setup
    snapshot = setup.typed_snapshot
    if snapshot is None:
        return None
    stages: tuple[str, ...] = (now.view.stage.key,)
    if together:
        stages = tuple(s.key for s in setup.guide.stages if any(step.plan for step in s.steps))
    elif now.view.blocked:
        return None
    changes = snapshots.plan(setup, snapshot, stages)
    return PlanPreview(stages, tuple(changes), _production_name(setup))


def undo_offer(setup: Setup, stage_key: str) -> PlanPreview:
    """What an undo of this stage would take back; of the last stage: of everything."""
    stages = (
        tuple(stage.key for stage in setup.guide.stages)
        if stage_key == setup.guide.handover.key
        else (stage_key,)
    )
    snapshot = setup.typed_snapshot
    plan = recorded_changes.undo_plan(setup, stages, snapshot) if snapshot is not None else []
    changes = tuple(change for change in plan if not change.idle)
    return PlanPreview(
        stages, changes, _production_name(setup), tuple(change for change in plan if change.idle)
    )


def _undo_first(now: StageState, undo: PlanPreview) -> tuple[StageView, ...]:
    return _stages_with(now, (step for change in undo.kept for step in change.data.get("first", ())))


def _undo_also(now: StageState, undo: PlanPreview) -> tuple[StageView, ...]:
    """Salesforce deletes with a set whatever hangs on it."""
    lost = _stages_with(now, (step for change in undo.changes for step in change.also))
    return tuple(view for view in lost if view.stage.key not in undo.stages)


def _stages_with(now: StageState, keys: Iterable[str]) -> tuple[StageView, ...]:
    steps = set(keys)
    return tuple(view for view in now.overview.stages if steps & {each.step.key for each in view.steps})


def _rows(changes: Sequence[Change]) -> list[Row]:
    groups: dict[str, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.group or change.key, []).append(change)
    return [_row(group) for group in groups.values()]


def _row(group: Sequence[Change]) -> Row:
    first = group[0]
    if len(group) == 1:
        return Row(first.what, first.before, first.after)
    names = tuple(str(change.what.params.get("user", change.what.plain())) for change in group)
    what = Text(_("{count} people: {set}"), {"count": len(group), "set": first.group})
    return Row(what, first.before, first.after, names[:SHOW_NAMES], max(len(names) - SHOW_NAMES, 0))


def _ways(now: StageState) -> tuple[tuple[StepView, Alternative], ...]:
    return tuple(
        (step, way) for step in now.view.steps if step.finding and not step.done for way in step.finding.ways
    )


def _by_hand(now: StageState, snapshot: Any, inputs: Any) -> tuple[ByHand, ...]:
    base, view = now.setup.org.instance_url, now.view
    if view.stage.how is not None:
        rows = tuple(_hand_row(base, row) for row in view.stage.how(snapshot, inputs))
        confirmable = tuple(step for step in view.steps if step.can_confirm)
        return (ByHand(None, rows, view.done, confirmable, any(map(_turns_by_itself, view.steps))),)
    return tuple(
        ByHand(
            step.step.title,
            tuple(_hand_row(base, row) for row in step.step.how(snapshot, inputs)),
            step.done,
            (step,) if step.can_confirm else (),
            _turns_by_itself(step),
        )
        for step in view.steps
        if step.step.how is not None and not step.needs_choice
    )


def _turns_by_itself(view: StepView) -> bool:
    return bool(view.step.reads) and not view.done


def _hand_row(base: str, row: Instruction) -> HandRow:
    return HandRow(
        text=row.text,
        url=_url(base, row.link),
        url_label=row.link.label if row.link else None,
        classic=row.classic,
        classic_url=_url(base, row.classic_link, classic=True),
    )


def onward(setup: Setup, link: Link) -> dict[str, Any]:
    """Where a signature leads to, in the org."""
    return {"onward": link.label, "onward_url": _url(setup.org.instance_url, link)}


def _url(base: str, link: Link | None, *, classic: bool = False) -> str:
    return deep_link(base, link.page, dict(link.params), classic=classic) if link else ""


def save_inputs(setup: Setup, values: Mapping[str, Any], actor: Any) -> bool:
    """Keep changed inputs, check again what they decide, and read the org with them. True if changed."""
    with transaction.atomic():
        locked = Setup.objects.select_for_update().get(pk=setup.pk)
        changed = {
            key: value
            for key, value in values.items()
            # What was never filled in and what is empty now are the same choice.
            if (locked.inputs.get(key) or None) != (value or None)
        }
        if not changed:
            return False
        locked.inputs = setup.inputs = {**locked.inputs, **changed}
        locked.save(update_fields=["inputs"])
        setup.forget_names()
        labels = [plain(each.label) for each in setup.guide.inputs if each.key in changed]
        record_event(setup, "input_changed", actor=actor, labels=", ".join(labels), keys=sorted(changed))
        snapshots.check_again(setup)
        publish.notify_changed(setup.id)
        if setup.org.connection.is_connected and not setup.finished:
            queue.start(setup, Job.Kind.CHECK, actor=actor)
    return True


def choose_alternative(now: StageState, number: int, actor: Any) -> bool:
    """Choose the way out with this number; False if it is not offered (any more)."""
    offered = [way for _step, way in _ways(now)]
    if not 0 <= number < len(offered):
        return False
    save_inputs(now.setup, offered[number].inputs, actor)
    return True
