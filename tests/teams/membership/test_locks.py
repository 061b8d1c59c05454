"""Coming into a team and being taken out of it at once: one after the other, and nobody waits in a circle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from allauth.core.context import request_context
from django.db import transaction
from django.db.models.signals import post_save
from django.http import Http404
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from teams.membership import invitations, locks, members
from teams.models import Invitation, Membership, Role, SetupGuest, Team, User
from tests import other_connection
from tests.fixture_types import MakePerson, SignedIn

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "nadia@example.com"


@pytest.fixture
def olga(person: MakePerson, team: Team) -> User:
    """Another owner."""
    return person("Olga Berg", team, "owner")


@pytest.fixture
def invited(priya: User, team: Team) -> Invitation:
    """Priya asked somebody in."""
    return invite(team, priya)


def invite(team: Team, by: User) -> Invitation:
    request = RequestFactory().get("/")
    with request_context(request):  # as a middleware does: the mail is made with it
        return invitations.invite(request, team, NEW, Role.CONSULTANT, by)


@contextmanager
def when_an_invitation_was_written(act: Callable[[], object]) -> Iterator[list[Future[Any]]]:
    """Begin it elsewhere right after ours has changed an invitation, and before it goes on."""
    begun: list[Future[Any]] = []

    def once(sender: object, **more: Any) -> None:
        post_save.disconnect(once, Invitation)  # what is begun writes invitations too
        begun.append(other_connection.begin(act))

    post_save.connect(once, Invitation)
    try:
        yield begun
    finally:
        post_save.disconnect(once, Invitation)


def removal(of: User, by: User) -> Callable[[], bool]:
    member = Membership.objects.get(user=of)
    return lambda: members.remove(member, by)


def test_an_invitation_is_accepted_while_its_sender_is_taken_out(
    invited: Invitation, priya: User, olga: User
) -> None:
    nadia = User.objects.create_user(NEW, name="Nadia New")
    with when_an_invitation_was_written(removal(priya, olga)) as begun:
        assert invitations.accept(invited, nadia)
    assert begun[0].result(other_connection.PATIENCE)
    assert {each.user for each in Membership.objects.all()} == {olga, nadia}


def test_an_invitation_that_ended_while_it_was_waited_for_lets_nobody_in(
    invited: Invitation, priya: User, olga: User
) -> None:
    nadia = User.objects.create_user(NEW, name="Nadia New")
    with transaction.atomic():
        removal(priya, olga)()
        accepted = other_connection.begin(lambda: invitations.accept(invited, nadia))
    assert accepted.result(other_connection.PATIENCE) is None
    assert not Membership.objects.filter(user=nadia).exists()


def test_somebody_is_asked_again_while_who_asks_is_taken_out(
    invited: Invitation, team: Team, priya: User, olga: User
) -> None:
    with when_an_invitation_was_written(removal(priya, olga)) as begun:
        invite(team, priya)
    assert begun[0].result(other_connection.PATIENCE)
    assert not Invitation.objects.open().exists(), "also the new one ends with who sent it"


def test_who_was_taken_out_a_moment_ago_asks_nobody_in(
    team: Team, priya: User, olga: User, mailoutbox: list[object]
) -> None:
    with transaction.atomic():
        removal(priya, olga)()
        begun = other_connection.begin(lambda: invite(team, priya))
    with pytest.raises(Http404):
        begun.result(other_connection.PATIENCE)
    assert (Invitation.objects.count(), mailoutbox) == (0, [])


def test_of_two_invitations_to_one_address_at_once_the_second_replaces_the_first(
    team: Team, priya: User, olga: User
) -> None:
    with transaction.atomic():
        invite(team, priya)
        begun = other_connection.begin(lambda: invite(team, olga))
    second = begun.result(other_connection.PATIENCE)
    assert list(Invitation.objects.open()) == [second]


def test_a_guest_who_comes_in_does_not_wait_for_a_change_of_members(team: Team, dana: User) -> None:
    row = {"user": dana, "team": team, "setup_id": team.pk, "expires_at": timezone.now() + timedelta(days=1)}
    with transaction.atomic():
        locks.lock_team(team.pk)
        came = other_connection.begin(lambda: SetupGuest.objects.create(**row))
        assert came.done()
    assert came.result(other_connection.PATIENCE).team == team


def test_of_accepting_and_taking_back_at_once_one_wins_and_both_are_told(
    invited: Invitation, priya: User
) -> None:
    nadia = User.objects.create_user(NEW, name="Nadia New")
    with when_an_invitation_was_written(lambda: invitations.revoke(invited, priya)) as begun:
        assert invitations.accept(invited, nadia)
    assert begun[0].result(other_connection.PATIENCE) is False
    invited.refresh_from_db()
    assert invited.revoked_at is None


def test_an_owner_who_takes_back_an_accepted_invitation_is_told_so(
    invited: Invitation, priya: User, signed_in: SignedIn
) -> None:
    invitations.accept(invited, User.objects.create_user(NEW, name="Nadia New"))
    page = signed_in(priya).post(reverse("teams:revoke_invitation", args=[invited.pk]), follow=True)
    assert f"{NEW} has accepted the invitation already" in page.content.decode()
