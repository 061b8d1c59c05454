"""The report as files: a table for a spreadsheet, and JSON for programs."""

from __future__ import annotations

from datetime import datetime
from itertools import chain

from django.utils import timezone

from teams import spreadsheets
from wizard.guides.text import Text
from wizard.messages.render import plain
from wizard.models import Setup
from wizard.report.build import LineRow, OverrideRow, Report, StepRow
from wizard.report.handovers import Handover

COLUMNS = (
    "line",
    "what the page says",
    "stage",
    "step",
    "status",
    "proof",
    "before",
    "now",
    "how",
    "who",
    "checked or confirmed (UTC)",
    "remark",
)


def as_csv(report: Report) -> str:
    """One row for each line of the source page, then what is beyond it, without a number.

    It begins with a mark that makes Excel read UTF-8.
    """
    steps = {row.view.step.key: row for row in report.steps}
    rows = (_cells(steps[line.view.step.key], line) for line in report.lines)
    return "".join(spreadsheets.table(COLUMNS, chain(rows, map(_cells, report.beyond))))


def _cells(step: StepRow, line: LineRow | None = None) -> list[str]:
    view = step.view
    return [
        str(line.number) if line else "",
        line.says if line else "",
        plain(step.stage.stage.title),
        plain(view.step.title),
        plain(view.words),
        plain(view.proof_words),
        plain(step.before),
        plain(step.now),
        plain(step.how),
        step.who,
        _stamp(view.confirmed_at or view.checked_at) or "",
        "" if view.done else plain(step.sentence),
    ]


def as_json(setup: Setup, report: Report) -> dict[str, object]:
    """Codes for programs beside words for people. Nothing secret is in it: no tokens, no addresses."""
    return {
        "guide": setup.guide.key,
        "title": plain(setup.guide.title),
        "generated_at": _stamp(timezone.now()),
        "org": {
            "name": setup.org.name,
            "id": setup.org.org_id,
            "sandbox": setup.org.is_sandbox,
            "signed_in_as": setup.org.connection.username,
        },
        "read_at": _between(report),
        "handed_over_at": _stamp(setup.finished_at),
        "handed_over_by": setup.finished_by.name if setup.finished_by else None,
        "earlier_handovers": [_handover_json(each) for each in report.earlier],
        "lines_done": report.done_count,
        "lines_total": len(report.lines),
        "steps": [_step_json(step) for step in report.steps],
        "beyond_the_page": [_step_json(step) for step in report.beyond],
        "changes": [
            {
                "what": plain(row.what),
                "before": plain(row.before),
                "after": plain(row.after),
                "undone": row.undone,
                "by": row.event.actor_name,
                "at": _stamp(row.event.at),
            }
            for row in report.changes
        ],
        "overrides": [_override_json(row) for row in report.overrides],
        "exemptions": [
            {
                "key": row.exemption.key,
                "what": plain(row.exemption.what),
                "why": plain(row.exemption.why),
                "compensation": plain(row.exemption.compensation),
                "controls": [{"step": view.step.key, "done": view.done} for view in row.controls],
            }
            for row in report.exemptions
        ],
    }


def _between(report: Report) -> dict[str, str | None] | None:
    """When the lines were read, each at a time of its own; nothing while one of them never was."""
    between = report.read_between
    return {"first": _stamp(between[0]), "last": _stamp(between[1])} if between else None


def _step_json(step: StepRow) -> dict[str, object]:
    view = step.view
    return {
        "key": view.step.key,
        "stage": step.stage.stage.key,
        "title": plain(view.step.title),
        "lines": [{"number": line.number, "says": line.says} for line in step.lines],
        "done": view.done,
        "status": view.finding.status.value if view.finding else None,
        "code": view.finding.code if view.finding else None,
        "sentence": plain(step.sentence),
        "proof": view.proof.value if view.proof else None,
        "before": _or_none(step.before),
        "now": _or_none(step.now),
        "at_last_handover": _or_none(step.then.value if step.then else None),
        "how": _or_none(step.how),
        "who": step.who or None,
        "checked_at": _stamp(view.checked_at),
        "confirmed_by": view.confirmed_name or None,
        "confirmed_at": _stamp(view.confirmed_at),
    }


def _override_json(row: OverrideRow) -> dict[str, object]:
    return {
        "stage": plain(row.stage),
        "reason": row.event.data["reason"],
        "by": row.event.actor_name,
        "at": _stamp(row.event.at),
    }


def _handover_json(handover: Handover) -> dict[str, object]:
    counts = handover.counts or {}
    return {
        "handed_over_at": _stamp(handover.event.at),
        "handed_over_by": handover.event.actor_name or None,
        "reopened_at": _stamp(handover.reopened.at),
        "reopened_by": handover.reopened.actor_name or None,
        "lines_done": counts.get("done"),
        "lines_total": counts.get("total"),
        "left_open": [plain(title) for title in handover.left_open],
    }


def _or_none(text: Text | None) -> str | None:
    return plain(text) or None


def _stamp(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
