"""The owner's page of receivers, with their log; the person's own page; the bell."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from notices import bell, fanout
from notices.channels import webhook
from notices.kinds import Kind, every_kind
from notices.models import Channel, Reader
from teams.models import AuditEntry, Team, User
from tests.fixture_types import SignedIn
from tests.notices.telling import Receiver, add_channel, an_org, happen, tell
from tests.wizard.guest_browser import words
from tests.wizard.harness import SetupHarness

pytestmark = pytest.mark.django_db


def test_an_owner_adds_a_webhook_tests_it_reads_its_log_and_sends_again(
    priya: User, team: Team, signed_in: SignedIn, receiver: Receiver
) -> None:
    browser, page = signed_in(priya), reverse("notices:team", args=[team.pk])
    added = browser.post(page, {"type": "webhook", "address": receiver.url, "kinds": every_kind()})
    (secret,) = re.findall(r"whsec_[\w+/=]+", added.content.decode())
    channel = Channel.objects.get()
    log = reverse("notices:channel", args=[channel.pk])
    assert secret not in browser.get(log).content.decode(), "shown once"
    assert "s3cr3t" not in browser.get(log).content.decode(), "whoever knows the address can write there"
    receiver.answer = lambda number: (500, {}, b"<b>broken</b>")
    browser.post(reverse("notices:test", args=[channel.pk]))
    tell()
    assert webhook.is_ours(receiver.requests[0].headers, receiver.requests[0].body, secret)
    said = words(browser.get(log))
    assert "The receiver did not take it." in said
    assert "answer 500" in said
    assert "&lt;b&gt;broken&lt;/b&gt;" in said
    receiver.answer = lambda number: (200, {}, b"thank you")
    channel.deliveries.update(state="given_up")
    browser.post(reverse("notices:again", args=[channel.pk, channel.deliveries.get().key]))
    tell()
    assert "thank you" in words(browser.get(log))
    browser.post(log, {"kinds": ["drifted"]})
    channel.refresh_from_db()
    assert channel.kinds == ["drifted"]
    browser.post(reverse("notices:remove", args=[channel.pk]))
    assert not Channel.objects.exists()
    noted = AuditEntry.objects.filter(kind__startswith="notices.")
    assert [each.kind for each in noted.order_by("id")] == [
        "notices.channel_added", "notices.channel_changed", "notices.channel_removed",
    ]  # fmt: skip
    assert "s3cr3t" not in str([each.data for each in noted])


def test_an_address_that_can_not_be_is_refused_with_the_reason(
    priya: User, team: Team, signed_in: SignedIn, settings: Any
) -> None:
    settings.NOTICES_PRIVATE_NETWORKS = []
    page = reverse("notices:team", args=[team.pk])
    for address in ("https://169.254.169.254/latest/", "http://hooks", "not an address", "https://[::1]/"):
        answer = signed_in(priya).post(page, {"type": "slack", "address": address, "kinds": []})
        if address != "http://hooks":
            assert answer.status_code == 422
            assert "Such addresses are refused." in words(answer)
    assert Channel.objects.count() <= 1


def test_before_notices_go_elsewhere_the_owner_proves_who_they_are(
    priya: User, team: Team, signed_in: SignedIn
) -> None:
    data = {"type": "slack", "address": "https://hooks.slack.com/services/x", "kinds": []}
    answer = signed_in(priya, lately=False).post(reverse("notices:team", args=[team.pk]), data)
    assert answer.status_code == 302
    assert not Channel.objects.exists()


def test_switched_off_by_its_receiver_it_is_on_again_when_it_is_saved(
    priya: User, team: Team, signed_in: SignedIn
) -> None:
    channel = add_channel(team, "https://hooks.example/x", off_at=timezone.now())
    page = reverse("notices:channel", args=[channel.pk])
    assert "Switched off since" in words(signed_in(priya).get(page))
    signed_in(priya).post(page, {"kinds": ["idle"]})
    channel.refresh_from_db()
    assert channel.off_at is None


def test_a_person_adds_a_webhook_of_their_own_which_hears_what_they_are_told(
    desk: SetupHarness, sam: User, signed_in: SignedIn, receiver: Receiver
) -> None:
    browser, page = signed_in(desk.person), reverse("notices:own")
    sent = {"type": "webhook", "address": receiver.url, "kinds": ["drifted", "channel_off"]}
    assert browser.post(page, sent).status_code == 422, "a kind that nobody may choose"
    added = browser.post(page, {**sent, "kinds": ["drifted"]})
    assert re.search(r"whsec_[\w+/=]+", added.content.decode())
    own = Channel.objects.get(person=desk.person, type="webhook")
    happen(desk.org, desk.setup.pk, concerns=[desk.person.pk])
    happen(desk.org, desk.setup.pk, Kind.MENDED, concerns=[desk.person.pk])
    happen(desk.org, desk.setup.pk, concerns=[sam.pk])
    happen(desk.org, desk.setup.pk, concerns=[desk.person.pk], actor_id=desk.person.pk)
    tell()
    assert [each.json["type"] for each in receiver.requests] == ["drifted"]
    log = reverse("notices:channel", args=[own.pk])
    assert signed_in(sam).get(log).status_code == 404, "nobody else's, not even an owner's"
    assert "s3cr3t" not in browser.get(log).content.decode()
    desk.person.memberships.all().delete()
    happen(desk.org, desk.setup.pk, concerns=[desk.person.pk])
    tell()
    assert len(receiver.requests) == 1, "who left the team hears nothing more"


def test_who_adds_one_proves_who_they_are_and_it_stands_in_the_team_s_trail(
    dana: User, team: Team, signed_in: SignedIn
) -> None:
    page, sent = (
        reverse("notices:own"),
        {"type": "slack", "address": "https://hooks.slack.com/x", "kinds": []},
    )
    assert signed_in(dana, lately=False).post(page, sent).status_code == 302
    assert not Channel.objects.exists()
    signed_in(dana).post(page, sent)
    entry = AuditEntry.objects.get(kind="notices.channel_added")
    assert (entry.team_id, entry.actor_id) == (team.pk, dana.pk)
    own = Channel.objects.get()
    signed_in(dana).post(reverse("notices:remove", args=[own.pk]))
    assert not Channel.objects.exists()


def test_a_person_chooses_what_they_are_told_and_when(dana: User, signed_in: SignedIn) -> None:
    browser, page = signed_in(dana), reverse("notices:mine")
    wished = {"everything": "all", "mail": "7", "mail_kinds": ["idle"], "bell": ["drifted", "idle"]}
    browser.post(page, wished)
    mail, reader = Channel.objects.get(type="mail", person=dana), Reader.objects.get(person=dana)
    assert (mail.hour, mail.kinds) == (7, ["idle"])
    assert (reader.everything, reader.bell) == (True, ["drifted", "idle"])
    shown = browser.get(page).content.decode()
    assert '<option value="7" selected>' in shown
    browser.post(page, wished | {"mail": ""})
    mail.refresh_from_db()
    assert (mail.hour, mail.kinds) == (None, [])
    assert browser.post(page, wished | {"mail": "25"}).status_code == 422


def test_the_bell_counts_shows_and_is_marked_as_read(desk: SetupHarness, signed_in: SignedIn) -> None:
    browser = signed_in(desk.person)
    happen(desk.org, desk.setup.pk, concerns=[desk.person.pk])
    happen(desk.org, desk.setup.pk, Kind.IDLE, concerns=[desk.person.pk])
    fanout.take()
    assert "2 new" in words(browser.get(reverse("account")))
    page = browser.get(reverse("notices:bell"))
    said = words(page)
    assert f"{desk.org.name}: Nobody worked on this setup for 7 days" in said
    (up_to,) = re.findall(r'name="up_to" value="([^"]+)"', page.content.decode())
    happen(desk.org, desk.setup.pk, Kind.MENDED, concerns=[desk.person.pk])
    fanout.take()
    browser.post(reverse("notices:seen"), {"up_to": up_to})
    assert "1 new" in words(browser.get(reverse("notices:count"))), "what came meanwhile stays new"
    browser.post(reverse("notices:seen"), {"up_to": "2020-01-01T00:00:00+00:00"})
    browser.post(reverse("notices:seen"), {"up_to": "yesterday"})
    assert bell.unread(desk.person) == 1, "an older page takes nothing back"


def test_the_bell_shows_the_last_fifty_of_the_kinds_and_setups_that_were_chosen(
    desk: SetupHarness, sam: User, stranger: User
) -> None:
    for _ in range(bell.LAST + 5):
        happen(desk.org, desk.setup.pk, concerns=[desk.person.pk, stranger.pk])
    happen(an_org(desk.org.team, "Not theirs"), desk.setup.pk, Kind.IDLE, concerns=[sam.pk])
    fanout.take()
    assert (bell.unread(desk.person), bell.unread(sam), bell.unread(stranger)) == (50, 1, 0)
    assert len(bell.last(desk.person, bell.reader_of(desk.person))) == bell.LAST
    Reader.objects.create(person=sam, everything=True, bell=["drifted"])
    assert {each.kind for each in bell.last(sam, bell.reader_of(sam))} == {"drifted"}
    desk.person.memberships.all().delete()
    assert bell.unread(desk.person) == 0


def test_nobody_is_told_of_what_was_before_them(desk: SetupHarness) -> None:
    happen(desk.org, desk.setup.pk, concerns=[desk.person.pk])
    fanout.take()
    User.objects.filter(pk=desk.person.pk).update(date_joined=timezone.now() + timedelta(minutes=1))
    desk.person.refresh_from_db()
    assert bell.unread(desk.person) == 0
