"""A client for a connected org."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from django.utils import timezone

from orgs.connections.tokens import ConnectionSession, needs_reconnecting, note_moved
from orgs.models import Connection, Org
from orgs.salesforce.client import Client
from orgs.salesforce.errors import NeedsReconnecting

_NOTE_EVERY = 1.0  # seconds: a busy job needs no database write for each of its calls


def client_for(org: Org) -> Client:
    """The client of this org; raises `NeedsReconnecting` when there is nothing to call with.

    Call it and use it outside of a transaction: a refreshed token has to be committed.
    """
    connection = Connection.objects.filter(org=org).first()
    if connection is None:
        raise NeedsReconnecting("DISCONNECTED", "This org was never connected.")
    if not connection.is_connected:
        raise needs_reconnecting(connection)
    session = ConnectionSession(connection.pk, connection.token_origin)
    return Client(
        session,
        org.api_version,
        on_usage=_usage_keeper(connection.pk),
        on_answer=partial(note_moved, connection.pk, "") if org.moved_to else None,
    )


def _usage_keeper(connection_id: int) -> Callable[[int, int], None]:
    noted_at = 0.0

    def keep(used: int, limit: int) -> None:
        nonlocal noted_at
        now = time.monotonic()
        if noted_at and now - noted_at < _NOTE_EVERY:
            return
        noted_at = now
        Connection.objects.filter(pk=connection_id).update(
            api_used=used, api_limit=limit, last_used_at=timezone.now()
        )

    return keep
