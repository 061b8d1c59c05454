"""The one way in: a row in the transaction of the change. What is rolled back is never told."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from notices.kinds import Kind
from notices.models import Notice

if TYPE_CHECKING:
    from orgs.models import Org

log = logging.getLogger(__name__)
Json = Mapping[str, object]


def write(
    kind: Kind,
    *,
    org: Org,
    setup_id: UUID,
    concerns: Collection[int | None] = (),
    actor_id: int | None = None,
    data: Json | None = None,
    before: Json | None = None,
    after: Json | None = None,
    once: str | None = None,
) -> bool:
    """Whether it is told: what is `once` for all time is not told again."""
    row = Notice(
        kind=kind,
        team_id=org.team_id,
        org_id=org.pk,
        setup_id=setup_id,
        concerns=sorted({each for each in concerns if each is not None}),
        actor_id=actor_id,
        data=dict(data or {}),
        before=before,
        after=after,
        once=once,
    )
    return put(row)


def put(row: Notice) -> bool:
    """Into the outbox, and wake a worker after the commit."""
    if row.once is None:
        row.save()
    else:  # of two at once one comes: no error, which would end the caller's transaction
        with transaction.atomic(savepoint=False):
            Notice.objects.bulk_create([row], ignore_conflicts=True)
            if not Notice.objects.filter(key=row.key).exists():
                return False
    transaction.on_commit(wake)
    return True


def wake() -> None:
    """By name: the tasks import this room. Without a broker the next round finds the row."""
    try:
        current_app.send_task("notices.tasks.tell", expires=30, retry=False)
    except OperationalError:
        log.warning("No broker: notices wait for the next round")
