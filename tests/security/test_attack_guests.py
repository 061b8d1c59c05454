"""What a guest's link must not become: a say in others' work, a grant kept unasked, a door left ajar."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from pytest_django import Settings

from orgs.models import Connection
from simulator.server import Stand
from teams.models import SetupGuest
from tests.orgs.stand_in import admin_of
from tests.wizard.guest_browser import GuestBrowser, send
from tests.wizard.harness import SetupHarness
from wizard.actions import guest_links
from wizard.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stand_in_allowed(stand: Stand, settings: Settings) -> None:
    settings.SALESFORCE_EXTRA_ORIGINS = [stand.url]


@pytest.fixture
def guest(checked: SetupHarness) -> GuestBrowser:
    """In, for the stage of the permission set."""
    _, browser = send(checked.stand, checked.setup, checked.person, "permission_set")
    assert browser.come(checked.theirs).status_code == 302
    return browser


def stop_was_asked(job: Job) -> bool:
    job.refresh_from_db()
    return job.stop_requested_at is not None


@pytest.mark.parametrize("stages", [("people",), ("permission_set", "people"), ("handover",)])
def test_a_guest_stops_no_work_that_was_approved_for_other_stages(
    guest: GuestBrowser,
    checked: SetupHarness,
    stages: tuple[str, ...],
) -> None:
    kind = "handover" if stages == ("handover",) else "apply"
    job = checked.queue(kind, stages) if kind == "handover" else checked.approve(*stages)
    assert "stop-job" not in guest.page(checked.setup, "permission_set").content.decode()
    response = guest.post(checked.setup, "stop", "permission_set")
    assert response.status_code == 302
    assert not stop_was_asked(job)
    assert not checked.events("stop_requested")


def test_a_guest_stops_what_is_done_for_their_own_stage(guest: GuestBrowser, checked: SetupHarness) -> None:
    job = checked.approve("permission_set")
    assert "stop-job" in guest.page(checked.setup, "permission_set").content.decode()
    guest.post(checked.setup, "stop", "permission_set")
    assert stop_was_asked(job)


def test_no_grant_is_kept_where_the_connection_was_lost_after_the_page_was_shown(desk: SetupHarness) -> None:
    _, guest = send(desk.stand, desk.setup, desk.person)
    assert "We keep no access of yours" in guest.look().content.decode()
    Connection.objects.filter(org=desk.org).update(state=Connection.State.NEEDS_RECONNECTING)
    answer = guest.site.post(guest.path)  # the button of the page that was shown
    guest.back(guest.at_salesforce(answer["Location"], admin_of(desk.theirs)))
    assert SetupGuest.objects.exists(), "they are let in all the same"
    assert not Connection.objects.get(org=desk.org).is_connected


def test_no_grant_is_kept_of_who_only_proves_who_they_are(guest: GuestBrowser, checked: SetupHarness) -> None:
    Connection.objects.filter(org=checked.org).update(state=Connection.State.NEEDS_RECONNECTING)
    asked = guest.site.get(reverse("teams:still_you")).content.decode()
    assert 'name="keeps"' not in asked, "that page says nothing of a grant"
    answer = guest.site.post(reverse("wizard:guest"))
    guest.back(guest.at_salesforce(answer["Location"], admin_of(checked.theirs)))
    assert not Connection.objects.get(org=checked.org).is_connected


@pytest.mark.django_db(transaction=True)
def test_two_links_of_one_guest_taken_back_at_once_leave_no_way_in(
    checked: SetupHarness,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, browser = send(checked.stand, checked.setup, checked.person, "policies")
    browser.come(checked.theirs)
    second, again = send(checked.stand, checked.setup, checked.person, "connect")
    again.come(checked.theirs)
    settle, together = guest_links.settle, threading.Barrier(2)

    def slowly(*args: Any) -> None:
        """Both have marked their own link before either looks for the other one, if nothing keeps them."""
        with contextlib.suppress(threading.BrokenBarrierError):
            together.wait(timeout=1)
        settle(*args)

    def take_back(invitation: Any) -> None:
        try:
            guest_links.revoke(invitation, checked.person)
        finally:
            connection.close()

    monkeypatch.setattr(guest_links, "settle", slowly)
    threads = [threading.Thread(target=take_back, args=[each]) for each in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert SetupGuest.objects.get().ended_at is not None
    assert again.page(checked.setup, "connect").status_code == 410
