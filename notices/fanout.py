"""From a notice to its deliveries: each notice is taken once, in the order in which they were written."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from notices.kinds import ALWAYS
from notices.models import Channel, Delivery, Notice
from teams import preferences
from teams.models import Membership, User

AT_ONCE = 200
_LOCK = 0x6E6F7469  # an advisory lock of PostgreSQL's: one worker at a time, so that the order holds


def take() -> int:
    """Make the deliveries of what was not told yet; all of a batch or nothing of it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        rows = list(Notice.objects.filter(told_at=None).order_by("id")[:AT_ONCE])
        now = timezone.now()
        deliveries = [
            Delivery(notice=row, channel=channel, due_at=due(channel, now))
            for row in rows
            for channel in _channels_for(row)
        ]
        Delivery.objects.bulk_create(deliveries)
        Notice.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=now)
    return len(rows)


def _channels_for(notice: Notice) -> QuerySet[Channel]:
    open_channels = Channel.objects.filter(off_at=None).select_related("person")
    if notice.kind in ALWAYS:
        return open_channels.filter(type=Channel.Type.MAIL, person__in=notice.concerns)
    members = Membership.objects.filter(team=notice.team_id, user__is_active=True).values("user")
    theirs = Q(person__in=notice.concerns) | Q(person__notices_read__everything=True)
    personal = Q(person__in=members) & theirs
    if notice.actor_id:
        personal &= ~Q(person=notice.actor_id)
    return open_channels.filter(Q(team=notice.team_id) | personal, kinds__contains=[notice.kind])


def due(channel: Channel, now: datetime) -> datetime:
    """At once, or at the next stroke of the person's hour."""
    if channel.hour is None or channel.person is None:
        return now
    here = now.astimezone(zone_of(channel.person))
    today = here.replace(hour=channel.hour, minute=0, second=0, microsecond=0)
    return today if today >= here else today + timedelta(days=1)


def zone_of(person: User) -> ZoneInfo:
    return ZoneInfo(person.time_zone if person.time_zone in preferences.zones() else settings.TIME_ZONE)
