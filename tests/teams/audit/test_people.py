"""Signing in and out, second factors, members and invitations: each is an entry."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from teams.audit import words
from teams.membership import invitations
from teams.models import Membership, Team, User
from tests.conftest import PASSWORD
from tests.fixture_types import MakePerson, SignedIn
from tests.teams.audit.reading import entries, only, personal

pytestmark = pytest.mark.django_db
FROM = {"REMOTE_ADDR": "203.0.113.9"}


def sign_in(email: str, password: str = PASSWORD) -> Client:
    client = Client(**FROM)  # type: ignore[arg-type]
    client.post(reverse("account_login"), {"login": email, "password": password})
    return client


def test_signing_in_and_out_tells_who_and_from_where(dana: User, team: Team) -> None:
    client = sign_in(dana.email)
    client.post(reverse("account_logout"))
    for kind in ("teams.signed_in", "teams.signed_out"):
        entry = only(kind)
        assert (entry.actor_id, entry.team_id) == (dana.pk, team.pk)
        told = {"actor": dana.name, "actor_email": dana.email, "address": "203.0.113.9"}
        assert personal(entry) == told


def test_signing_out_everywhere_else_is_told_once_and_with_the_number(dana: User, team: Team) -> None:
    client, *_others = [sign_in(dana.email) for _ in range(3)]
    for _ in range(2):
        assert client.post(reverse("usersessions_list")).status_code == 302
    entry = only("teams.sessions_ended")
    assert (entry.actor_id, entry.team_id, entry.data) == (dana.pk, team.pk, {"count": 2})
    assert personal(entry)["address"] == "203.0.113.9"
    (said,) = words.sentences_of(entry, personal(entry))
    assert said == "Signed out everywhere else (2 sign-ins)"


def test_behind_a_proxy_the_address_is_what_the_trusted_proxy_says(dana: User, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client = Client(**FROM)  # type: ignore[arg-type]
    client.post(
        reverse("account_login"),
        {"login": dana.email, "password": PASSWORD},
        headers={"X-Forwarded-For": "10.0.0.1, 198.51.100.4"},
    )
    assert personal(only("teams.signed_in"))["address"] == "198.51.100.4"


def test_past_the_proxy_only_the_peer_is_believed(dana: User, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    client = Client(**FROM)  # type: ignore[arg-type]
    client.force_login(dana)
    client.post(reverse("account_logout"), headers={"X-Forwarded-For": "10.0.0.1"})
    assert personal(only("teams.signed_out"))["address"] == "203.0.113.9"


def test_a_failed_sign_in_is_told_to_the_persons_team_and_a_strangers_to_none(dana: User, team: Team) -> None:
    sign_in(dana.email, "wrong")
    sign_in("nobody@elsewhere.example", "wrong")
    known, unknown = entries("teams.sign_in_failed")
    assert (known.actor_id, known.about_id, known.team_id) == (None, dana.pk, team.pk)
    assert (unknown.actor_id, unknown.about_id, unknown.team_id) == (None, None, None)
    assert personal(unknown) == {"address": "203.0.113.9", "typed": "nobody@elsewhere.example"}


def test_what_was_typed_is_never_kept_where_it_may_be_a_password(dana: User) -> None:
    sign_in("correct horse battery", "wrong")
    assert "horse" not in str([(entry.data, personal(entry)) for entry in entries()])


def test_a_new_role_is_told_with_the_old_one(
    priya: User, dana: User, team: Team, signed_in: SignedIn
) -> None:
    member = Membership.objects.get(user=dana)
    signed_in(priya).post(reverse("teams:member", args=[member.key]), {"role": "viewer"})
    entry = only("teams.role_changed")
    assert (entry.actor_id, entry.about_id, entry.team_id) == (priya.pk, dana.pk, team.pk)
    assert entry.data == {"before": "consultant", "after": "viewer"}
    assert personal(entry)["about"] == dana.name


def test_who_was_removed_is_told(priya: User, dana: User, team: Team, signed_in: SignedIn) -> None:
    member = Membership.objects.get(user=dana)
    signed_in(priya).post(reverse("teams:remove", args=[member.key]))
    entry = only("teams.member_removed")
    assert (entry.actor_id, entry.about_id, entry.team_id) == (priya.pk, dana.pk, team.pk)


def test_an_invitation_is_told_when_it_is_sent_again_and_revoked(
    priya: User, team: Team, signed_in: SignedIn
) -> None:
    owner = signed_in(priya)
    for _ in range(2):
        owner.post(reverse("teams:invite", args=[team.pk]), {"email": "new@example.com", "role": "support"})
    owner.post(reverse("teams:revoke_invitation", args=[team.invitations.latest("created_at").pk]))
    kinds = [entry.kind for entry in entries()]
    assert kinds == ["teams.invited", "teams.invitation_revoked"] * 2
    assert all(personal(entry)["invited"] == "new@example.com" for entry in entries())
    assert all((entry.actor_id, entry.team_id) == (priya.pk, team.pk) for entry in entries())


@pytest.mark.parametrize("act", ["remove", "demote"])
def test_invitations_that_end_with_their_inviter_are_told(
    act: str, priya: User, person: MakePerson, team: Team, signed_in: SignedIn
) -> None:
    owen = person("Owen Other", team, "owner")
    data = {"email": "new@example.com", "role": "support"}
    signed_in(owen).post(reverse("teams:invite", args=[team.pk]), data)
    key = Membership.objects.get(user=owen).key
    if act == "remove":
        signed_in(priya).post(reverse("teams:remove", args=[key]))
    else:
        signed_in(priya).post(reverse("teams:member", args=[key]), {"role": "viewer"})
    entry = only("teams.invitation_revoked")
    assert (entry.actor_id, entry.team_id) == (priya.pk, team.pk)
    assert personal(entry)["invited"] == "new@example.com"
    assert team.invitations.get().revoked_at


def test_who_was_a_member_already_did_not_join(
    dana: User, team: Team, signed_in: SignedIn, priya: User
) -> None:
    data = {"email": "late@example.com", "role": "viewer"}
    signed_in(priya).post(reverse("teams:invite", args=[team.pk]), data)
    assert invitations.accept(team.invitations.get(), dana)
    assert entries("teams.joined") == []


def test_that_the_team_asks_for_a_second_factor_is_told(priya: User, team: Team, signed_in: SignedIn) -> None:
    signed_in(priya).post(reverse("teams:two_factor", args=[team.pk]), {"require": "1"})
    assert only("teams.two_factor_set").data == {"required": True}


def test_who_is_added_at_the_command_line_is_told(team: Team) -> None:
    call_command("add_person", "ann@example.com", name="Ann Lee", team=team.name, role="viewer", verbosity=0)
    entry = only("teams.member_added")
    assert entry.data == {"role": "viewer", "via": "command"}
    assert personal(entry) == {"about": "Ann Lee", "about_email": "ann@example.com"}


def test_adding_somebody_again_tells_what_changed_and_nothing_else(team: Team, dana: User) -> None:
    for role in ("consultant", "viewer", "viewer"):
        call_command("add_person", dana.email, name=dana.name, team=team.name, role=role, verbosity=0)
    assert entries("teams.member_added") == []
    entry = only("teams.role_changed")
    assert (entry.about_id, entry.team_id, entry.actor_id) == (dana.pk, team.pk, None)
    assert entry.data == {"before": "consultant", "after": "viewer", "via": "command"}
