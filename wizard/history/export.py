"""The history of a setup as files: a table for a spreadsheet, and JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator

from teams import spreadsheets
from wizard.history import timeline
from wizard.history.timeline import ChangeLine, Row
from wizard.messages.render import plain
from wizard.models import Setup

COLUMNS = ("when (UTC)", "who", "kind", "what happened", "how", "reference", "changes")


def as_csv(setup: Setup) -> str:
    """One row for each event, from the first to the last. It begins as a report's file does."""
    return "".join(spreadsheets.table(COLUMNS, map(_cells, _rows(setup))))


def as_json(setup: Setup) -> list[dict[str, object]]:
    return [as_object(row) for row in _rows(setup)]


def _rows(setup: Setup) -> Iterator[Row]:
    for event in timeline.light(setup.events.order_by("id"), changes=True).iterator(500):
        yield timeline.row(event, event.changes, len(event.changes))


def _cells(row: Row) -> list[str]:
    return [
        row.event.at.isoformat(timespec="seconds"),
        row.event.actor_name or plain(row.nobody),
        row.event.kind,
        " ".join(plain(text) for text in row.texts),
        plain(row.how),
        row.reference,
        "\n".join(_change(each) for each in row.changes),
    ]


def _change(line: ChangeLine) -> str:
    told = f"{plain(line.what)}: {plain(line.before)} -> {plain(line.after)}"
    return f"{told} ({line.refused})" if line.refused else told


def as_object(row: Row) -> dict[str, object]:
    return {
        "at": row.event.at.isoformat(timespec="milliseconds"),
        "by": row.event.actor_name or None,
        "kind": row.event.kind,
        "sentences": [plain(text) for text in row.texts],
        "how": plain(row.how) or None,
        "reference": row.reference or None,
        "changes": [
            {
                "what": plain(each.what),
                "before": plain(each.before),
                "after": plain(each.after),
                "refused": each.refused or None,
            }
            for each in row.changes
        ],
    }
