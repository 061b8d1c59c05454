from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404
from django.utils import timezone

from teams.access import ALLOWED, Action, fetch_for, role_in, teams_for
from teams.models import Membership, Role, SetupGuest, Team, User


def test_every_role_is_told_what_it_may_do():
    assert set(ALLOWED) == set(Role)


@pytest.mark.parametrize(
    ("role", "action", "may"),
    [
        (Role.OWNER, Action.MANAGE, True),
        (Role.CONSULTANT, Action.CONNECT, True),
        (Role.CONSULTANT, Action.MANAGE, False),
        (Role.SUPPORT, Action.CHANGE, True),
        (Role.SUPPORT, Action.CONNECT, True),
        (Role.SUPPORT, Action.MANAGE, False),
    ],
)
def test_a_role_decides_what_a_person_may_do_in_a_team(person, team, role, action, may):
    user = person("Ann Lee", team, role)
    assert list(teams_for(user, action)) == ([team] if may else [])


def test_an_object_of_the_own_team_is_found(dana, team):
    found = fetch_for(dana, Action.SEE, Membership.objects.all(), user=dana)
    assert found.team == team


def test_the_team_itself_can_be_fetched(dana, team):
    assert fetch_for(dana, Action.SEE, Team.objects.all(), team_field="pk", pk=team.pk) == team


def test_another_teams_object_does_not_exist(stranger, dana):
    with pytest.raises(Http404):
        fetch_for(stranger, Action.SEE, Membership.objects.all(), user=dana)


def test_another_teams_object_does_not_exist_even_where_the_role_would_not_do(person, dana):
    outsider = person("Otto Outside", Team.objects.create(name="Elsewhere"), Role.SUPPORT)
    with pytest.raises(Http404):
        fetch_for(outsider, Action.MANAGE, Membership.objects.all(), user=dana)


def test_an_action_beyond_the_role_is_refused(dana, team):
    with pytest.raises(PermissionDenied):
        fetch_for(dana, Action.MANAGE, Team.objects.all(), team_field="pk", pk=team.pk)


@pytest.mark.parametrize("pk", ["not-a-uuid", uuid.uuid4()])
def test_an_unknown_id_is_not_found(dana, pk):
    with pytest.raises(Http404):
        fetch_for(dana, Action.SEE, Team.objects.all(), team_field="pk", pk=pk)


def test_a_role_in_one_team_gives_nothing_in_another(dana, team):
    other = Team.objects.create(name="Second team")
    Membership.objects.create(team=other, user=dana, role=Role.OWNER)
    assert list(teams_for(dana, Action.MANAGE)) == [other]
    with pytest.raises(PermissionDenied):
        fetch_for(dana, Action.MANAGE, Team.objects.all(), team_field="pk", pk=team.pk)


def test_fetching_takes_one_query(dana, team, django_assert_num_queries):
    with django_assert_num_queries(1):
        fetch_for(dana, Action.SEE, Membership.objects.select_related("team"), user=dana)


def test_a_fetched_row_can_be_locked(dana, team):
    locked = Team.objects.select_for_update()
    assert fetch_for(dana, Action.CHANGE, locked, team_field="pk", pk=team.pk) == team


@pytest.fixture
def guest(team):
    """A guest of the setup whose id is the team's own: any object with a team and a UUID will do here."""
    user = User.objects.create_user("guest@guests.invalid", name="Gia Guest", is_guest=True)
    tomorrow = timezone.now() + timedelta(days=1)
    SetupGuest.objects.create(user=user, team=team, setup_id=team.pk, expires_at=tomorrow)
    return user


def fetch_as_guest(user, action, team):
    return fetch_for(user, action, Team.objects.all(), team_field="pk", guest_field="pk", pk=team.pk)


def test_a_guest_sees_and_changes_the_one_setup_where_guests_are_let_in(guest, team):
    for action in (Action.SEE, Action.CHANGE):
        assert role_in(fetch_as_guest(guest, action, team)) is Role.GUEST


def test_a_guest_may_do_nothing_else_there(guest, team):
    for action in set(Action) - {Action.SEE, Action.CHANGE}:
        with pytest.raises(PermissionDenied):
            fetch_as_guest(guest, action, team)


def test_to_a_view_that_lets_no_guests_in_a_guest_is_a_stranger(guest, team):
    with pytest.raises(Http404):
        fetch_for(guest, Action.SEE, Team.objects.all(), team_field="pk", pk=team.pk)


def test_another_setup_of_the_same_team_does_not_exist_for_a_guest(guest, team):
    SetupGuest.objects.update(setup_id=uuid.uuid4())
    with pytest.raises(Http404):
        fetch_as_guest(guest, Action.SEE, team)


def test_a_guests_row_for_another_team_opens_nothing_here(guest, team):
    SetupGuest.objects.update(team=Team.objects.create(name="Elsewhere"))
    with pytest.raises(Http404):
        fetch_as_guest(guest, Action.SEE, team)


@pytest.mark.parametrize("values", [{"ended_at": timezone.now()}, {"expires_at": timezone.now()}])
def test_a_guests_access_ends_at_once(guest, team, values):
    SetupGuest.objects.update(**values)
    with pytest.raises(Http404):
        fetch_as_guest(guest, Action.SEE, team)


def test_a_guest_is_a_member_of_no_team(guest, team):
    assert list(teams_for(guest, Action.SEE)) == []
    with pytest.raises(IntegrityError):
        Membership.objects.create(team=team, user=guest, role=Role.GUEST)


def test_a_member_who_was_also_invited_keeps_the_members_role(dana, team):
    soon = timezone.now() + timedelta(days=1)
    SetupGuest.objects.create(user=dana, team=team, setup_id=team.pk, expires_at=soon)
    assert role_in(fetch_as_guest(dana, Action.CONNECT, team)) is Role.CONSULTANT


def test_fetching_with_guests_takes_one_query_too(guest, team, django_assert_num_queries):
    with django_assert_num_queries(1):
        fetch_as_guest(guest, Action.SEE, team)
