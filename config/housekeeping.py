"""What nobody needs any more, and its end: every night, in small pieces, beside people's work.

The audit trail, the history, reports, and whatever is under way stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from api.models import KeptAnswer
from notices.models import Delivery, Notice
from teams.models import ApiToken, Invitation
from wizard.models import GuestInvitation, Job, Setup

A_DAY = timedelta(days=1)  # for so long a program may ask once more with the same key
AT_ONCE = 500  # rows in one transaction


def _end(rows: QuerySet[Any]) -> int:
    rows.delete()
    return 0


def _forget_snapshots(setups: QuerySet[Setup]) -> int:
    """The next check reads all of it again, if somebody takes such a setup up."""
    return setups.update(snapshot=None, snapshot_at=None)


@dataclass(frozen=True)
class Leftovers:
    name: str  # for the operator
    rows: QuerySet[Any]
    end: Callable[[QuerySet[Any]], int] = _end

    def clear(self) -> int:
        """How many there were. Each piece asks anew whether it is still not needed."""
        count = 0
        while keys := list(self.rows.values_list("pk", flat=True)[:AT_ONCE]):
            with transaction.atomic():
                self.end(self.rows.model._default_manager.filter(pk__in=self.rows.filter(pk__in=keys)))
            count += len(keys)
        return count


def leftovers() -> Iterator[Leftovers]:
    now = timezone.now()
    old = now - timedelta(days=settings.KEEP_DAYS)
    yield Leftovers("sessions that have expired", Session.objects.filter(expire_date__lt=now))
    signed_in = Session.objects.filter(session_key=OuterRef("session_key"))
    yield Leftovers("sign-ins listed of ended sessions", UserSession.objects.exclude(Exists(signed_in)))
    yield Leftovers("notices that were told", _old_notices(old))
    yield Leftovers("tests of where notices go", Delivery.objects.filter(notice=None, made_at__lt=old))
    over = Q(expires_at__lt=old) | Q(revoked_at__lt=old)
    yield Leftovers("clients' links that are over", GuestInvitation.objects.filter(over))
    yield Leftovers("members' links that are over", Invitation.objects.filter(expires_at__lt=old))
    yield Leftovers("programs' tokens that are over", ApiToken.objects.filter(over))
    yield Leftovers("answers kept for programs", KeptAnswer.objects.filter(created_at__lt=now - A_DAY))
    yield Leftovers("jobs that ended", _old_jobs().filter(finished_at__lt=old))
    put_away = Setup.objects.filter(archived_at__lt=old, finished_at=None, snapshot__isnull=False)
    yield Leftovers("what was read for setups put away", put_away, _forget_snapshots)


def _old_notices(old: datetime) -> QuerySet[Notice]:
    """Not of what still stands still: it would be told once more."""
    waiting = Delivery.objects.filter(notice=OuterRef("pk"), state=Delivery.State.WAITING)
    return Notice.objects.filter(~Exists(waiting), told_at__lt=old)


def _old_jobs() -> QuerySet[Job]:
    """Not the last one of its kind, by which a setup is shown, nor one that left something to settle."""
    later = Job.objects.filter(
        setup=OuterRef("setup"), kind=OuterRef("kind"), created_at__gt=OuterRef("created_at")
    )
    return Job.objects.filter(Exists(later), state__in=Job.ENDED, intent=[])
