"""The live stream is part of the access table: who may not look any more is cut off within seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from teams import reauth
from teams.membership import members
from teams.models import Membership, Role, SetupGuest, User
from tests.access.people import Side
from tests.fixture_types import SignedIn
from tests.wizard.sse import Viewer, until
from wizard.live import stream
from wizard.live import ticket as progress
from wizard.live.access import StreamTicket, still_allowed

pytestmark = pytest.mark.django_db(transaction=True)

ROLES = (Role.OWNER, Role.CONSULTANT, Role.SUPPORT, Role.VIEWER, Role.GUEST)


@pytest.fixture(autouse=True)
def _a_fresh_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "hub", stream.Hub())
    monkeypatch.setattr(stream, "RECHECK_SECONDS", 0.2)


def ticket(side: Side, role: Role, browser: Client | None = None) -> str:
    return progress.ticket(
        side.people[role].pk,
        side.setup.pk,
        side.setup.guide.stages[1].key,
        session_key=str(browser.session.session_key) if browser else "",
        role=role.value,
    )


def look(pass_to: str, act: Callable[[], object] | None = None, browser: Client | None = None) -> Viewer:
    """Look until the stream ends by itself, or (without an act) until the first fragment is there."""
    secret = browser.cookies["sessionid"].value if browser else ""

    async def story() -> Viewer:
        viewer = Viewer(pass_to, cookie=secret)
        looking = asyncio.create_task(viewer.look())
        await until(lambda: viewer.states == 1 or viewer.status == 204)
        if act is None:
            viewer.gone.set()
        else:
            await asyncio.to_thread(in_its_own_connection, act)
        await asyncio.wait_for(looking, 8)
        return viewer

    return asyncio.run(story())


def in_its_own_connection(act: Callable[[], object]) -> None:
    try:
        act()
    finally:
        connection.close()


@pytest.mark.parametrize("role", ROLES)
def test_every_role_and_the_setups_guest_may_look(role: Role, ours: Side):
    assert look(ticket(ours, role)).states == 1


@pytest.mark.parametrize("role", ROLES)
def test_a_ticket_for_another_teams_setup_opens_nothing_even_if_we_had_signed_it(
    role: Role, ours: Side, theirs: Side
):
    stolen = progress.ticket(theirs.people[role].pk, ours.setup.pk, ours.setup.guide.stages[1].key)
    viewer = look(stolen)
    assert (viewer.status, viewer.text) == (204, "")


def change_role(ours: Side) -> None:
    members.set_role(Membership.objects.get(user=ours.people[Role.CONSULTANT]), Role.VIEWER)


def remove(ours: Side) -> None:
    members.remove(Membership.objects.get(user=ours.people[Role.CONSULTANT]))


def switch_off(ours: Side) -> None:
    User.objects.filter(pk=ours.people[Role.CONSULTANT].pk).update(is_active=False)


@pytest.mark.parametrize("act", [change_role, remove, switch_off])
def test_a_member_who_is_not_what_they_were_is_cut_off(act: Callable[[Side], None], ours: Side):
    viewer = look(ticket(ours, Role.CONSULTANT), lambda: act(ours))
    assert viewer.states == 1
    assert look(ticket(ours, Role.CONSULTANT)).status == 204, "and the old ticket opens nothing"


@pytest.mark.parametrize("field", ["ended_at", "expires_at"])
def test_a_guest_whose_invitation_ends_is_cut_off(field: str, ours: Side):
    guest = ours.people[Role.GUEST]
    look(
        ticket(ours, Role.GUEST),
        lambda: SetupGuest.objects.filter(user=guest).update(**{field: timezone.now()}),
    )
    assert look(ticket(ours, Role.GUEST)).status == 204


def test_signing_out_cuts_the_streams_of_that_browser_only(ours: Side, signed_in: SignedIn):
    user = ours.people[Role.SUPPORT]
    here, there = signed_in(user), signed_in(user)
    mine, other = ticket(ours, Role.SUPPORT, here), ticket(ours, Role.SUPPORT, there)
    assert look(mine, browser=there).status == 204, "found somewhere, it opens nothing"
    secret = here.cookies["sessionid"].value
    assert look(mine, lambda: here.post(reverse("account_logout")), here).states == 1
    here.cookies["sessionid"] = secret
    assert look(mine, browser=here).status == 204
    assert look(other, browser=there).states == 1


def test_a_session_that_ran_out_is_cut_off(ours: Side, signed_in: SignedIn):
    browser = signed_in(ours.people[Role.OWNER])
    look(
        ticket(ours, Role.OWNER, browser),
        lambda: Session.objects.update(expire_date=timezone.now()),
        browser,
    )


def test_the_pages_own_ticket_carries_the_session_and_the_role(ours: Side, signed_in: SignedIn):
    browser = signed_in(ours.people[Role.VIEWER])
    page = browser.get(reverse("wizard:stage", args=[ours.setup.pk, ours.setup.guide.stages[1].key]))
    poll = browser.get(reverse("wizard:live", args=[ours.setup.pk, ours.setup.guide.stages[1].key]))
    # The page's own, and the fresh one that each poll brings: a page may be open for days.
    for address in (page.context["stream"], poll.headers["Stream"]):
        [read] = progress.read_ticket(parse_qs(urlsplit(address).query)["k"][0])
        assert (read.session_key, read.role) == (browser.session.session_key, "viewer")


def test_looking_again_costs_five_queries_however_many_look(
    ours: Side, signed_in: SignedIn, django_assert_num_queries: DjangoAssertNumQueries
):
    user = ours.people[Role.OWNER]
    key = str(signed_in(user).session.session_key)
    many = {StreamTicket(str(ours.setup.pk), f"stage{n}", str(user.pk), key, "owner") for n in range(100)}
    with django_assert_num_queries(5):
        assert still_allowed(many) == many


def ask_for_second_factors(ours: Side, signed_in: SignedIn) -> None:
    owner = signed_in(ours.people[Role.OWNER])
    answer = owner.post(reverse("teams:two_factor", args=[ours.team.pk]), {"require": "1"})
    assert answer.status_code == 302


def test_a_team_that_asks_for_second_factors_cuts_who_has_none(ours: Side, signed_in: SignedIn):
    browser = signed_in(ours.people[Role.CONSULTANT])
    mine = ticket(ours, Role.CONSULTANT, browser)
    assert look(mine, lambda: ask_for_second_factors(ours, signed_in), browser).states == 1
    assert look(mine, browser=browser).status == 204
    file = reverse("wizard:report_csv", args=[ours.setup.pk])
    assert browser.get(file)["Location"] == reverse("mfa_index"), "and takes nothing out either"
    assert look(ticket(ours, Role.OWNER)).states == 1, "who has one goes on looking"
    assert look(ticket(ours, Role.GUEST)).states == 1, "guests are no members"


def test_the_companys_own_second_factor_counts_for_the_sessions_that_it_began(
    ours: Side, signed_in: SignedIn, settings: Settings
):
    settings.OIDC_BRINGS_SECOND_FACTOR = True
    ours.team.require_two_factor = True
    ours.team.save()
    user = ours.people[Role.SUPPORT]
    company, password = signed_in(user), signed_in(user)
    session = company.session
    reauth.note_sign_in(SimpleNamespace(session=session), user, "socialaccount")
    session.save()
    passes = {read_pass(ticket(ours, Role.SUPPORT, each)) for each in (company, password)}
    assert {each.session_key for each in still_allowed(passes)} == {session.session_key}


def read_pass(signed: str) -> StreamTicket:
    [found] = progress.read_ticket(signed)
    return found
