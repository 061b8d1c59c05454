"""Assignments that count today and end on a date: told with it, and not done for good when it is near."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from wizard.guides.base import Finding
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.lookups import counts, dated, day, ends_soon
from wizard.guides.connected_app_authentication.snapshot import Snapshot
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _

Ending = tuple[str, str]  # a person's id, and when that person's assignment ends


def ending(snapshot: Snapshot, people: Iterable[str], set_ids: Collection[str]) -> list[Ending]:
    """Those of the assignments that count now and will not for ever, the next to end first."""
    rows = [row for person in people for row in snapshot.assignments_by_user.get(person, ())]
    counting = [
        row
        for row in rows
        if row.expires and row.set_id in set_ids and counts(row, snapshot.assignments.read_at)
    ]
    return sorted(((row.user_id, row.expires) for row in counting), key=lambda each: (each[1], each[0]))


def with_ends(
    done: Finding, snapshot: Snapshot, choices: Choices, people: Iterable[str], set_ids: Collection[str]
) -> Finding:
    """The finding that everybody has the sets, with the date on which that stops being true."""
    ends = ending(snapshot, people, set_ids)
    if not ends:
        return done
    details = tuple(dated(choices.name_of(person), end) for person, end in ends)
    told = Text(_one_or_many(len(ends)), {"count": len(ends), "day": day(ends[0][1])})
    # In the value too: it is what the report shows of a line that is done or signed.
    now = Text("{now}. {ends}", {"now": done.now.to_json(), "ends": told.to_json()}) if done.now else told
    if ends_soon(ends[0][1], snapshot.assignments.read_at):
        return Finding.cannot_check(
            "assignment_ends_soon",
            Text(_("Everyone has what is needed today, and not for ever.")),
            now=now,
            remedy="ASSIGNMENT_ENDS_SOON",
            details=details,
        )
    return replace(done, now=now, details=details)


def _one_or_many(count: int) -> str:
    if count == 1:
        return _("An assignment ends on {day}.")
    return _("{count} assignments end, the first on {day}.")
