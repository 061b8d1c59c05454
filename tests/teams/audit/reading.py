"""Looking at the audit trail in tests."""

from __future__ import annotations

import json

from teams.models.audit import AuditEntry


def entries(*kinds: str) -> list[AuditEntry]:
    found = AuditEntry.objects.select_related("personal").order_by("pk")
    return list(found.filter(kind__in=kinds) if kinds else found)


def only(kind: str) -> AuditEntry:
    (entry,) = entries(kind)
    return entry


def personal(entry: AuditEntry) -> dict[str, object]:
    return dict(json.loads(entry.personal.data)) if hasattr(entry, "personal") else {}
