"""What a person can do on a stage now: the plan to approve, the instructions, what to confirm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings

from orgs import plain_text
from orgs.hosts import deep_link
from wizard.guides.base import Alternative, Harm, Inputs, Instruction, Link, Settled, Snapshot, Status
from wizard.guides.changes import Change, fingerprint_of
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _
from wizard.live.fragment import StageState
from wizard.models import Job, Setup
from wizard.stage.people import ChoiceRow, choice_rows
from wizard.state import recorded_changes
from wizard.state.context import Context
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
    fingerprint: str
    name_to_type: str = ""  # the org's, where much is at stake
    kept: tuple[Change, ...] = ()  # of an undo: what can't be taken back now, and stays
    harm: Harm | None = None  # of an undo: what it does to those who work with the org

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
        return _one_spaced(typed) == _one_spaced(self.name_to_type)


@dataclass(frozen=True)
class HandRow:
    """One numbered instruction with its links into this org."""

    text: Text
    url: str = ""
    url_label: Text | None = None
    classic: Text | None = None
    classic_url: str = ""
    names: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True)
class ByHand:
    """Instructions for one step, or for all steps of a stage that are one visit."""

    title: Text | None
    rows: tuple[HandRow, ...]
    done: bool
    confirmable: tuple[StepView, ...] = ()
    turns_by_itself: bool = False  # a line of it is open that the org is read for
    recommended: bool = False


@dataclass(frozen=True)
class Panel:
    """Everything beside the live fragment."""

    how: str
    automatic: bool  # the stage has steps that we can do
    asks_inputs: bool
    offer: PlanPreview | None = None
    together: PlanPreview | None = None
    by_hand: tuple[ByHand, ...] = ()
    recommended: tuple[ByHand, ...] = ()  # what nothing waits for, and nobody has signed
    warning: Text | None = None
    settled: Settled | None = None
    undo: PlanPreview | None = None
    undo_first: tuple[StageView, ...] = ()  # stages whose changes hold what the undo has to leave
    undo_also: tuple[StageView, ...] = ()  # other stages that lose something by it
    ways: tuple[tuple[StepView, Alternative], ...] = ()
    running: Job | None = None
    choices: tuple[ChoiceRow, ...] = ()
    chosen: bool = False  # every choice is made
    is_handover: bool = False
    endangers: tuple[StepView, ...] = ()  # people whom this stage would harm, in lines of the first stage
    stands_on: tuple[StepView, ...] = ()  # wrong lines of the first stage that this one needs
    client_first: bool = False  # the client's own admin is safer at this work than we are
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
    setup, view, context = now.setup, now.view, now.context
    stage, snapshot, inputs = view.stage, context.snapshot, context.inputs
    # Whoever can't wait for the first read, because we are cut off, goes by what is always so.
    seen = setup.guide.load({}) if snapshot is None and now.needs_reconnecting else snapshot
    hands = _by_hand(now, seen, inputs) if seen is not None else ()
    automatic = any(step.plan is not None for step in stage.steps)
    running = next((job for job in now.active_jobs if job.writing), None)
    working = running is None and not setup.finished and not now.needs_reconnecting
    asks_inputs = stage.key == setup.guide.preparation.key
    undo = undo_offer(context, view) if working else None
    return Panel(
        how="manual" if how == "manual" or not automatic or now.needs_reconnecting else "auto",
        automatic=automatic,
        asks_inputs=asks_inputs,
        offer=offer(context, view) if automatic and working else None,
        together=(
            offer(context, view, together=True) if working and _is_time_for_all(now, automatic) else None
        ),
        by_hand=tuple(each for each in hands if not each.recommended),
        recommended=tuple(each for each in hands if each.recommended),
        warning=stage.warning(snapshot, inputs) if stage.warning and snapshot is not None else None,
        settled=stage.settled(snapshot, inputs) if stage.settled and snapshot is not None else None,
        undo=undo,
        undo_first=_undo_first(now, undo) if undo else (),
        undo_also=_undo_also(now, undo) if undo else (),
        ways=ways_of(view) if working else (),
        running=running or next(iter(now.active_jobs), None),
        choices=choice_rows(setup) if asks_inputs else (),
        chosen=view.done or all(setup.inputs.get(each.key) for each in setup.guide.inputs),
        is_handover=stage.key == setup.guide.handover.key,
        client_first=working and _asked_first(setup, view) and not (automatic or asks_inputs),
        lacking=() if view.done or setup.finished or setup.cut_off else _wrong_in_first(now, stage.rights),
        endangers=() if setup.finished else _wrong_in_first(now, stage.endangers),
        stands_on=() if setup.finished else _wrong_in_first(now, stage.stands_on),
    )


def _asked_first(setup: Setup, view: StageView) -> bool:
    """Whether to offer the client's link before our own sign-in to Setup: Salesforce freezes people who
    come from an unusual network (N3, N4), and in production that is the connection's user."""
    return not (settings.TRYOUT or setup.org.is_sandbox or view.done or view.blocked) and bool(view.steps)


def _is_time_for_all(now: StageState, automatic: bool) -> bool:
    """The first stage offers all changes once it is chosen what they are."""
    asked = [each.key for each in now.setup.guide.inputs if each.required and not each.default]
    return automatic or (now.view.stage.makes_choices and all(now.setup.inputs.get(key) for key in asked))


def _wrong_in_first(now: StageState, keys: Sequence[str]) -> tuple[StepView, ...]:
    """Told before the stage starts. What we could not find out is no reason to warn."""
    first = now.overview.stage(now.setup.guide.preparation.key)
    wanted = [step for step in first.steps if step.step.key in keys]
    open_ones = [step for step in wanted if not step.done]
    return tuple(step for step in open_ones if step.finding and step.finding.status is Status.TO_DO)


def _name_to_type(setup: Setup, harm: Harm | None = None) -> str:
    """Never empty in production or where people are shut out, where an empty one would ask for nothing."""
    asked = harm is not None or not setup.org.is_sandbox
    return (setup.org.name.strip() or setup.org.org_id) if asked else ""


def _one_spaced(name: str) -> str:
    return plain_text.plain(name).casefold()


def offer(now: Context, stage: StageView, *, together: bool = False) -> PlanPreview | None:
    """The plan of this stage, or of all automatic stages together; `None` before the first read."""
    guide, name = now.setup.guide, _name_to_type(now.setup)
    if now.snapshot is None or (not together and stage.blocked):
        return None
    stages = guide.automatic if together else (stage.stage.key,)
    changes = tuple(guide.plan(now.snapshot, now.inputs, stages))
    return PlanPreview(stages, changes, fingerprint_of(change.key for change in changes), name)


def undo_offer(now: Context, stage: StageView) -> PlanPreview:
    """What an undo of this stage would take back; of the last stage: of everything."""
    setup = now.setup
    everything = stage.stage is setup.guide.handover
    stages = tuple(each.key for each in setup.guide.stages) if everything else (stage.stage.key,)
    plan = recorded_changes.undo_plan(setup, stages, now.snapshot) if now.snapshot is not None else []
    changes = tuple(change for change in plan if not change.idle)
    fingerprint = fingerprint_of(change.key for change in changes)
    kept = tuple(change for change in plan if change.idle)
    harm = setup.guide.harm_of_undo(now.snapshot, now.inputs, changes) if now.snapshot and changes else None
    return PlanPreview(stages, changes, fingerprint, _name_to_type(setup, harm), kept, harm)


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


def ways_of(view: StageView, step_key: str = "") -> tuple[tuple[StepView, Alternative], ...]:
    """The ways out that this stage's open lines offer; or those of one of them."""
    return tuple(
        (step, way)
        for step in view.steps
        if step.finding and not step.done and step_key in ("", step.step.key)
        for way in step.finding.ways
    )


def _by_hand(now: StageState, snapshot: Snapshot, inputs: Inputs) -> tuple[ByHand, ...]:
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
            step in view.recommended,
        )
        for step in view.steps
        if step.step.how is not None and not step.needs_choice and not _is_chosen_above(view, step)
    )


def _is_chosen_above(stage: StageView, step: StepView) -> bool:
    """The choices stand on the same page; but that nobody is to be chosen can be signed."""
    return stage.stage.makes_choices and step.to_choose and not step.can_confirm


def _turns_by_itself(view: StepView) -> bool:
    return bool(view.step.reads) and not view.done


def _hand_row(base: str, row: Instruction) -> HandRow:
    return HandRow(
        text=row.text,
        url=_url(base, row.link),
        url_label=row.link.label if row.link else None,
        classic=row.classic,
        classic_url=_url(base, row.classic_link, classic=True),
        names=row.people[:SHOW_NAMES],
        more=max(len(row.people) - SHOW_NAMES, 0),
    )


def onward(setup: Setup, link: Link) -> dict[str, object]:
    """Where a signature leads to, in the org."""
    return {"onward": link.label, "onward_url": _url(setup.org.instance_url, link)}


def _url(base: str, link: Link | None, *, classic: bool = False) -> str:
    return deep_link(base, link.page, dict(link.params), classic=classic) if link else ""
