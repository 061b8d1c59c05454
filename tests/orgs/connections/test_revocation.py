"""A grant that Salesforce does not confirm as ended: tried again, shown, given up aloud, settled by hand."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from orgs import erasure, tasks
from orgs.connections import revocation, tokens
from orgs.models import Org, Revocation
from orgs.oauth import Grant
from simulator.org.store import Org as StandInOrg
from simulator.server import Stand
from teams.audit import words
from teams.audit.address import asked_from
from teams.erasure import Names
from teams.models import Team, User
from teams.models.audit import AuditEntry
from tests.fixture_types import Connected, SignedIn
from tests.orgs.connections.test_disconnect import live_grants
from tests.teams.audit.reading import entries, only, personal

pytestmark = pytest.mark.django_db


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> object:
    """Salesforce does not answer; undo it by `silent.undo()`."""
    monkeypatch.setattr("orgs.hosts.revoke_endpoint", lambda origin: "http://127.0.0.1:9/revoke")
    return monkeypatch


@pytest.fixture
def unconfirmed(connected: Connected, dana: User, silent: pytest.MonkeyPatch) -> tuple[Revocation, object]:
    """A disconnected org of which Salesforce has not heard; and the stand-in's org."""
    org, theirs = connected()
    tokens.revoke(org.connection, dana)
    return Revocation.objects.get(), theirs


@pytest.fixture
def given_up(unconfirmed: tuple[Revocation, object]) -> Revocation:
    again(attempts=revocation.TRIES - 1)
    return Revocation.objects.get()


def again(**more: Any) -> int:
    """Let the time of the next try come, and do what the worker does every minute."""
    Revocation.objects.update(next_try_at=timezone.now(), **more)
    return tasks.retry_revocations()


def page(browser: Client, org_team: Any) -> str:
    return str(browser.get(reverse("orgs:connections", args=[org_team])).content.decode())


def test_each_failure_waits_longer_up_to_half_a_day(unconfirmed: tuple[Revocation, StandInOrg]) -> None:
    waits = []
    for attempt in range(revocation.TRIES - 1):
        row = Revocation.objects.get()
        waits.append(row.next_try_at - timezone.now())
        assert row.attempts == attempt + 1
        again()
    assert timedelta(minutes=1) < waits[0] < timedelta(minutes=3)
    assert all(later > earlier for earlier, later in pairwise(waits[:9]))
    assert max(waits) <= revocation.LONGEST_PAUSE


def test_owners_see_what_salesforce_has_not_confirmed(
    unconfirmed: tuple[Revocation, StandInOrg], signed_in: SignedIn, priya: User, team: Team
) -> None:
    html = page(signed_in(priya), team.pk)
    assert "Not confirmed by Salesforce" in html
    assert "Tried once." in html
    assert "CONNECTION_LOST" in html
    assert "(we write to Dana Whitfield)." in html


def test_another_team_does_not_see_it(
    unconfirmed: tuple[Revocation, StandInOrg], signed_in: SignedIn, stranger: User
) -> None:
    html = page(signed_in(stranger), stranger.teams.get().pk)
    assert "Not confirmed" not in html


def test_what_is_only_under_way_is_no_failure(
    connected: Connected, signed_in: SignedIn, priya: User, team: Team
) -> None:
    org, _ = connected()
    tokens.disconnect(org.connection, priya)
    assert "Not confirmed" not in page(signed_in(priya), team.pk)


def test_an_owner_has_it_tried_again_at_once(
    allowed: Stand,
    unconfirmed: tuple[Revocation, StandInOrg],
    silent: pytest.MonkeyPatch,
    signed_in: SignedIn,
    priya: User,
) -> None:
    row, theirs = unconfirmed
    row.refresh_from_db()
    assert tasks.retry_revocations() == 0, "not before its time"
    silent.undo()
    answer = signed_in(priya).post(reverse("orgs:tell_again", args=[row.key]))
    assert answer.status_code == 302
    tasks.revoke_now(row.pk)
    assert live_grants(allowed, theirs) == 0
    assert not Revocation.objects.exists()


def test_giving_up_erases_the_token_and_says_so_to_whoever_disconnected(
    unconfirmed: tuple[Revocation, StandInOrg], dana: User, caplog: pytest.LogCaptureFixture
) -> None:
    again(attempts=revocation.TRIES - 1)
    given_up = Revocation.objects.get()
    assert given_up.given_up_at
    assert not given_up.token
    assert "Giving up" in caplog.text
    assert mail.outbox == []
    again()
    [letter] = mail.outbox
    assert letter.to == [dana.email]
    assert given_up.org_name in letter.subject
    assert "/lightning/setup/ConnectedAppsUsage/home" in letter.body
    assert given_up.username in letter.body
    assert letter.body.startswith(f"We ended an access of Connect Guide to {given_up.org_name}. ")
    assert f"If {given_up.org_name} is still connected here, sign in to it again" in letter.body
    again()
    assert len(mail.outbox) == 1, "told once"


def test_the_end_of_a_revocation_is_in_the_audit_trail(
    given_up: Revocation, connected: Connected, dana: User, silent: pytest.MonkeyPatch
) -> None:
    silent.undo()
    org, _theirs = connected()
    tokens.disconnect(org.connection, dana)
    assert entries("orgs.revoked") == []
    with asked_from("203.0.113.9"):  # whoever's request it is that happens to try
        assert revocation.try_once(Revocation.objects.get(given_up_at=None))
    for kind, username in (
        ("orgs.not_revoked", given_up.username),
        ("orgs.revoked", org.connection.username),
    ):
        entry = only(kind)
        told = personal(entry)
        assert (entry.actor_id, entry.about_id, entry.team_id) == (None, dana.pk, org.team_id)
        assert told["username"] == username
        assert "address" not in told
    (said,) = words.sentences_of(only("orgs.revoked"), personal(only("orgs.revoked")))
    assert said == f"Salesforce confirmed that the access of {org.connection.username} has ended"


@pytest.fixture
def ended_by_the_owner(connected: Connected, priya: User, silent: pytest.MonkeyPatch) -> Revocation:
    """Dana's grant, which Priya ended; Salesforce did not confirm it."""
    org, _ = connected()
    tokens.revoke(org.connection, priya)
    return Revocation.objects.get()


def test_whose_grant_it_was_is_forgotten_with_them(ended_by_the_owner: Revocation, dana: User) -> None:
    assert ended_by_the_owner.username
    erasure.forget(dana, Names.of([dana.name]))
    assert Revocation.objects.get().username == ""


def test_whose_grant_it_was_is_not_forgotten_with_who_ended_it(
    ended_by_the_owner: Revocation, priya: User
) -> None:
    erasure.forget(priya, Names.of([priya.name]))
    assert Revocation.objects.get().username == ended_by_the_owner.username


def test_a_row_from_before_it_said_whose_grant_it_was_is_forgotten_with_who_asked(
    unconfirmed: tuple[Revocation, object], dana: User, priya: User
) -> None:
    Revocation.objects.update(granted_by=None)
    erasure.forget(priya, Names.of([priya.name]))
    assert Revocation.objects.get().username
    erasure.forget(dana, Names.of([dana.name]))
    assert Revocation.objects.get().username == ""


def test_the_trail_of_a_revocation_is_about_whose_grant_it_was(
    ended_by_the_owner: Revocation, signed_in: SignedIn, priya: User, dana: User
) -> None:
    again(attempts=revocation.TRIES - 1)
    signed_in(priya).post(reverse("orgs:ended_by_hand", args=[ended_by_the_owner.key]))
    assert only("orgs.not_revoked").about_id == dana.pk
    by_hand = only("orgs.ended_by_hand")
    assert (by_hand.actor_id, by_hand.about_id) == (priya.pk, dana.pk)
    assert personal(by_hand)["username"] == ended_by_the_owner.username


def test_the_end_of_a_grant_that_was_never_kept_names_nobody(allowed: Stand, team: Team) -> None:
    """For Salesforce a token that it does not know is one that has ended."""
    grant = Grant("an-access-token", "", allowed.url, f"{allowed.url}/id/00D/005", "")
    assert revocation.end_unwanted(allowed.url, "Harbour", grant, team_id=str(team.pk))
    entry = only("orgs.revoked")
    assert entry.team_id == team.pk
    (said,) = words.sentences_of(entry, personal(entry))
    assert said == "Salesforce confirmed that an access that we did not keep has ended"


def refuse(*args: object, **more: object) -> None:
    raise ConnectionRefusedError


def test_a_mail_that_can_t_be_sent_is_sent_later(
    given_up: Revocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("orgs.connections.revocation.send_mail", refuse)
        again()
    row = Revocation.objects.get()
    assert row.told_at is None
    assert row.next_try_at > timezone.now()
    again()
    assert len(mail.outbox) == 1


def test_after_two_days_an_address_that_is_always_refused_is_written_to_no_more(
    given_up: Revocation, monkeypatch: pytest.MonkeyPatch, signed_in: SignedIn, priya: User, team: Team
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("orgs.connections.revocation.send_mail", refuse)
        again(given_up_at=timezone.now() - timedelta(days=1, hours=23))
        assert Revocation.objects.get().told_at is None
        again(given_up_at=timezone.now() - timedelta(days=2))
    again()
    assert mail.outbox == []
    assert "We gave up. Please end it in Salesforce." in page(signed_in(priya), team.pk)


def test_nobody_is_written_to_who_has_no_address_of_ours(
    given_up: Revocation, dana: User, signed_in: SignedIn, priya: User, team: Team
) -> None:
    dana.is_guest = True
    dana.save()
    again()
    assert mail.outbox == []
    assert Revocation.objects.get().told_at
    assert "we write to" not in page(signed_in(priya), team.pk)


def test_what_was_given_up_stays_until_an_owner_says_that_it_is_ended(
    given_up: Revocation, signed_in: SignedIn, priya: User, team: Team
) -> None:
    browser = signed_in(priya)
    html = page(browser, team.pk)
    assert "We gave up. Please end it in Salesforce." in html
    assert "Connected Apps OAuth Usage" in html
    assert browser.post(reverse("orgs:tell_again", args=[given_up.key])).status_code == 302
    assert Revocation.objects.get().given_up_at, "there is no token to try with"
    browser.post(reverse("orgs:ended_by_hand", args=[given_up.key]))
    assert not Revocation.objects.exists()
    kinds = AuditEntry.objects.filter(team_id=team.pk).order_by("id").values_list("kind", "actor_id")
    assert list(kinds)[-2:] == [("orgs.not_revoked", None), ("orgs.ended_by_hand", priya.pk)]
    assert "Not confirmed" not in page(browser, team.pk)


def test_without_a_proof_that_it_is_still_them_nothing_is_taken_off_the_list(
    given_up: Revocation, signed_in: SignedIn, priya: User
) -> None:
    answer = signed_in(priya, lately=False).post(reverse("orgs:ended_by_hand", args=[given_up.key]))
    assert answer.status_code == 302
    assert Revocation.objects.exists()


def test_a_token_whose_key_is_lost_is_given_up_at_once(
    connected: Connected, dana: User, settings: Settings
) -> None:
    from cryptography.fernet import Fernet

    org, _ = connected()
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]
    assert not tokens.revoke(Org.objects.get(pk=org.pk).connection, dana)
    row = Revocation.objects.get()
    assert row.given_up_at
    assert row.last_error == "TOKEN_KEY_LOST"


def test_without_somebody_who_asked_whoever_connected_is_told(
    connected: Connected, dana: User, silent: pytest.MonkeyPatch
) -> None:
    org, _ = connected()
    org.connection.last_used_at = timezone.now() - timedelta(days=31)
    org.connection.save()
    assert tasks.revoke_idle() == 1
    assert Revocation.objects.get().asked_by == dana


def test_a_revocation_is_taken_up_by_one_worker(unconfirmed: tuple[Revocation, StandInOrg]) -> None:
    row, _ = unconfirmed
    tasks.revoke_now(row.pk)
    assert Revocation.objects.get().attempts == 1, "its time has not come: another one tried just now"
