"""E-mail to a person: at once or one a day, of their own setups or of all, over a real mail server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_string
from email.message import Message
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from pytest_django import Settings

from notices import fanout
from notices.kinds import every_kind
from notices.models import Channel, Delivery, Reader
from teams.models import Role, User
from tests.notices.telling import MailServer, happen, tell
from tests.troubled_server import LEAVES_SOCKETS, running
from tests.wizard.harness import SetupHarness

pytestmark = [pytest.mark.django_db, *LEAVES_SOCKETS]


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    with running(MailServer()) as found:
        use(settings, found)
        yield found


def use(settings: Settings, server: MailServer) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port


def wishes(person: User, **more: Any) -> Channel:
    return Channel.objects.create(type="mail", person=person, **{"kinds": every_kind(), **more})


def parsed(text: str) -> tuple[Message, str]:
    mail = message_from_string(text)
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    return mail, body.decode()


def drift(desk: SetupHarness, **more: Any) -> None:
    happen(desk.org, desk.setup.pk, **{"concerns": [desk.person.pk], **more})


def test_a_mail_arrives_at_once_and_says_what_it_is_about(desk: SetupHarness, server: MailServer) -> None:
    wishes(desk.person)
    drift(desk, before={"message": "On", "params": {}}, after={"message": "Off", "params": {}})
    tell()
    tell()
    (text,) = server.mails
    mail, body = parsed(text)
    assert mail["To"] == desk.person.email
    assert " ".join(mail["Subject"].split()) == (
        f"Connect Guide: {desk.org.name}: Changed after the handover, and no longer right"
    )
    assert "Before: On. Now: Off." in body
    assert f"/setups/{desk.setup.pk}/" in body


def test_one_mail_a_day_comes_at_the_person_s_own_hour_and_none_without_news(
    desk: SetupHarness, server: MailServer
) -> None:
    User.objects.filter(pk=desk.person.pk).update(time_zone="Asia/Tokyo")
    channel = wishes(desk.person, hour=8)
    for kind in ("drifted", "mended", "idle"):
        drift(desk, kind=kind)
    tell()
    assert server.mails == []
    waiting = Delivery.objects.values_list("due_at", flat=True)
    assert {each.astimezone(ZoneInfo("Asia/Tokyo")).hour for each in waiting} == {8}
    assert max(waiting) < timezone.now() + timedelta(days=1, seconds=1)
    Delivery.objects.update(due_at=timezone.now())
    tell()
    tell()
    (text,) = server.mails
    mail, body = parsed(text)
    assert mail["Subject"] == "Connect Guide: 3 notices"
    order = ["no longer right", "Right again", "Nobody worked"]
    assert sorted(order, key=body.index) == order
    assert set(channel.deliveries.values_list("state", flat=True)) == {"sent"}


def test_the_hour_is_the_next_one_there_whatever_the_clocks_do(dana: User) -> None:
    User.objects.filter(pk=dana.pk).update(time_zone="Europe/Berlin")
    dana.refresh_from_db()
    daily = Channel(type="mail", person=dana, hour=8)
    changing = datetime(2026, 10, 24, 10, 0, tzinfo=UTC)  # that night the clocks go back
    assert fanout.due(daily, changing) == datetime(2026, 10, 25, 7, 0, tzinfo=UTC)
    assert fanout.due(daily, datetime(2026, 7, 1, 5, 0, tzinfo=UTC)) == datetime(2026, 7, 1, 6, 0, tzinfo=UTC)


def test_a_person_is_told_of_their_own_setups_or_of_all_and_never_of_what_they_did(
    desk: SetupHarness, sam: User, server: MailServer, stranger: User
) -> None:
    for each in (desk.person, sam, stranger):
        wishes(each)
    drift(desk)
    tell()
    assert [parsed(each)[0]["To"] for each in server.mails] == [desk.person.email]
    for each in (sam, stranger):
        Reader.objects.create(person=each, everything=True)
    drift(desk, actor_id=desk.person.pk)
    tell()
    assert [parsed(each)[0]["To"] for each in server.mails[1:]] == [sam.email]


def test_who_left_the_team_is_told_nothing_that_waits(desk: SetupHarness, server: MailServer) -> None:
    wishes(desk.person)
    drift(desk)
    fanout.take()
    desk.person.memberships.all().delete()
    tell()
    assert server.mails == []
    assert Delivery.objects.get().state == "dropped"


def test_an_address_that_the_server_refuses_is_given_up_at_once(
    desk: SetupHarness, settings: Settings
) -> None:
    with running(MailServer(refusal=b"550 nobody of that name")) as server:
        use(settings, server)
        wishes(desk.person)
        drift(desk)
        tell()
    assert (Delivery.objects.get().state, Delivery.objects.get().error) == ("given_up", "NO_SUCH_PERSON")


def test_an_org_s_name_breaks_no_header(desk: SetupHarness, server: MailServer) -> None:
    desk.org.name = "Evil\r\nBcc: all@example.com"
    desk.org.save()
    wishes(desk.person)
    drift(desk)
    tell()
    mail, _body = parsed(server.mails[0])
    assert "Bcc" not in mail


def test_a_viewer_is_told_too(desk: SetupHarness, person: Any, server: MailServer) -> None:
    vera = person("Vera Viewer", desk.org.team, Role.VIEWER)
    wishes(vera)
    drift(desk, concerns=[vera.pk])
    tell()
    assert len(server.mails) == 1
