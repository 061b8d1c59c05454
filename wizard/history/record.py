"""The one writer of what happens in a setup: an event for people, and its entry in the audit trail.

Both stay: the history is read on pages and may be forgotten with its setup; the trail is chained, for
auditors, and outlives it (`wizard.history.audit`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from wizard.history import audit
from wizard.models import Event, Job, Setup


def record_event(
    setup: Setup,
    kind: str,
    *,
    actor: Any = None,
    job: Job | None = None,
    at: datetime | None = None,
    changes: list[dict[str, Any]] | None = None,
    **data: Any,
) -> Event:
    """Record that something happened in a setup, here and in the audit trail, or in neither."""
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
        audit.record_entry(event, setup, actor)
    return event
