from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html
from pytest_django import DjangoCaptureOnCommitCallbacks

from orgs import tasks
from orgs.connections import tokens
from orgs.connections.client import client_for
from orgs.models import Connection, OrgUser, Revocation
from orgs.salesforce.errors import NeedsReconnecting
from simulator.server import Stand
from teams.models import User
from tests.fixture_types import Connected, SignedIn
from wizard.actions.start import open_setup
from wizard.models import Setup

pytestmark = pytest.mark.django_db


def live_grants(stand: Stand, org: Any) -> int:
    with stand.world.lock:
        kept = stand.world.extra.get("refresh_tokens", {}).values()
        return sum(entry["org_id"] == org.id for entry in kept)


def add_person(org: Any) -> None:
    OrgUser.objects.create(org=org, user_id="005000000000001AAA", name="A", username="a@x", active=True)


def test_the_page_asks_first_and_changes_nothing(
    connected: Connected, signed_in: SignedIn, dana: User
) -> None:
    org, _ = connected()
    page = signed_in(dana).get(reverse("orgs:disconnect", args=[org.pk]))
    assert page.status_code == 200
    assert "End our access" in page.content.decode()
    assert Connection.objects.get().is_connected


def test_disconnecting_erases_here_at_once_and_tells_salesforce_after_the_request(
    allowed: Stand,
    connected: Connected,
    signed_in: SignedIn,
    dana: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    org, theirs = connected()
    add_person(org)
    mark = allowed.world.mark()
    with django_capture_on_commit_callbacks() as later:
        response = signed_in(dana).post(reverse("orgs:disconnect", args=[org.pk]))
    assert response["Location"] == reverse("wizard:home")
    connection = Connection.objects.get()
    assert connection.state == Connection.State.REVOKED
    assert not connection.access_token
    assert not connection.refresh_token
    assert not OrgUser.objects.exists()
    assert allowed.world.log_since(mark) == [], "no call inside the request"
    assert [each for each in later if "tell_soon" in repr(each)], "a worker is told"
    assert Revocation.objects.get().asked_by == dana
    tasks.revoke_now(Revocation.objects.get().pk)
    assert live_grants(allowed, theirs) == 0
    assert not Revocation.objects.exists()
    with pytest.raises(NeedsReconnecting):
        client_for(org)


def test_disconnecting_twice_is_harmless(connected: Connected, signed_in: SignedIn, dana: User) -> None:
    org, _ = connected()
    site = signed_in(dana)
    for _ in range(2):
        assert site.post(reverse("orgs:disconnect", args=[org.pk])).status_code == 302
    assert Revocation.objects.count() == 1


def test_revoke_tells_salesforce_at_once(allowed: Stand, connected: Connected) -> None:
    org, theirs = connected()
    assert tokens.revoke(org.connection)
    assert live_grants(allowed, theirs) == 0
    assert not Revocation.objects.exists()


def test_a_failed_revocation_is_recorded_and_tried_again(
    allowed: Stand, connected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    org, theirs = connected()
    with monkeypatch.context() as patch:
        patch.setattr("orgs.hosts.revoke_endpoint", lambda origin: "http://127.0.0.1:9/revoke")
        assert not tokens.revoke(org.connection)
    revocation = Revocation.objects.get()
    assert revocation.attempts == 1
    assert "CONNECTION_LOST" in revocation.last_error
    assert tasks.retry_revocations() == 0, "not before its time"
    Revocation.objects.update(next_try_at=timezone.now())
    assert tasks.retry_revocations() == 1
    assert live_grants(allowed, theirs) == 0


def test_a_grant_that_salesforce_forgot_already_counts_as_revoked(
    allowed: Stand, connected: Connected
) -> None:
    org, _ = connected()
    with allowed.world.lock:
        allowed.world.extra["refresh_tokens"].clear()
    assert tokens.revoke(org.connection)


def test_idle_connections_are_disconnected_after_thirty_days(connected: Connected) -> None:
    used, _ = connected()
    idle, _ = connected()
    Connection.objects.filter(org=idle).update(last_used_at=timezone.now() - timedelta(days=31))
    assert tasks.revoke_idle() == 1
    assert Connection.objects.get(org=used).is_connected
    assert Connection.objects.get(org=idle).state == Connection.State.REVOKED
    assert tasks.revoke_idle() == 0


def test_the_page_names_every_setup_and_watch_that_it_ends_and_they_tell_it(
    connected: Connected, signed_in: SignedIn, dana: User, priya: User
) -> None:
    org, _ = connected()
    watched, _new = open_setup(org, dana)
    Setup.objects.update(finished_at=timezone.now(), keep_watching=True)
    begun, _new = open_setup(org, dana)
    site, address = signed_in(dana), reverse("orgs:disconnect", args=[org.pk])
    page = " ".join(html.fromstring(site.get(address).content).xpath("//main")[0].text_content().split())
    assert "The daily look at the setup handed over on" in page
    assert "The checks and changes of the setup under way, started" in page
    owners = signed_in(priya).get(reverse("orgs:connections", args=[org.team_id])).content.decode()
    assert str(watched.pk) in owners
    assert str(begun.pk) in owners
    site.post(address)
    assert begun.events.get(kind="disconnected").actor == dana
    assert watched.events.get(kind="watching_ended").actor == dana
