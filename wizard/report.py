"""The handover: each of the source page's lines with its status and its kind of proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wizard import live, records, sentences, status
from wizard.guides.base import Text
from wizard.models import Event, Setup


@dataclass(frozen=True)
class LineRow:
    """One line of the source page, as its step stands."""

    number: int
    says: str  # the page's own words
    view: status.StepView
    stage: status.StageView


@dataclass(frozen=True)
class ChangeRow:
    event: Event
    what: Text
    before: Text
    after: Text
    undone: bool


@dataclass(frozen=True)
class Report:
    lines: tuple[LineRow, ...]
    overview: status.Overview
    changes: tuple[ChangeRow, ...]

    @property
    def open_lines(self) -> tuple[LineRow, ...]:
        return tuple(row for row in self.lines if not row.view.done)

    @property
    def done_count(self) -> int:
        return len(self.lines) - len(self.open_lines)


def build(setup: Setup) -> Report:
    overview = live.build(setup, setup.guide.stages[-1].key).overview
    lines = [
        LineRow(number, setup.guide.source_lines[number], view, stage)
        for stage in overview.stages
        for view in stage.steps
        for number in view.step.lines
    ]
    lines.sort(key=lambda row: row.number)
    return Report(tuple(lines), overview, tuple(_changes(setup)))


def _changes(setup: Setup) -> list[ChangeRow]:
    """What we changed, grouped as the log shows it, with whether it still stands."""
    standing = {change.key for change, _id in records.outstanding(setup)}
    rows = []
    for event in setup.events.filter(kind="changed").order_by("id"):
        made = [raw for raw in event.changes if raw["ok"] and raw["created"]]
        for row in event.data.get("rows", ()):
            if row["result"] != "made":
                continue
            members = [raw["change"] for raw in made if _same(raw["change"], row)]
            if members:
                rows.append(_row(event, row, members, standing))
    return rows


def _same(change: dict[str, Any], row: dict[str, Any]) -> bool:
    """Whether the change is in this row of the log (`records.summarise` made the rows)."""
    if change["kind"] != row["kind"] or change["group"] != row["group"]:
        return False
    return bool(row["group"]) or bool(change["what"] == row["what"])


def _row(event: Event, row: dict[str, Any], members: list[dict[str, Any]], standing: set[str]) -> ChangeRow:
    before, after = Text.load(members[0]["before"]), Text.load(members[0]["after"])
    undone = all(member["key"] not in standing for member in members)
    return ChangeRow(event, sentences.of_row(row), before, after, undone)
