"""What is hashed, character by character. Pure."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC

from django.core.serializers.json import DjangoJSONEncoder

from teams.models.audit import AuditEntry, AuditSeal

BEGINNING = "0" * 64  # the digest before the first link


def as_json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, cls=DjangoJSONEncoder)


def commitment(salt: str, data: str) -> str:
    return _sha256(f"{salt}\n{data}")


def link(before: str, position: int, entry: AuditEntry) -> AuditSeal:
    """The seal of this entry in the chain after the digest `before`."""
    digest = _sha256(f"{before}\n{position}\n{text_of(entry)}")
    return AuditSeal(position=position, entry_id=entry.pk, digest=digest)


def text_of(entry: AuditEntry) -> str:
    return as_json(
        {
            "id": entry.pk,
            "key": entry.key,
            "team": entry.team_id,
            "actor": entry.actor_id,
            "about": entry.about_id,
            "setup": entry.setup_id,
            "org": entry.org_id,
            "kind": entry.kind,
            "data": entry.data,
            "personal": entry.personal_digest,
            "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        }
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
