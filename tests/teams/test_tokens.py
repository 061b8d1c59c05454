"""A person's tokens for programs: shown once, kept as a hash, and taken back."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from teams.acting import tokens
from teams.membership import members
from teams.models import ApiToken, Membership, Team, User
from teams.models.audit import AuditEntry
from tests.fixture_types import SignedIn

pytestmark = pytest.mark.django_db
PAGE = "/team/tokens/"


def test_a_token_is_shown_once_and_kept_as_a_hash(dana: User, signed_in: SignedIn) -> None:
    browser = signed_in(dana)
    page = browser.post(PAGE, {"name": "Nightly report", "scope": "read"}).content.decode()
    found = re.search(r"cg_[\w-]{43}", page)
    assert found
    assert found[0] not in browser.get(PAGE).content.decode()
    kept = ApiToken.objects.get()
    assert (kept.name, kept.scope, kept.user) == ("Nightly report", "read", dana)
    assert found[0] not in kept.token_hash
    assert tokens.find(found[0]) == kept
    assert AuditEntry.objects.filter(kind="teams.token_made", actor_id=dana.pk).exists()


def test_a_token_needs_a_name(dana: User, signed_in: SignedIn) -> None:
    assert signed_in(dana).post(PAGE, {"name": " ", "scope": "act"}).status_code == 422
    assert not ApiToken.objects.exists()


def test_before_a_token_is_made_it_is_asked_whether_it_is_still_you(dana: User, signed_in: SignedIn) -> None:
    answer = signed_in(dana, lately=False).post(PAGE, {"name": "A script", "scope": "act"})
    assert answer.status_code == 302
    assert not ApiToken.objects.exists()


def test_who_needs_a_second_factor_makes_no_token_without_it(
    team: Team, dana: User, signed_in: SignedIn
) -> None:
    Team.objects.filter(pk=team.pk).update(require_two_factor=True)
    answer = signed_in(dana).post(PAGE, {"name": "A script", "scope": "act"})
    assert answer["Location"] == reverse("mfa_index")
    assert not ApiToken.objects.exists()


def test_a_revoked_token_is_in_no_list_and_only_its_person_revokes_it(
    dana: User, sam: User, signed_in: SignedIn
) -> None:
    made, _secret = tokens.make(dana, "Nightly report", "read")
    revoke = reverse("teams:revoke_token", args=[made.pk])
    assert signed_in(sam).post(revoke).status_code == 404
    browser = signed_in(dana)
    assert "Nightly report" in browser.get(PAGE).content.decode()
    assert "does not work any more" in browser.post(revoke, follow=True).content.decode()
    assert "Nightly report" not in browser.get(PAGE).content.decode()
    made.refresh_from_db()
    assert not tokens.is_open(made)


def test_who_is_taken_out_of_a_team_has_no_program_any_more(team: Team, dana: User, priya: User) -> None:
    made, _secret = tokens.make(dana, "Nightly report", "act")
    members.remove(Membership.objects.get(team=team, user=dana), priya)
    made.refresh_from_db()
    assert made.revoked_at
