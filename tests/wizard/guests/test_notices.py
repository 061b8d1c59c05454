"""Whoever sent a link is told when it is opened and when it is done: once, and by e-mail if they wish."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from notices.models import Channel, Delivery
from simulator import policies
from teams.models import User
from tests.notices.telling import tell
from tests.wizard.guest_browser import GuestBrowser, send, words
from tests.wizard.harness import SetupHarness
from wizard.actions import guest_links

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stand_in_allowed")]

Mails = list[EmailMessage]


@pytest.fixture
def wished(checked: SetupHarness) -> SetupHarness:
    """Whoever sends links reads German and wishes to be mailed."""
    User.objects.filter(pk=checked.person.pk).update(language="de")
    Channel.objects.create(type="mail", person=checked.person, kinds=["guest_opened", "guest_done"])
    checked.person.refresh_from_db()
    return checked


def do_the_policies(desk: SetupHarness, guest: GuestBrowser) -> None:
    with desk.stand.world.lock:
        policies.save(desk.theirs, desk.theirs.app_id, policies.WANTED, desk.theirs.admin_id)
    desk.check()
    for step in desk.setup.guide.stage("policies").steps:
        guest.post(desk.setup, "confirm", step.key, sure="1")


def test_opened_and_done_are_told_once_each_in_the_language_of_the_sender(
    wished: SetupHarness, mailoutbox: Mails
) -> None:
    _, guest = send(wished.stand, wished.setup, wished.person)
    guest.look()
    tell()
    assert mailoutbox == [], "looking is nothing: mail scanners look too"
    for _ in range(2):
        guest.come(wished.theirs)
        tell()
    (opened,) = mailoutbox
    assert opened.to == [wished.person.email]
    assert opened.subject == f"Connect Guide: {wished.org.name}: Der Kunde hat Ihren Link geöffnet"
    guest_name = User.objects.get(is_guest=True).name
    assert guest_name not in opened.body, "whom they may know by name stands in the history"
    for _ in range(2):
        do_the_policies(wished, guest)
        tell()
    assert [mail.subject.rpartition(": ")[2] for mail in mailoutbox[1:]] == [
        "Der Teil des Kunden ist erledigt"
    ]
    assert len(wished.events("guest_done")) == 1


def test_a_link_in_the_mail_needs_a_sign_in(wished: SetupHarness, mailoutbox: Mails) -> None:
    _, guest = send(wished.stand, wished.setup, wished.person)
    guest.come(wished.theirs)
    tell()
    links = [line for line in mailoutbox[0].body.splitlines() if line.startswith("http")]
    assert len(links) == 2
    for link in links:
        answer = Client().get(urlsplit(link).path)
        assert (answer.status_code, "/login/" in answer["Location"]) == (302, True)


def test_who_did_not_wish_it_reads_it_in_the_history_only(checked: SetupHarness, mailoutbox: Mails) -> None:
    _, guest = send(checked.stand, checked.setup, checked.person)
    guest.come(checked.theirs)
    version = checked.reload().version
    do_the_policies(checked, guest)
    tell()
    assert mailoutbox == []
    assert checked.events("guest_came", "guest_done")
    assert checked.reload().version > version, "whoever looks at the setup is told"


def test_what_was_done_before_they_came_is_not_told_as_their_work(
    wished: SetupHarness, mailoutbox: Mails
) -> None:
    wished.apply("permission_set")
    _, guest = send(wished.stand, wished.setup, wished.person, "permission_set")
    guest.come(wished.theirs)
    wished.check()
    tell()
    assert len(mailoutbox) == 1
    assert not wished.events("guest_done")


def test_a_mail_server_that_is_away_is_asked_again(
    wished: SetupHarness,
    mailoutbox: Mails,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    free_port: Callable[[], int],
) -> None:
    _, guest = send(wished.stand, wished.setup, wished.person)
    guest.come(wished.theirs)
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    tell()
    assert "No e-mail can be sent" in caplog.text
    assert wished.person.email not in caplog.text
    settings.EMAIL_BACKEND = working
    Delivery.objects.update(due_at=timezone.now())
    tell()
    tell()
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("why", ["left the team", "wishes it no more", "archived"])
def test_who_may_not_see_it_any_more_is_not_mailed(wished: SetupHarness, mailoutbox: Mails, why: str) -> None:
    _, guest = send(wished.stand, wished.setup, wished.person)
    guest.come(wished.theirs)
    if why == "left the team":
        wished.person.memberships.all().delete()
    elif why == "archived":
        wished.setup.archived_at = wished.setup.created_at
        wished.setup.save()
    else:
        Channel.objects.filter(person=wished.person).update(kinds=[])
    tell()
    assert mailoutbox == []


def test_a_link_for_the_sign_in_only_is_done_with_it(wished: SetupHarness, mailoutbox: Mails) -> None:
    wished.org.connection.state = "needs_reconnecting"
    wished.org.connection.save()
    _, link = guest_links.make(wished.setup, [], wished.person)
    guest = GuestBrowser(wished.stand, link)
    asked = words(guest.look())
    assert "Nothing else is asked of you." in asked
    page = words(guest.site.get(guest.come(wished.theirs)["Location"]))
    assert "Your sign-in was all that was needed." in page
    assert "not yours to do" not in page
    assert 'id="live"' not in page
    wished.org.connection.refresh_from_db()
    assert wished.org.connection.is_connected
    tell()
    (mail,) = mailoutbox
    assert mail.subject.endswith("Der Kunde hat sich angemeldet")
    assert "Nur die Anmeldung" in mail.body
