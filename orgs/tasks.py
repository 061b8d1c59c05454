"""Background work of the connections: ids in, a few lines, the rest is in `tokens`."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from orgs.connections import egress, revocation, tokens
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
    """Tell Salesforce about every grant that should have ended, and people of those given up."""
    due = Revocation.objects.filter(next_try_at__lte=timezone.now(), told_at=None)
    return sum(_take_up(pk) for pk in list(due.values_list("pk", flat=True)))


@shared_task
def renew_sign_in(connection_id: int) -> None:
    """For `manage.py egress_check`: the org notes from which address."""
    egress.renew(connection_id)


@shared_task
def revoke_now(revocation_id: int) -> None:
    """The first try, right after a disconnect."""
    _take_up(revocation_id)


def _take_up(pk: int) -> bool:
    """One row, claimed by its lock; whether Salesforce confirmed it now."""
    with transaction.atomic():
        rows = Revocation.objects.select_for_update(of=("self",), skip_locked=True)
        found = rows.filter(pk=pk, next_try_at__lte=timezone.now(), told_at=None).first()
        if found is None:
            return False
        if found.given_up_at:
            revocation.tell(found)
            return False
        return revocation.try_once(found)
