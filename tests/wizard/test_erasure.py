"""A guest who is forgotten may be a guest again: nothing of then stands in their way."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from pytest_django import Settings

from teams import access
from teams.models import User
from tests.wizard.guest_browser import GuestBrowser, send, words
from tests.wizard.harness import SetupHarness
from wizard.models import GuestInvitation

pytestmark = pytest.mark.django_db


@pytest.fixture
def forgotten(desk: SetupHarness, settings: Settings) -> GuestBrowser:
    """Came by a link that is open for days yet, and was forgotten."""
    settings.SALESFORCE_EXTRA_ORIGINS = [desk.stand.url]
    _, guest = send(desk.stand, desk.setup, desk.person)
    assert guest.come(desk.theirs).status_code == 302
    call_command("shred_person", str(User.objects.get(is_guest=True).pk), "--yes", stdout=io.StringIO())
    return guest


def test_their_link_is_taken_back_and_not_somebody_else_s(
    desk: SetupHarness, forgotten: GuestBrowser
) -> None:
    invitation = GuestInvitation.objects.get()
    assert (invitation.salesforce_user_id, invitation.revoked_at is None) == ("", False)
    assert not access.guest_rows().exists()
    back = GuestBrowser(desk.stand, forgotten.path)
    page = back.look()
    assert page.status_code == 410
    assert "This link was taken back" in words(page)
    assert "Another person has signed in with it" not in words(page)


def test_by_a_new_link_they_are_somebody_new(desk: SetupHarness, forgotten: GuestBrowser) -> None:
    _, again = send(desk.stand, desk.setup, desk.person)
    assert again.come(desk.theirs).status_code == 302
    assert User.objects.filter(is_guest=True).count() == 2
    assert again.page(desk.setup, "policies").status_code == 200
