"""The audit trail of a team, narrowed down: a page at a time, newest first, or all of it for a file."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from teams.audit import words
from teams.models import User
from teams.models.audit import AuditEntry

PER_PAGE = 50
BATCH = 500
NUMBER = re.compile(r"\d{1,18}")
BY = {
    "erased": words.ERASED,
    "command": _("By a command of the operator"),
    "somebody": _("Somebody who is not signed in"),
    "salesforce": _("Somebody in Salesforce"),
    "us": _("Connect Guide itself"),
}


@dataclass(frozen=True)
class Filters:
    by: int | None = None
    kind: str = ""
    org: uuid.UUID | None = None
    setup: uuid.UUID | None = None
    since: date | None = None
    until: date | None = None
    before: int | None = None  # where the page begins; says nothing about what is searched

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Filters:
        """What can't be meant is left out."""
        kind = asked.get("kind", "")
        return cls(
            by=_number(asked.get("by")),
            kind=kind if kind in words.groups() else "",
            org=_id(asked.get("org")),
            setup=_id(asked.get("setup")),
            since=_day(asked.get("since")),
            until=_day(asked.get("until")),
            before=_number(asked.get("before")),
        )

    @property
    def query(self) -> dict[str, str]:
        """For links: everything but the page."""
        found = {name: getattr(self, name) for name in ("by", "kind", "org", "setup", "since", "until")}
        return {name: str(value) for name, value in found.items() if value}

    @property
    def narrowed(self) -> bool:
        return bool(self.query)


@dataclass(frozen=True)
class Row:
    entry: AuditEntry
    personal: Mapping[str, Any]
    sentences: list[str]
    org_name: str
    known_as: str = ""  # now, where the entry does not say it any more: it also named somebody who was erased

    @property
    def actor(self) -> str:
        return str(self.personal.get("actor") or self.known_as)

    @property
    def address(self) -> str:
        return str(self.personal.get("address", ""))

    @property
    def by(self) -> str:
        """Whose act it is, as a code."""
        if self.entry.actor_id:
            return "person" if self.actor else "erased"
        if self.entry.data.get("via") == "command":
            return "command"
        if words.was_seen(self.entry.kind):
            return "salesforce"
        return "somebody" if self.address else "us"

    @property
    def who(self) -> str:
        """The same in words, for the page and the files; whom Salesforce itself names, by that name."""
        if self.actor:
            return self.actor
        there = self.personal.get("hidden", {}).get("by") if self.by == "salesforce" else ""
        return gettext("%(name)s in Salesforce") % {"name": there} if there else str(BY[self.by])


def page(team: uuid.UUID, filters: Filters) -> tuple[list[Row], int | None]:
    """The rows, and where the next page begins."""
    found = _filtered(AuditEntry.objects.filter(team_id=team), filters)
    if filters.before:
        found = found.filter(pk__lt=filters.before)
    entries = list(found.select_related("personal").order_by("-pk")[: PER_PAGE + 1])
    onward = entries[PER_PAGE - 1].pk if len(entries) > PER_PAGE else None
    return _rows(entries[:PER_PAGE]), onward


def everything(team: uuid.UUID | None, filters: Filters) -> Iterator[Row]:
    """From the first one to the last that is there now, a batch at a time; without a team: of all."""
    entries = AuditEntry.objects.filter(team_id=team) if team else AuditEntry.objects.all()
    # Here, not when the first row is sent: by then the person's time zone, in which days begin, is gone.
    return _in_batches(_filtered(entries, filters))


def _in_batches(entries: QuerySet[AuditEntry]) -> Iterator[Row]:
    found = entries.select_related("personal").order_by("pk")
    last, end = 0, AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    while batch := list(found.filter(pk__gt=last, pk__lte=end)[:BATCH]):
        yield from _rows(batch)
        last = batch[-1].pk


def _filtered(found: QuerySet[AuditEntry], filters: Filters) -> QuerySet[AuditEntry]:
    for field, value in (("actor_id", filters.by), ("org_id", filters.org), ("setup_id", filters.setup)):
        if value is not None:
            found = found.filter(**{field: value})
    if filters.kind:
        found = found.filter(kind__in=words.groups()[filters.kind][1])
    if filters.since:
        found = found.filter(at__gte=_midnight(filters.since))
    if filters.until:
        found = found.filter(at__lt=_midnight(filters.until + timedelta(days=1)))
    return found


def _rows(entries: list[AuditEntry]) -> list[Row]:
    names = words.org_names({entry.org_id for entry in entries if entry.org_id})
    said = {entry.pk: words.personal_of(entry) for entry in entries}
    unsaid = {entry.actor_id for entry in entries if entry.actor_id and "actor" not in said[entry.pk]}
    active = User.objects.filter(pk__in=unsaid, is_active=True) if unsaid else ()
    known = {person.pk: person.full_name for person in active}
    return [
        Row(
            entry,
            said[entry.pk],
            words.sentences_of(entry, said[entry.pk]),
            names.get(entry.org_id, "") if entry.org_id else "",
            known.get(entry.actor_id, "") if entry.actor_id else "",
        )
        for entry in entries
    ]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and NUMBER.fullmatch(text) else None


def _id(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None


def _day(text: str | None) -> date | None:
    try:
        found = parse_date(text) if text else None
    except ValueError:  # the 31st of February
        return None
    return found if found and 2000 <= found.year < 2200 else None
