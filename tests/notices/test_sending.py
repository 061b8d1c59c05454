"""Each notice arrives, once, in order; what does not arrive is tried again, and never for ever."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from notices import bell, fanout, sending
from notices.channels import http, webhook
from notices.channels.base import Result
from notices.models import Channel, Delivery, Notice
from orgs.fields import Secret
from teams.models import Team, User
from tests.notices.telling import Receiver, add_channel, happen, tell
from tests.wizard.harness import SetupHarness

pytestmark = pytest.mark.django_db
Mails = list[EmailMessage]


@pytest.fixture
def channel(team: Team, receiver: Receiver) -> Channel:
    return add_channel(team, receiver.url)


def later(**more: Any) -> None:
    """As if so much time had passed for whatever waits."""
    passed = timedelta(**more)
    for each in Delivery.objects.filter(state="waiting"):
        Delivery.objects.filter(pk=each.pk).update(due_at=each.due_at - passed, made_at=each.made_at - passed)


def drift(desk: SetupHarness, **more: Any) -> None:
    happen(desk.org, desk.setup.pk, **more)


def states(channel: Channel) -> list[tuple[str, str]]:
    return list(channel.deliveries.values_list("state", "error"))


def test_a_webhook_is_signed_with_its_time_and_says_what_changed_from_and_to(
    desk: SetupHarness, channel: Channel, receiver: Receiver
) -> None:
    before = {"message": "Admin approved users are pre-authorized", "params": {}}
    drift(desk, before=before, after={"message": "All users may self-authorize", "params": {}})
    tell()
    tell()
    (request,) = receiver.requests
    moment = request.headers["webhook-timestamp"]
    key = base64.b64decode(channel.secret.reveal().removeprefix("whsec_"))
    content = f"{request.about}.{moment}.".encode() + request.body
    expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    assert request.headers["webhook-signature"] == f"v1,{expected}"
    assert abs(timezone.now().timestamp() - int(moment)) < 60
    said = request.json
    assert (said["type"], said["data"]["org"]["name"]) == ("drifted", desk.org.name)
    assert (said["data"]["before"], said["data"]["after"]) == (
        "Admin approved users are pre-authorized",
        "All users may self-authorize",
    )
    assert str(desk.setup.pk) in said["data"]["link"]
    assert desk.person.name not in request.body.decode()
    assert states(channel) == [("sent", "")]


def test_what_does_not_arrive_is_tried_with_growing_pauses_for_a_day(
    desk: SetupHarness, channel: Channel, receiver: Receiver
) -> None:
    receiver.answer = lambda number: (503, {}, b"not now")
    drift(desk)
    pauses = []
    tell()
    while (found := channel.deliveries.get()).state == "waiting":
        pauses.append(timedelta(seconds=round((found.due_at - timezone.now()).total_seconds())))
        tell()
        assert channel.deliveries.get().attempts == found.attempts, "not before its time"
        later(seconds=pauses[-1].total_seconds() + 2)
        tell()
    assert pauses[0] < timedelta(seconds=11)
    assert pauses == sorted(pauses)
    assert timedelta(hours=12) < sum(pauses, timedelta()) < timedelta(hours=24)
    assert states(channel) == [("given_up", "REFUSED")]
    assert channel.deliveries.get().answer == "not now"
    assert len({each.delivery for each in receiver.requests}) == len(receiver.requests), "each try is its own"
    assert len({each.about for each in receiver.requests}) == 1, "and about the same notice"


def test_a_setups_notices_keep_their_order_and_hold_up_no_other_setup(
    desk: SetupHarness, make: Any, channel: Channel, receiver: Receiver
) -> None:
    other = make()
    receiver.answer = lambda number: (500 if number == 1 else 204, {}, b"")
    drift(desk)
    drift(desk, kind="mended")
    drift(other)
    for _ in range(2):
        tell()
    told = [(each.json["data"]["setup"], each.json["type"]) for each in receiver.requests]
    assert told == [(str(desk.setup.pk), "drifted"), (str(other.setup.pk), "drifted")]
    later(seconds=20)
    tell()
    assert [each.json["type"] for each in receiver.requests[2:]] == ["drifted", "mended"]


def test_how_long_a_receiver_asks_us_to_wait_is_heard(
    desk: SetupHarness, channel: Channel, receiver: Receiver
) -> None:
    receiver.answer = lambda number: (429, {"Retry-After": "120"}, b"")
    drift(desk)
    tell()
    assert channel.deliveries.get().due_at > timezone.now() + timedelta(seconds=110)


def test_a_receiver_in_trouble_costs_bounded_time_and_bytes_and_leads_nowhere(
    desk: SetupHarness,
    channel: Channel,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    free_port: Callable[[], int],
) -> None:
    monkeypatch.setattr(http, "SECONDS", 0.5)

    def after(**more: Any) -> tuple[str, int | None]:
        sending.send_test(channel)
        tell()
        found = channel.deliveries.latest("id")
        return found.error, found.status

    receiver.answer = lambda number: (302, {"Location": "/elsewhere"}, b"")
    assert after() == ("REDIRECTED", 302)
    receiver.answer = lambda number: (200, {}, b"x" * 5_000_000)
    assert after() == ("", 200)
    assert len(channel.deliveries.latest("id").answer) == http.MOST_LETTERS
    receiver.answer = lambda number: (200, {"X": "y" * 70_000}, b"")
    assert after() == ("NO_CONNECTION", None)
    receiver.hang = Event()
    assert after() == ("TIMEOUT", None)
    assert {each.path for each in receiver.requests} == {"/hook?key=s3cr3t"}
    channel.lead_to(f"http://127.0.0.1:{free_port()}/")
    channel.save()
    assert after() == ("NO_CONNECTION", None)


def test_a_receiver_that_is_gone_is_switched_off_and_the_owner_is_told(
    desk: SetupHarness, channel: Channel, receiver: Receiver, priya: User, dana: User, mailoutbox: Mails
) -> None:
    receiver.answer = lambda number: (410, {}, b"")
    drift(desk)
    drift(desk)
    for _ in range(3):
        tell()
    assert len(receiver.requests) == 1
    assert states(channel) == [("given_up", "GONE"), ("dropped", "")]
    channel.refresh_from_db()
    assert channel.off_at
    (mail,) = mailoutbox
    assert (mail.to, "127.0.0.1" in mail.body) == ([priya.email], True)
    assert "s3cr3t" not in mail.body
    assert (bell.unread(priya), bell.unread(dana)) == (1, 0)
    drift(desk)
    tell()
    assert len(receiver.requests) == 1, "nothing more goes there"


def test_of_a_person_s_own_that_is_gone_only_they_are_told(
    desk: SetupHarness, receiver: Receiver, priya: User, mailoutbox: Mails
) -> None:
    receiver.answer = lambda number: (410, {}, b"")
    own = Channel(person=desk.person, type="webhook", kinds=["drifted"], secret=webhook.new_secret())
    own.lead_to(receiver.url)
    own.save()
    drift(desk, concerns=[desk.person.pk])
    for _ in range(3):
        tell()
    own.refresh_from_db()
    assert own.off_at
    assert [mail.to for mail in mailoutbox] == [[desk.person.email]]
    assert bell.unread(priya) == 0


def test_a_notice_is_taken_back_with_its_change(desk: SetupHarness, channel: Channel) -> None:
    def change() -> None:
        with transaction.atomic():
            drift(desk)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change()
    assert not Notice.objects.exists()


def test_what_is_told_once_is_written_once(desk: SetupHarness) -> None:
    for _ in range(3):
        drift(desk, once="a link that ends")
    assert Notice.objects.count() == 1


def test_only_the_team_and_the_kinds_that_were_chosen_go_to_a_receiver(
    desk: SetupHarness, channel: Channel, receiver: Receiver, stranger: User
) -> None:
    other = add_channel(Team.objects.get(members=stranger), receiver.url)
    Channel.objects.filter(pk=channel.pk).update(kinds=["mended"])
    drift(desk)
    drift(desk, kind="mended")
    tell()
    assert [each.json["type"] for each in receiver.requests] == ["mended"]
    assert not other.deliveries.exists()


def test_what_is_archived_is_not_told_any_more(
    desk: SetupHarness, channel: Channel, receiver: Receiver
) -> None:
    drift(desk)
    desk.setup.archived_at = timezone.now()
    desk.setup.save()
    tell()
    assert receiver.requests == []
    assert states(channel) == [("dropped", "")]


def test_an_address_whose_key_is_lost_is_said_and_holds_up_nothing(
    desk: SetupHarness, channel: Channel, receiver: Receiver
) -> None:
    Channel.objects.filter(pk=channel.pk).update(address=Secret(cipher="gAAAA-of-another-key"))
    drift(desk)
    tell()
    assert states(channel) == [("given_up", "KEY_LOST")]


def test_a_worker_that_was_silent_for_too_long_is_followed_by_another(
    desk: SetupHarness, channel: Channel, receiver: Receiver
) -> None:
    drift(desk)
    fanout.take()
    (claimed,) = sending._claim(channel.pk)  # and then the worker is gone
    tell()
    assert receiver.requests == [], "it may still be at it"
    later(minutes=1)
    Channel.objects.filter(pk=channel.pk).update(busy_until=timezone.now())
    tell()
    assert len(receiver.requests) == 1
    assert receiver.requests[0].delivery != str(claimed.attempt)
    sending._keep(claimed, Result("TIMEOUT"))
    assert states(channel) == [("sent", "")], "what the first one says now is too late"
