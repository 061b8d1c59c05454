"""The one writer of what happens in a setup: an event for people, its entry in the audit trail, its notice.

Both logs stay: the history is read on pages and may be forgotten with its setup; the trail is chained, for
auditors, and outlives it (`wizard.history.audit`).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from teams.models import User
from wizard.history import audit, notices
from wizard.models import Event, Job, Setup


def record_event(
    setup: Setup,
    kind: str,
    *,
    actor: User | None = None,
    job: Job | None = None,
    at: datetime | None = None,
    changes: list[dict[str, object]] | None = None,
    **data: object,
) -> Event:
    """Record that something happened in a setup, here, in the audit trail and as a notice, or nowhere."""
    with transaction.atomic(savepoint=False):
        if actor is not None:
            Setup.objects.filter(pk=setup.pk).update(last_activity_at=timezone.now())
        event = Event.objects.create(
            setup=setup,
            job=job,
            kind=kind,
            data=data,
            changes=changes or [],
            actor=actor,
            actor_name=getattr(actor, "name", "") or "",
            at=at or timezone.now(),
        )
        notices.of_event(event, setup)
        audit.record_entry(event, setup, actor)
    return event


def record_sign_in(setup: Setup, person: User, before: str = "") -> Event:
    """Somebody signed in to the setup's org again; `before`: it was connected as another Salesforce user."""
    if before:
        now = setup.org.connection.username
        return record_event(setup, "user_changed", actor=person, username=now, earlier=before)
    return record_event(setup, "reconnected", actor=person)
