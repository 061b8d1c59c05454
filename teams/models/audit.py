"""The rows of the audit trail. PostgreSQL refuses to change or delete them (migration 0004).

Plain ids instead of foreign keys: whatever becomes of the rest, an entry stays as it is.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone


class AuditEntry(models.Model):
    """One act. What it says of people is apart (`AuditPersonal`); here is only a commitment to that."""

    id = models.BigAutoField(primary_key=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team_id = models.UUIDField(null=True)  # None: of no team, such as a stranger's sign-in that failed
    actor_id = models.BigIntegerField(null=True)  # None: Connect Guide itself, or nobody that we know
    about_id = models.BigIntegerField(null=True)  # the other person whom it is about
    setup_id = models.UUIDField(null=True)
    org_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=60)  # "<room>.<what>"
    data = models.JSONField(default=dict)  # codes, ids, values: nothing personal
    personal_digest = models.CharField(max_length=64, blank=True)  # empty: there is no personal part
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (
            models.Index(fields=["team_id", "-id"], name="audit_by_team"),
            models.Index(fields=["setup_id", "-id"], name="audit_by_setup"),
            models.Index(fields=["id"], condition=Q(kind="teams.shredded"), name="audit_shreds"),
        )
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M:%S}"


class AuditPersonal(models.Model):
    """Names, addresses and free text of one entry: what a shred deletes, and nothing else may."""

    entry = models.OneToOneField(
        AuditEntry, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="personal"
    )
    salt = models.CharField(max_length=32)  # else a name could be found out by trying names
    data = models.TextField()  # JSON as it was hashed, character by character

    def __str__(self) -> str:
        return f"the personal part of entry {self.entry_id}"


class AuditPending(models.Model):
    """An entry that waits for its seal; a trigger of the database makes these rows."""

    entry_id = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return f"entry {self.entry_id} waits"


class AuditSeal(models.Model):
    """A link of the chain. `digest` depends on the entry and on every link before."""

    position = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.position}:{self.digest}"
