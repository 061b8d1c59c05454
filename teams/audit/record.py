"""Writing an entry: two inserts in the caller's transaction, no lock, sealed after the commit."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from teams.audit import address, chain
from teams.audit.canonical import as_json, commitment
from teams.models import User
from teams.models.audit import AuditEntry, AuditPersonal


def record(
    kind: str,
    *,
    actor: User | None = None,
    about: User | None = None,
    team: uuid.UUID | None = None,
    setup: uuid.UUID | None = None,
    org: uuid.UUID | None = None,
    data: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    unasked: bool = False,
) -> AuditEntry:
    """Note one act. What names anybody, or was typed freely, goes into `personal`, never into `data`.

    `unasked`: nobody did it, so it has no address, whoever's request it happens in.
    """
    hidden = _who(actor, about) | dict(personal or {})
    if not unasked and (asked_from := address.current()):
        hidden["address"] = asked_from
    salt, text = secrets.token_hex(16), as_json(hidden)
    # No savepoint: these are the last statements of an act, which fails with them.
    with transaction.atomic(savepoint=False):
        entry = AuditEntry.objects.create(
            kind=kind,
            actor_id=getattr(actor, "pk", None),
            about_id=getattr(about, "pk", None),
            team_id=team,
            setup_id=setup,
            org_id=org,
            data=dict(data or {}),
            personal_digest=commitment(salt, text) if hidden else "",
            at=at or timezone.now(),
        )
        if hidden:
            AuditPersonal.objects.create(entry=entry, salt=salt, data=text)
        # Robust: the act is done, and an entry that was not sealed now is sealed in a moment.
        transaction.on_commit(chain.seal, robust=True)
    return entry


def record_in_teams_of(person: User, kind: str, **more: Any) -> None:
    """An act of a person that is of no one team, such as a sign-in: in each team that they are in."""
    from teams.models import Membership, SetupGuest  # which imports our models

    teams = set(Membership.objects.filter(user=person).values_list("team_id", flat=True))
    if getattr(person, "is_guest", False):
        teams |= set(SetupGuest.objects.filter(user=person).values_list("team_id", flat=True))
    for team in teams or [None]:
        record(kind, team=team, **more)


def _who(actor: User | None, about: User | None) -> dict[str, object]:
    """As they are called now: the entry tells it when the account is gone or renamed."""
    found = {}
    for role, person in (("actor", actor), ("about", about)):
        if person is not None:
            found[role] = person.full_name
            found[f"{role}_email"] = "" if person.has_made_up_address else person.email
    return {name: value for name, value in found.items() if value}
