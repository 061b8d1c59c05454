"""One refresh however many need it; a lost grant is a button, not a lost setup."""

from __future__ import annotations

import pytest
from django.urls import reverse

from orgs.connections.client import client_for
from orgs.models import Connection
from orgs.salesforce.errors import SalesforceError
from simulator.faults import Faults, Rule
from tests.faults.judging import reconnect, shown
from tests.fixture_types import SignedIn
from tests.other_connection import all_at_once
from tests.wizard.harness import SetupHarness
from wizard.jobs import runner

WORKERS = 50


def expire(desk: SetupHarness) -> None:
    with desk.stand.world.lock:
        tokens = desk.stand.world.tokens
        for value in [value for value, token in tokens.items() if token.org_id == desk.theirs.id]:
            del tokens[value]


def refreshes(desk: SetupHarness, mark: int) -> int:
    entries = desk.stand.world.log_since(mark)
    return sum(each.path == "/services/oauth2/token" for each in entries)


@pytest.mark.django_db(transaction=True)
def test_fifty_workers_on_one_expired_token_refresh_once_and_lose_nothing(desk: SetupHarness) -> None:
    desk.check()
    assert desk.theirs.switches.rotate_refresh_tokens
    old = Connection.objects.get(org=desk.org)
    expire(desk)
    mark = desk.mark()
    found = all_at_once(WORKERS, lambda _: client_for(desk.org).query("SELECT Id FROM Organization"))
    assert [len(rows) for rows in found] == [1] * WORKERS
    assert refreshes(desk, mark) == 1
    new = Connection.objects.get(org=desk.org)
    assert new.is_connected
    assert new.refresh_token != old.refresh_token
    expire(desk)
    assert runner.look_at_everything(desk.reload()) > 0, "the rotated refresh token was kept"


@pytest.mark.django_db(transaction=True)
def test_fifty_workers_on_a_grant_that_is_gone_ask_once(desk: SetupHarness) -> None:
    desk.check()
    expire(desk)
    with desk.stand.world.lock:
        desk.stand.world.extra["refresh_tokens"].clear()
    mark = desk.mark()

    def ask(_: int) -> str:
        try:
            client_for(desk.org).query("SELECT Id FROM Organization")
        except SalesforceError as error:
            return error.code
        return "answered"

    assert set(all_at_once(WORKERS, ask)) == {"invalid_grant"}
    assert refreshes(desk, mark) == 1, "whoever waited sees that it is gone, and does not ask again"


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["revoked_grant", "reuse_detected"])
def test_a_lost_grant_needs_reconnecting_and_the_setup_is_intact(
    desk: SetupHarness, faults: Faults, signed_in: SignedIn, fault: str
) -> None:
    desk.check()
    desk.apply()
    statuses, inputs = desk.statuses(), dict(desk.setup.inputs)
    expire(desk)
    faults.add(Rule(fault, kind="refresh", org=desk.theirs.id))
    job = desk.check()
    faults.clear()
    assert (job.state, job.error_code) == ("failed", "invalid_grant")
    connection = Connection.objects.get(org=desk.org)
    assert connection.state == Connection.State.NEEDS_RECONNECTING
    assert not connection.access_token
    assert (desk.statuses(), dict(desk.setup.inputs)) == (statuses, inputs)
    site = signed_in(desk.person)
    page = shown(site, desk, "people")
    assert "Salesforce signed this connection out." in page
    assert "Your progress is saved." in page
    assert f"Sign in to {desk.org.name} again" in page
    raw = site.get(reverse("wizard:stage", args=[desk.setup.pk, "people"])).content.decode()
    assert reverse("orgs:reconnect", args=[desk.org.pk]) in raw
    mark = desk.mark()
    assert site.post(reverse("wizard:check", args=[desk.setup.pk])).status_code == 302
    assert desk.calls(mark) == 0, "nothing is tried with a grant that is known to be gone"
    reconnect(desk)
    assert desk.check().state == "done"
    assert desk.statuses() == statuses
    assert desk.undo().state == "done"


@pytest.mark.django_db
def test_a_token_that_is_refused_again_and_again_does_not_loop(
    desk: SetupHarness, faults: Faults, signed_in: SignedIn
) -> None:
    """A fresh token that the org refuses: one refresh for each request, then the page says why."""
    faults.add(Rule("expired_session", org=desk.theirs.id))
    mark = desk.mark()
    job = desk.check()
    assert (job.state, job.error_code) == ("failed", "SESSION_REFUSED")
    assert refreshes(desk, mark) == 1
    page = shown(signed_in(desk.person), desk, "prepare")
    assert "Session Settings" in page
    assert "Session expired or invalid" in page, "Salesforce's own words"
    assert f"Sign in to {desk.org.name} again" not in page, "that would end the same way"
