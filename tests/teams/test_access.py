from __future__ import annotations

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from teams.access import ALLOWED, Action, fetch_for, teams_for
from teams.models import Membership, Role, Team


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
