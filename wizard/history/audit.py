"""Events of a setup as entries of the audit trail, in the same transaction: they can't differ."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from django.utils import timezone

from teams.audit import redaction
from teams.audit.record import record
from teams.models import User
from teams.models.audit import AuditEntry
from wizard.guides.changes import fingerprint_of

if TYPE_CHECKING:
    from uuid import UUID

    from wizard.guides.changes import Change
    from wizard.guides.text import Json, Text
    from wizard.models import Event, Job, Setup

# What an event's data may hold that names nobody: our own codes, words and numbers, and the labels
# of Salesforce. Whatever else there is counts as personal.
NOT_PERSONAL = frozenset({
    *("stage", "stages", "step", "keys", "labels", "count", "error_code", "reference", "title"),
    *("found_by_reading", "rows", "before", "after", "event", "job", "changes", "approved"),
    *("lines_done", "lines_total", "left_open", "values"),
    *("until", "kind", "key", "result", "ok", "created", "record_id", "group", "what", "format", "message"),
    "program",
})  # fmt: skip
NOT_PERSONAL_IN_SENTENCES = frozenset({"label", "set", "app", "count", "what", "first", "rest"})
ONE_LOOK, ONE_EXPORT = timedelta(minutes=10), timedelta(hours=1)
OF_A_CHANGE = ("kind", "key", "step", "what", "before", "after")
OF_AN_OUTCOME = ("ok", "created", "record_id", "error_code", "error_message")


def record_entry(event: Event, setup: Setup, actor: User | None) -> AuditEntry:
    whole: dict[str, object] = {**event.data, "event": event.pk}
    if event.changes:
        whole["changes"] = [_outcome(raw) for raw in event.changes]
    if event.job is not None:
        whole["job"] = str(event.job.pk)
        if event.kind.endswith("_requested") and event.job.approved:
            whole["approved"] = fingerprint_of(event.job.approved)
    return _write(setup, event.kind, actor, whole, at=event.at)


def _write(
    setup: Setup, kind: str, actor: User | None, whole: Mapping[str, object], at: datetime | None = None
) -> AuditEntry:
    data, hidden = redaction.take_out(whole, NOT_PERSONAL, NOT_PERSONAL_IN_SENTENCES)
    return record(
        f"wizard.{kind}",
        actor=actor,
        team=setup.org.team_id,
        setup=setup.pk,
        org=setup.org_id,
        data=data,
        personal={"hidden": hidden} if hidden else None,
        at=at,
        unasked=actor is None,
    )


def _outcome(raw: Mapping[str, Json]) -> dict[str, Json]:
    """What an undo needs beside it is in the event."""
    change = {key: raw["change"][key] for key in OF_A_CHANGE}
    return change | {key: raw[key] for key in OF_AN_OUTCOME if raw.get(key) is not None}


def record_access(setup: Setup, kind: str, person: User, **data: object) -> None:
    """Somebody looked at something, or took it out: in the audit trail only."""
    _write(setup, kind, person, data)


def taken_by_program(setup: Setup, kind: str, person: User, program: UUID) -> None:
    """A program that reads a report takes it out of the house, as somebody does who saves the file: the
    trail says who, and by which token. One that asks every minute is noted once an hour, as a trail in
    which nothing else can be found would help no auditor.
    """
    lately = timezone.now() - ONE_EXPORT
    same = {"setup_id": setup.pk, "kind": f"wizard.{kind}", "actor_id": person.pk, "at__gt": lately}
    if not AuditEntry.objects.filter(**same, data__program=str(program)).exists():
        record_access(setup, kind, person, format="api", program=str(program))


def report_seen(setup: Setup, person: User) -> None:
    """Loaded again and again, it is one look: else anybody who may look could fill the trail."""
    lately = timezone.now() - ONE_LOOK
    seen = AuditEntry.objects.filter(
        setup_id=setup.pk, kind="wizard.report_seen", actor_id=person.pk, at__gt=lately
    )
    if not seen.exists():
        record_access(setup, "report_seen", person)


class ShownRow(Protocol):
    """One row of a plan's table."""

    @property
    def what(self) -> Text: ...
    @property
    def before(self) -> Text: ...
    @property
    def after(self) -> Text: ...


class ShownPlan(Protocol):
    """A plan as a page shows it (`wizard.stage.panel`)."""

    @property
    def fingerprint(self) -> str: ...
    @property
    def stages(self) -> tuple[str, ...]: ...
    @property
    def changes(self) -> tuple[Change, ...]: ...
    @property
    def rows(self) -> Sequence[ShownRow]: ...


def plans_shown(setup: Setup, person: User, offers: Iterable[ShownPlan | None]) -> None:
    """Once for each plan and person: pages are loaded again and again."""
    plans = {each.fingerprint: each for each in offers if each and each.changes}
    if not plans:
        return
    told = AuditEntry.objects.filter(
        setup_id=setup.pk, kind="wizard.plan_shown", actor_id=person.pk, data__approved__in=list(plans)
    )
    for known in told.values_list("data__approved", flat=True):
        plans.pop(known, None)
    for key, plan in plans.items():
        rows = [{"what": row.what.to_json(), "before": row.before.to_json(), "after": row.after.to_json()}
                for row in plan.rows]  # fmt: skip
        stages = list(plan.stages)
        record_access(
            setup, "plan_shown", person, approved=key, count=len(plan.changes), stages=stages, rows=rows
        )


def address_of(job: Job) -> str:
    """Where the person was who asked for this job."""
    asked = AuditEntry.objects.filter(
        setup_id=job.setup_id, kind=f"wizard.{job.kind}_requested", data__job=str(job.pk)
    )
    personal = asked.order_by("-id").values_list("personal__data", flat=True).first()
    return str(json.loads(personal).get("address", "")) if personal else ""
