"""What an act is about, given out to the person who does it."""

from __future__ import annotations

from teams.access import Action, fetch_for
from teams.models import Team, User
from wizard.actions.fetch import fetch_setup
from wizard.models import Setup


def given(setup: Setup, person: User) -> Setup:
    return fetch_setup(person, setup.pk, Action.CHANGE, archived_too=True, unbound_too=True)


def given_team(team: Team, person: User) -> Team:
    return fetch_for(person, Action.CONNECT, Team.objects.all(), team_field="pk", pk=team.pk)
