"""The audit trail as CSV and JSON, made while it is sent: it may be long."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator

from teams import spreadsheets
from teams.audit.canonical import as_json
from teams.audit.listing import Filters, Row, everything

COLUMNS = (
    *("entry", "when (UTC)", "person", "e-mail", "person id", "address", "kind", "what happened"),
    *("about", "about id", "org", "org id", "setup id", "values"),
)
FORMATS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


def lines(ending: str, team: uuid.UUID | None, filters: Filters) -> Iterator[str]:
    rows = everything(team, filters)
    return spreadsheets.table(COLUMNS, map(_cells, rows)) if ending == "csv" else _json(rows)


def _cells(row: Row) -> list[str]:
    entry, said = row.entry, row.personal
    return [
        str(entry.pk),
        _stamp(row),
        row.who,
        said.get("actor_email", ""),
        str(entry.actor_id or ""),
        row.address,
        entry.kind,
        " ".join(row.sentences),
        said.get("about", ""),
        str(entry.about_id or ""),
        row.org_name,
        str(entry.org_id or ""),
        str(entry.setup_id or ""),
        as_json(entry.data),
    ]


def _json(rows: Iterator[Row]) -> Iterator[str]:
    yield "["
    before = "\n"
    for row in rows:
        yield before + json.dumps(_object(row), ensure_ascii=False)
        before = ",\n"
    yield "\n]\n"


def _object(row: Row) -> dict[str, object]:
    entry = row.entry
    ids = {name: entry_id and str(entry_id) for name, entry_id in (
        ("key", entry.key), ("team", entry.team_id), ("org", entry.org_id), ("setup", entry.setup_id)
    )}  # fmt: skip
    return {
        "id": entry.pk,
        **ids,
        "at": _stamp(row),
        "kind": entry.kind,
        "sentences": row.sentences,
        "actor_id": entry.actor_id,
        "about_id": entry.about_id,
        "org_name": row.org_name or None,
        "data": entry.data,
        "personal": row.personal or None,
        "personal_digest": entry.personal_digest or None,
    }


def _stamp(row: Row) -> str:
    return row.entry.at.isoformat(timespec="milliseconds")
