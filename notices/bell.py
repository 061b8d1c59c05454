"""The bell: the last notices that a person may see, and how many of them are new."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from notices.kinds import ALWAYS
from notices.models import Notice, Reader
from teams.access import Action, teams_for
from teams.models import User

LAST = 50
NO_OLDER = timedelta(days=90)


def reader_of(person: User) -> Reader:
    """What they wish; what everybody is told where they chose nothing."""
    return Reader.objects.filter(person=person).first() or Reader(person=person)


def last(person: User, reader: Reader) -> list[Notice]:
    return list(_for(person, reader).select_related("org").order_by("-told_at", "-id")[:LAST])


def unread(person: User) -> int:
    """Up to `LAST`, in two queries."""
    reader = reader_of(person)
    since = reader.seen_at or person.date_joined
    return _for(person, reader).filter(told_at__gt=since).order_by()[:LAST].count()


def _for(person: User, reader: Reader) -> QuerySet[Notice]:
    """A worker has taken them all: so nothing older than what was seen can come later."""
    wished = Q(kind__in=reader.bell)
    if not reader.everything:
        wished &= Q(concerns__contains=[person.pk])
    always = Q(kind__in=ALWAYS, concerns__contains=[person.pk])
    rows = Notice.objects.filter(
        wished | always, team__in=teams_for(person, Action.SEE), told_at__gt=timezone.now() - NO_OLDER
    )
    return rows.exclude(actor_id=person.pk)


def mark_seen(person: User, up_to: datetime) -> None:
    """Never back: an older page may say so later."""
    Reader.objects.get_or_create(person=person)
    Reader.objects.filter(Q(seen_at=None) | Q(seen_at__lt=up_to), person=person).update(seen_at=up_to)


def for_pages(request: HttpRequest) -> dict[str, object]:
    """A context processor: asked only where a page shows it."""

    def count() -> int:
        user = getattr(request, "user", None)
        is_ours = isinstance(user, User) and user.is_authenticated and not user.is_guest
        return unread(user) if is_ours and isinstance(user, User) else 0

    return {"unread_notices": SimpleLazyObject(count)}
