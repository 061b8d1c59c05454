"""Linking entries into the chain: one sealer at a time, in a short transaction of its own."""

from __future__ import annotations

import logging

from django.db import connection, transaction

from teams.audit.canonical import BEGINNING, link
from teams.models.audit import AuditEntry, AuditPending, AuditSeal

logger = logging.getLogger(__name__)

LOCK = 0x41554449  # "AUDI": an advisory lock of PostgreSQL, held until the commit
BATCH = 500


def seal() -> int:
    """Seal what waits; how many. If another one is at it, leave it to that one (or the next)."""
    done = 0
    while True:
        sealed = _seal_some()
        done += sealed
        if sealed < BATCH:
            return done


def _seal_some() -> int:
    with transaction.atomic():
        if not _is_ours():
            return 0
        # What waits without an entry stays: somebody deleted the entry, and `verify_audit` says so.
        waiting = AuditEntry.objects.filter(pk__in=AuditPending.objects.values("pk")).order_by("pk")
        entries = list(waiting[:BATCH])
        if not entries:
            return 0
        last = AuditSeal.objects.order_by("-position").first() or AuditSeal(position=0, digest=BEGINNING)
        seals = []
        for entry in entries:
            last = link(last.digest, last.position + 1, entry)
            seals.append(last)
        AuditSeal.objects.bulk_create(seals)
        AuditPending.objects.filter(pk__in=[each.entry_id for each in seals]).delete()
    return len(seals)


def _is_ours() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def head() -> str:
    """The end of the chain as `POSITION:DIGEST`: kept elsewhere, it proves that nothing was cut off."""
    last = AuditSeal.objects.order_by("-position").first()
    return str(last) if last else f"0:{BEGINNING}"


def tell_head() -> None:
    """Into the log, which is kept by somebody else than the database."""
    logger.info("audit head %s", head())
