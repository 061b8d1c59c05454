"""Who may not work in a team any more holds nothing there: no links, no guests, no setups."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from teams import access
from teams.membership import members
from teams.models import Membership, Role, SetupGuest, Team, User
from tests.fixture_types import MakePerson
from tests.wizard.given import given
from tests.wizard.support.test_setup_list import setup_in
from wizard.actions import assignment, guest_links
from wizard.models import Event, GuestInvitation, Setup

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(team: Team, dana: User) -> Setup:
    """A setup that Dana has, with a guest whom she let in."""
    setup = setup_in(team, "Northwind", dana)
    made, _link = guest_links.make(setup, ["policies"], dana)
    guest = User.objects.create_user("g@guests.invalid", name="Gia Client", is_guest=True)
    GuestInvitation.objects.filter(pk=made.pk).update(used_by=guest, used_at=timezone.now())
    tomorrow = timezone.now() + timedelta(days=1)
    SetupGuest.objects.create(user=guest, team=team, setup_id=setup.pk, expires_at=tomorrow)
    assignment.take_over(given(setup, dana), dana)
    return setup


def lose(user: User, role: Role | None, by: User) -> None:
    member = Membership.objects.get(user=user)
    if role is None:
        members.remove(member, by)
    else:
        members.set_role(member, role, by)


def events(setup: Setup, kind: str) -> list[Event]:
    return list(setup.events.filter(kind=kind))


@pytest.mark.parametrize("role", [None, Role.VIEWER])
def test_links_guests_and_setups_end_with_it(held: Setup, dana: User, priya: User, role: Role | None) -> None:
    lose(dana, role, priya)
    assert not GuestInvitation.objects.open().exists()
    assert not access.guest_rows().exists()
    assert Setup.objects.get().assignee is None
    (revoked,) = events(held, "guest_link_revoked")
    assert revoked.actor == priya
    (free,) = events(held, "left_free")
    assert free.data == {"name": "Dana Whitfield"}


def test_another_role_that_works_on_setups_keeps_everything(held: Setup, dana: User, priya: User) -> None:
    lose(dana, Role.SUPPORT, priya)
    assert access.guest_rows().exists()
    assert Setup.objects.get().assignee == dana


def test_what_others_hold_and_what_is_held_in_another_team_stays(
    held: Setup, team: Team, dana: User, sam: User, priya: User, person: MakePerson
) -> None:
    sams = setup_in(team, "Contoso", sam)
    guest_links.make(sams, ["policies"], sam)
    assignment.take_over(given(sams, sam), sam)
    elsewhere = Team.objects.create(name="Another team")
    Membership.objects.create(team=elsewhere, user=dana, role=Role.CONSULTANT)
    other = setup_in(elsewhere, "Fabrikam", dana)
    guest_links.make(other, ["policies"], dana)
    assignment.take_over(given(other, dana), dana)
    members.remove(Membership.objects.get(user=dana, team=team), priya)
    assert {setup.org.name for setup in Setup.objects.exclude(assignee=None)} == {"Contoso", "Fabrikam"}
    still_open = GuestInvitation.objects.filter(revoked_at=None)
    assert {each.setup.org.name for each in still_open} == {"Contoso", "Fabrikam"}
