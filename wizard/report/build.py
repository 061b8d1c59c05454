"""The handover: each of the source page's lines with its status, its proof, and what was before.

Also what was left open, and what the client's security team has to know (`Guide.exemptions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wizard.guides.base import Exemption
from wizard.guides.changes import Change
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _
from wizard.live import fragment
from wizard.messages import events as sentences
from wizard.models import Event, Setup
from wizard.state import recorded_changes, status
from wizard.state.overview import inputs_of

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

    @property
    def now(self) -> Text | None:
        return self.view.finding.now if self.view.finding and not self.view.outdated else None

    @property
    def sentence(self) -> Text:
        """What is the matter with it, if something is."""
        return self.view.sentence or self.view.step.why


@dataclass(frozen=True)
class ChangeRow:
    event: Event
    what: Text
    before: Text
    after: Text
    undone: bool


@dataclass(frozen=True)
class ExemptionRow:
    """Something that the page asks for and a security review questions, and what makes up for it."""

    exemption: Exemption[Any, Any]
    controls: tuple[status.StepView, ...]


@dataclass(frozen=True)
class Report:
    lines: tuple[LineRow, ...]
    steps: tuple[StepRow, ...]
    overview: status.Overview
    changes: tuple[ChangeRow, ...]
    exemptions: tuple[ExemptionRow, ...]

    @property
    def open_lines(self) -> tuple[LineRow, ...]:
        return tuple(row for row in self.lines if not row.view.done)

    @property
    def open_steps(self) -> tuple[StepRow, ...]:
        return tuple(row for row in self.steps if not row.view.done)

    @property
    def done_count(self) -> int:
        return len(self.lines) - len(self.open_lines)

    @property
    def read_between(self) -> tuple[datetime, datetime] | None:
        return status.read_between(row.view for row in self.lines)


def build(setup: Setup) -> Report:
    overview = fragment.stage_state(setup, setup.guide.handover.key).overview
    lines = [
        LineRow(number, setup.guide.source_lines[number], view, stage)
        for stage in overview.stages
        for view in stage.steps
        for number in view.step.lines
    ]
    lines.sort(key=lambda row: row.number)
    events = list(setup.events.filter(kind__in=("changed", "seen_done")).order_by("id"))
    standing = {change.key for change, _id in recorded_changes.changes_still_in_org(setup)}
    made = [event for event in events if event.kind == "changed"]
    return Report(
        tuple(lines),
        tuple(_steps(lines, events, standing)),
        overview,
        tuple(_changes(made, standing)),
        tuple(_exemptions(setup, overview)),
    )


def _steps(lines: Sequence[LineRow], events: Iterable[Event], standing: set[str]) -> list[StepRow]:
    """The steps in the order of their first line, each with the last thing that was done to it."""
    last: dict[str, tuple[Event, Text | None]] = {}
    for event in events:
        last |= {step: (event, before) for step, before in _touched(event, standing)}
    grouped: dict[str, list[LineRow]] = {}
    for row in lines:
        grouped.setdefault(row.view.step.key, []).append(row)
    return [_step(rows, *last.get(key, (None, None))) for key, rows in grouped.items()]


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


def _step(rows: Sequence[LineRow], event: Event | None, before: Text | None) -> StepRow:
    view, stage = rows[0].view, rows[0].stage
    if event:
        return StepRow(view, stage, tuple(rows), before, sentences.HOW[event.kind], event.actor_name, event)
    if view.confirmed_name:
        return StepRow(view, stage, tuple(rows), None, sentences.BY_HAND, view.confirmed_name)
    return StepRow(view, stage, tuple(rows), None, FOUND_RIGHT if view.done else None)


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


def _same(change: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Whether the change is in this row of the log (`records.summarise` made the rows)."""
    if change["kind"] != row["kind"] or change["group"] != row["group"]:
        return False
    return bool(row["group"]) or bool(change["what"] == row["what"])


def _row(
    event: Event, row: Mapping[str, Any], members: Sequence[Mapping[str, Any]], standing: set[str]
) -> ChangeRow:
    before, after = Text.load(members[0]["before"]), Text.load(members[0]["after"])
    undone = all(member["key"] not in standing for member in members)
    return ChangeRow(event, sentences.of_row(row), before, after, undone)


def _exemptions(setup: Setup, overview: status.Overview) -> list[ExemptionRow]:
    snapshot, inputs = setup.typed_snapshot, inputs_of(setup)
    if snapshot is None:
        return []
    views = {view.step.key: view for stage in overview.stages for view in stage.steps}
    return [
        ExemptionRow(each, tuple(views[key] for key in each.compensated_by))
        for each in setup.guide.exemptions
        if (not each.step or views[each.step].done) and each.applies(snapshot, inputs)
    ]
