"""From a delivery to its receiver: at least once, in order for each setup, with growing pauses.

A worker claims before it sends, and writes down what came of it afterwards. One that dies in between is
followed by another, whose try has an id of its own.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from notices import audit, outbox, words
from notices.channels import chat, mail, webhook
from notices.channels.base import Result
from notices.kinds import Kind
from notices.models import Channel, Delivery, Notice
from orgs.fields import Unreadable
from teams.access import Action, roles_that_may
from teams.models import Membership

GIVE_UP_AFTER = timedelta(hours=24)
PAUSES = [timedelta(seconds=10), *(timedelta(minutes=each) for each in (1, 5, 15, 60, 180, 360))]
LEASE = timedelta(seconds=45)  # longer than one try may take; a worker that is silent for so long is gone
MOST_IN_A_MAIL = 200
State = Delivery.State

log = logging.getLogger(__name__)


def waiting_channels() -> list[uuid.UUID]:
    """Those with something to send now, and no worker at it."""
    now = timezone.now()
    due = Delivery.objects.filter(channel=OuterRef("pk"), state=State.WAITING, due_at__lte=now)
    return list(Channel.objects.filter(_free(now), Exists(due)).values_list("pk", flat=True))


def _free(now: datetime) -> Q:
    return Q(busy_until=None) | Q(busy_until__lte=now)


def send_all(channel_id: uuid.UUID | str) -> None:
    """What waits on this channel, until it is empty or does not answer; nothing if a worker is at it."""
    now = timezone.now()
    if not Channel.objects.filter(_free(now), pk=channel_id).update(busy_until=now + LEASE):
        return
    try:
        while (batch := _claim(channel_id)) and _send(batch):
            pass
    finally:
        Channel.objects.filter(pk=channel_id).update(busy_until=None)


def _claim(channel_id: uuid.UUID | str) -> list[Delivery]:
    """The next to send; of a digest all of a day."""
    with transaction.atomic():
        channel = Channel.objects.select_for_update(of=("self",)).filter(pk=channel_id).first()
        if channel is None:
            return []
        now = timezone.now()
        channel.busy_until = now + LEASE
        channel.save(update_fields=["busy_until"])
        rows = list(_next(now, channel)[: 1 if channel.hour is None else MOST_IN_A_MAIL])
        for row in rows:
            row.attempt, row.attempts, row.tried_at = uuid.uuid4(), row.attempts + 1, now
            row.due_at = now + LEASE
            row.channel = channel
        Delivery.objects.bulk_update(rows, ["attempt", "attempts", "tried_at", "due_at"])
    return rows


def _next(now: datetime, channel: Channel) -> QuerySet[Delivery]:
    """The oldest first; none while an earlier one of its setup has not arrived."""
    waiting = Delivery.objects.filter(channel=channel, state=State.WAITING)
    earlier = waiting.filter(notice__setup_id=OuterRef("notice__setup_id"), id__lt=OuterRef("id"))
    if channel.hour is not None:  # a day's mail holds them all, in order
        earlier = earlier.filter(due_at__gt=now)
    rows: QuerySet[Delivery] = waiting.filter(~Exists(earlier), due_at__lte=now)
    return rows.select_related("notice__org").order_by("id")


def _send(batch: list[Delivery]) -> bool:
    """Whether to go on with the next."""
    channel = batch[0].channel
    theirs = [each for each in batch if _may_be_told(channel, each.notice)]
    dropped = [each.pk for each in batch if each not in theirs]
    Delivery.objects.filter(pk__in=dropped).update(state=State.DROPPED)
    if not theirs:
        return True
    try:
        with words.spoken_for(channel):
            result = _by_type(channel, theirs)
    except Unreadable:
        result = Result("KEY_LOST", final=True)
    for each in theirs:
        _keep(each, result)
    if result.gone:
        _switch_off(channel, theirs[0].notice)
    return result.arrived or result.final


def _by_type(channel: Channel, batch: Sequence[Delivery]) -> Result:
    if channel.type == Channel.Type.MAIL and channel.person is not None:
        return mail.send(batch, channel.person)
    send = {
        Channel.Type.WEBHOOK: webhook.send,
        Channel.Type.SLACK: chat.to_slack,
        Channel.Type.MS_TEAMS: chat.to_ms_teams,
    }[Channel.Type(channel.type)]
    return send(batch[0])


def _may_be_told(channel: Channel, notice: Notice | None) -> bool:
    """They may have left the team since, wish it no more, or the setup is put away."""
    if channel.off_at:
        return False
    if notice is None or notice.kind == Kind.CHANNEL_OFF:
        return True
    if channel.person is not None:
        member = Membership.objects.filter(user=channel.person, team=notice.team_id, user__is_active=True)
        if (
            notice.kind not in channel.kinds
            or not member.filter(role__in=roles_that_may(Action.SEE)).exists()
        ):
            return False
    return notice.setup_id is None or bool(words.still_shown({notice.setup_id}))


def _keep(delivery: Delivery, result: Result) -> None:
    """What came of this try, unless another worker has taken the delivery over meanwhile."""
    now = timezone.now()
    values: dict[str, object] = {"status": result.status, "answer": result.answer, "error": result.error}
    if result.arrived:
        values["state"] = State.SENT
    else:
        pause = max(PAUSES[min(delivery.attempts, len(PAUSES)) - 1], timedelta(seconds=result.wait))
        is_over = result.final or now + pause > delivery.made_at + GIVE_UP_AFTER
        values |= {"due_at": now + pause} | ({"state": State.GIVEN_UP} if is_over else {})
        log.warning("delivery %s did not arrive: %s", delivery.pk, result.error)
    Delivery.objects.filter(pk=delivery.pk, attempt=delivery.attempt).update(**values)


def _switch_off(channel: Channel, notice: Notice | None) -> None:
    """The receiver wants no more (410): its person is told, or the team's owners are."""
    with transaction.atomic():
        if not Channel.objects.filter(pk=channel.pk, off_at=None).update(off_at=timezone.now()):
            return
        audit.note("channel_off", channel)
        told = {channel.person_id} if channel.person_id else _owners(channel)
        for person in told:  # by e-mail too, whether or not they wish any other
            Channel.objects.get_or_create(type=Channel.Type.MAIL, person_id=person)
        if team := channel.team or (notice.team if notice else None):
            about = {"where": str(channel), "channel": str(channel.pk)}
            outbox.put(Notice(kind=Kind.CHANNEL_OFF, team=team, concerns=sorted(told), data=about))


def _owners(channel: Channel) -> set[int]:
    rows = Membership.objects.filter(team=channel.team_id, role__in=roles_that_may(Action.MANAGE))
    return {*rows.values_list("user_id", flat=True)}


def send_again(delivery: Delivery) -> Delivery:
    """Because a person asks for it: the same notice, as a delivery of its own."""
    return _one_more(delivery.channel, delivery.notice)


def send_test(channel: Channel) -> Delivery:
    return _one_more(channel, None)


def _one_more(channel: Channel, notice: Notice | None) -> Delivery:
    with transaction.atomic():
        made = Delivery.objects.create(channel=channel, notice=notice)
        transaction.on_commit(outbox.wake)
    return made
