"""The handover: each of the source page's lines with its status, its proof, and what was before.

Then what is beyond the page: what it does not ask for, and the guide looks at all the same.
Also what was left open, and what the client's security team has to know (`Guide.exemptions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from wizard.guides.base import AnyExemption, AnyStep
from wizard.guides.changes import Change
from wizard.guides.text import Json, Text
from wizard.guides.text import gettext_noop as _
from wizard.messages import events as sentences
from wizard.messages.render import plain
from wizard.models import Event, Setup
from wizard.report import handovers
from wizard.report.handovers import Handover, Then
from wizard.state import recorded_changes, status
from wizard.state.context import Context, context_of

FOUND_RIGHT = Text(_("Was right already"))


@dataclass(frozen=True)
class LineRow:
    """One line of the source page, as its step stands."""

    number: int
    says: str  # the page's own words
    view: status.StepView
    stage: status.StageView


@dataclass(frozen=True)
class StepRow:
    """One thing to get right, with its lines: what it was, what it is, and who saw to that."""

    view: status.StepView
    stage: status.StageView
    lines: tuple[LineRow, ...]
    before: Text | None = None
    how: Text | None = None
    who: str = ""
    event: Event | None = None
    then: Then | None = None  # of a setup that is open again

    @property
    def now(self) -> Text | None:
        return self.view.now

    @property
    def sentence(self) -> Text:
        """What is the matter with it, if something is."""
        return self.view.sentence or self.view.step.why


@dataclass(frozen=True)
class StageRow:
    """A stage in one line: how far it got, and who saw to it."""

    stage: status.StageView
    total: int
    done: int
    people: tuple[str, ...]


@dataclass(frozen=True)
class ChangeRow:
    event: Event
    what: Text
    before: Text
    after: Text
    undone: bool
    count: int  # how many changes are in this row


@dataclass(frozen=True)
class OverrideRow:
    """Where somebody went on before it was safe, and why."""

    stage: Text
    event: Event


@dataclass(frozen=True)
class ExemptionRow:
    """Something that the page asks for and a security review questions, and what makes up for it."""

    exemption: AnyExemption
    controls: tuple[status.StepView, ...]


@dataclass(frozen=True)
class Report:
    lines: tuple[LineRow, ...]
    steps: tuple[StepRow, ...]
    overview: status.Overview
    changes: tuple[ChangeRow, ...]
    exemptions: tuple[ExemptionRow, ...]
    overrides: tuple[OverrideRow, ...] = ()
    beyond: tuple[StepRow, ...] = ()
    earlier: tuple[Handover, ...] = ()

    @property
    def change_count(self) -> int:
        """As every page counts them: one for each write."""
        return sum(row.count for row in self.changes)

    @property
    def open_lines(self) -> tuple[LineRow, ...]:
        return tuple(row for row in self.lines if not row.view.done)

    @property
    def open_steps(self) -> tuple[StepRow, ...]:
        return tuple(row for row in (*self.steps, *self.beyond) if row.view.open)

    @property
    def stages(self) -> tuple[StageRow, ...]:
        """The stages that hold lines of the source page, in their order."""
        rows = (_stage(stage, self.steps) for stage in self.overview.stages)
        return tuple(row for row in rows if row.total)

    @property
    def done_count(self) -> int:
        return len(self.lines) - len(self.open_lines)

    @property
    def read_between(self) -> tuple[datetime, datetime] | None:
        return status.read_between(row.view for row in self.lines)


def build(setup: Setup) -> Report:
    context = context_of(setup)
    overview = context.overview
    lines = [
        LineRow(number, setup.guide.source_lines[number], view, stage)
        for stage in overview.stages
        for view in stage.steps
        for number in view.step.lines
    ]
    lines.sort(key=lambda row: row.number)
    kinds = ("changed", "seen_done", "overridden", *handovers.KINDS)
    events = list(setup.events.filter(kind__in=kinds).order_by("id"))
    earlier = handovers.earlier(setup, events)
    standing = {change.key for change, _id in recorded_changes.changes_still_in_org(setup)}
    made = [event for event in events if event.kind == "changed"]
    last = _last_touched(events, standing)
    return Report(
        tuple(lines),
        tuple(_with_then(_steps(lines, last), earlier)),
        overview,
        tuple(_changes(made, standing)),
        tuple(_exemptions(context)),
        tuple(
            OverrideRow(Text.load(event.data["stage"]), event)
            for event in events
            if event.kind == "overridden"
        ),
        tuple(_with_then(_beyond(overview, last), earlier)),
        earlier,
    )


def _with_then(steps: Iterable[StepRow], earlier: Sequence[Handover]) -> list[StepRow]:
    """Beside what is so now, what was so at the last handover."""
    if not earlier:
        return list(steps)
    return [replace(row, then=earlier[-1].value_of(row.view.step.key)) for row in steps]


Last = Mapping[str, tuple[Event, Text | None]]


def _last_touched(events: Iterable[Event], standing: set[str]) -> Last:
    """The last thing that was done to each step, by its key."""
    last: dict[str, tuple[Event, Text | None]] = {}
    for event in events:
        last |= {step: (event, before) for step, before in _touched(event, standing)}
    return last


def _steps(lines: Sequence[LineRow], last: Last) -> list[StepRow]:
    """The steps in the order of their first line, each with the last thing that was done to it."""
    grouped: dict[str, list[LineRow]] = {}
    for row in lines:
        grouped.setdefault(row.view.step.key, []).append(row)
    return [_step(rows[0].view, rows[0].stage, tuple(rows), last) for rows in grouped.values()]


def _beyond(overview: status.Overview, last: Last) -> list[StepRow]:
    """What is no line of the page, but for what is only about how to begin, or about our own choices."""
    return [
        _step(view, stage, (), last)
        for stage in overview.stages
        for view in stage.steps
        if _is_beyond(view.step)
    ]


def _is_beyond(step: AnyStep) -> bool:
    told = step.reported or (step.watched and (step.reads or step.check is None))
    return bool(told) and not step.lines


def _touched(event: Event, standing: set[str]) -> list[tuple[str, Text | None]]:
    """The steps that an event changed, with what was there before."""
    if event.kind == "seen_done":
        return [(event.data["step"], Text.from_json(event.data["before"]))]
    made = [Change.from_json(raw["change"]) for raw in event.changes if raw["ok"] and raw["created"]]
    return [
        (step, _before(change))
        for change in made
        if change.key in standing
        for step in (change.step, *change.also)
    ]


def _before(change: Change) -> Text | None:
    """One of a group is about one person and one set: others may have been right already."""
    return None if change.group else change.before


def _step(view: status.StepView, stage: status.StageView, lines: tuple[LineRow, ...], last: Last) -> StepRow:
    event, before = last.get(view.step.key, (None, None))
    if event:
        who = event.actor_name or plain(sentences.no_member(event.kind, event.data))
        return StepRow(view, stage, lines, before, sentences.HOW[event.kind], who, event)
    if view.confirmed_name:
        return StepRow(view, stage, lines, None, sentences.BY_HAND, view.confirmed_name)
    return StepRow(view, stage, lines, None, FOUND_RIGHT if view.done else None)


def _stage(stage: status.StageView, steps: Iterable[StepRow]) -> StageRow:
    rows = [row for row in steps if row.stage.stage.key == stage.stage.key]
    lines = [line for row in rows for line in row.lines]
    people = dict.fromkeys(row.who for row in rows if row.who)
    return StageRow(stage, len(lines), sum(line.view.done for line in lines), tuple(people))


def _changes(made: Iterable[Event], standing: set[str]) -> list[ChangeRow]:
    """What we changed, grouped as the log shows it, with whether it still stands."""
    rows = []
    for event in made:
        members_of = [raw for raw in event.changes if raw["ok"] and raw["created"]]
        for row in event.data.get("rows", ()):
            if row["result"] != "made":
                continue
            members = [raw["change"] for raw in members_of if _same(raw["change"], row)]
            if members:
                rows.append(_row(event, row, members, standing))
    return rows


def _same(change: Mapping[str, object], row: Mapping[str, object]) -> bool:
    """Whether the change is in this row of the log (`records.summarise` made the rows)."""
    if change["kind"] != row["kind"] or change["group"] != row["group"]:
        return False
    return bool(row["group"]) or bool(change["what"] == row["what"])


def _row(
    event: Event, row: Mapping[str, Json], members: Sequence[Mapping[str, Json]], standing: set[str]
) -> ChangeRow:
    before, after = Text.load(members[0]["before"]), Text.load(members[0]["after"])
    undone = all(member["key"] not in standing for member in members)
    return ChangeRow(event, sentences.of_row(row), before, after, undone, len(members))


def _exemptions(context: Context) -> list[ExemptionRow]:
    if context.snapshot is None:
        return []
    views = {view.step.key: view for stage in context.overview.stages for view in stage.steps}
    return [
        ExemptionRow(each, tuple(views[key] for key in each.compensated_by))
        for each in context.setup.guide.exemptions
        if (not each.step or views[each.step].done) and each.applies(context.snapshot, context.inputs)
    ]
