"""A team's tokens for programs: an owner makes them, and they work on when the owner has left."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from teams.access import Action, teams_for
from teams.acting import tokens
from teams.membership import members, programs
from teams.models import ApiToken, Membership, Role, Team, User
from teams.models.audit import AuditEntry
from tests.fixture_types import MakePerson, SignedIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(team: Team) -> str:
    return reverse("teams:team_tokens", args=[team.pk])


def test_an_owner_makes_one_that_is_shown_once_and_does_what_a_consultant_may(
    team: Team, priya: User, signed_in: SignedIn, page: str
) -> None:
    browser = signed_in(priya)
    shown = browser.post(page, {"name": "Nightly check", "scope": "act"}).content.decode()
    found = re.search(r"cg_[\w-]{43}", shown)
    assert found
    assert found[0] not in browser.get(page).content.decode()
    kept = tokens.find(found[0])
    assert kept is not None
    assert (kept.team, kept.user.is_program, kept.user.full_name) == (team, True, "Nightly check")
    assert list(teams_for(kept.user, Action.CHANGE)) == [team]
    assert not teams_for(kept.user, Action.MANAGE).exists(), "a program manages no team"
    made = AuditEntry.objects.get(kind="teams.token_made_for_team")
    assert (made.actor_id, made.team_id) == (priya.pk, team.pk)


def test_its_account_is_no_member_on_screen_and_nobody_can_sign_in_as_it(
    team: Team, priya: User, signed_in: SignedIn
) -> None:
    made, _secret = programs.make(team, "Nightly check", "read", priya)
    member = Membership.objects.get(user=made.user)
    assert "Nightly check" not in signed_in(priya).get(reverse("teams:team", args=[team.pk])).content.decode()
    assert signed_in(priya).get(reverse("teams:member", args=[member.key])).status_code == 404
    assert not made.user.has_usable_password()


def test_it_works_on_when_whoever_made_it_has_left(
    team: Team, priya: User, person: MakePerson, page: str
) -> None:
    person("Otto Owner", team, Role.OWNER.value)
    made, secret = programs.make(team, "Nightly check", "read", priya)
    members.remove(Membership.objects.get(user=priya, team=team))
    found = tokens.find(secret)
    assert found == made
    assert tokens.is_open(found)


def test_revoked_it_is_out_at_once(team: Team, priya: User, signed_in: SignedIn, page: str) -> None:
    made, secret = programs.make(team, "Nightly check", "act", priya)
    browser = signed_in(priya)
    assert "Nightly check" in browser.get(page).content.decode()
    browser.post(reverse("teams:revoke_team_token", args=[made.pk]))
    found = tokens.find(secret)
    assert found is not None
    assert not tokens.is_open(found)
    assert not Membership.objects.filter(user=made.user).exists()
    assert not User.objects.get(pk=made.user_id).is_active
    assert "Nightly check" not in browser.get(page).content.decode()
    assert AuditEntry.objects.filter(kind="teams.token_revoked_for_team", actor_id=priya.pk).count() == 1
    browser.post(reverse("teams:revoke_team_token", args=[made.pk]))
    assert AuditEntry.objects.filter(kind="teams.token_revoked_for_team").count() == 1


def test_it_is_asked_whether_it_is_still_you_and_for_a_second_factor(
    team: Team, priya: User, signed_in: SignedIn, page: str
) -> None:
    sent = {"name": "A script", "scope": "act"}
    assert signed_in(priya, lately=False).post(page, sent).status_code == 302
    assert not ApiToken.objects.exists()


def test_only_an_owner_sees_or_makes_one(dana: User, signed_in: SignedIn, page: str) -> None:
    assert signed_in(dana).get(page).status_code == 403
    assert signed_in(dana).post(page, {"name": "A script", "scope": "act"}).status_code == 403
    assert not User.objects.filter(is_program=True).exists()
