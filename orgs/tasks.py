"""Background work of the connections: ids in, a few lines, the rest is in `tokens`."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from orgs import tokens
from orgs.models import Connection, Revocation

IDLE = timedelta(days=30)  # Salesforce's own rule for partners' apps (fact sheet, section 7b)


@shared_task
def revoke_idle() -> int:
    """Disconnect what nobody used for 30 days."""
    idle = Connection.objects.exclude(state=Connection.State.REVOKED).filter(
        last_used_at__lt=timezone.now() - IDLE
    )
    count = 0
    for connection in idle:
        tokens.disconnect(connection)
        count += 1
    return count


@shared_task
def retry_revocations() -> int:
    """Tell Salesforce about every grant that should have ended; each one is claimed by its row."""
    done = 0
    for pk in list(Revocation.objects.filter(next_try_at__lte=timezone.now()).values_list("pk", flat=True)):
        with transaction.atomic():
            revocation = Revocation.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
            if revocation and revocation.next_try_at <= timezone.now():
                done += tokens.try_revocation(revocation)
    return done


@shared_task
def revoke_now(revocation_id: int) -> None:
    """The first try, right after a disconnect."""
    with transaction.atomic():
        revocation = Revocation.objects.select_for_update(skip_locked=True).filter(pk=revocation_id).first()
        if revocation:
            tokens.try_revocation(revocation)
