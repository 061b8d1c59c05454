"""An invitation is sent by e-mail, works once, runs out, can be taken back, and says all that kindly."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from teams import links
from teams.models import Invitation, Membership, Role, Team, User
from tests.conftest import PASSWORD

NEW = "nadia@example.com"


@pytest.fixture
def invite(priya, team, signed_in, mailoutbox):
    """Invite somebody as an owner does; the path of the link in the e-mail."""

    def one(email: str = NEW, role: str = "consultant") -> str:
        answer = signed_in(priya).post(f"/team/{team.pk}/invite/", {"email": email, "role": role})
        assert answer.status_code == 302, answer.content.decode()
        assert mailoutbox[-1].to == [email.lower()]
        found = re.search(r"http://localhost:8000(/team/join/\S+/)", mailoutbox[-1].body)
        assert found
        return found[1]

    return one


def make_account(client, link: str, **more):
    assert client.post(link)["Location"] == "/account/signup/"
    data = {
        "name": "Nadia New",
        "email": NEW,
        "password1": "a good long pass",
        "password2": "a good long pass",
    }
    return client.post("/account/signup/", data | more)


def test_the_mail_says_once_in_which_zone_its_end_is(invite, mailoutbox):
    invite()
    until = Invitation.objects.get().expires_at
    assert f"It works once, until {until:%-d %b %Y, %H:%M} UTC:\n" in mailoutbox[-1].body


def test_a_new_person_makes_an_account_and_is_in_the_team(client, invite, team):
    link = invite()
    assert "as Consultant" in client.get(link).content.decode()
    assert make_account(client, link).status_code == 302
    nadia = User.objects.get(email=NEW)
    assert (nadia.name, Membership.objects.get(user=nadia).role) == ("Nadia New", Role.CONSULTANT)
    assert EmailAddress.objects.get(user=nadia).verified, "the link came there: no second mail"
    assert client.get("/").status_code == 200, "and is signed in"


def test_looking_at_the_link_accepts_nothing(client, invite):
    link = invite()
    for _ in range(3):
        assert client.get(link).status_code == 200
    assert Invitation.objects.get().is_open


def test_somebody_with_an_account_signs_in_and_joins(client, invite, person):
    user = person("Otto Outside", Team.objects.create(name="Elsewhere"), Role.VIEWER)
    link = invite(user.email, "support")
    assert f"/account/login/?next={link}" in client.get(link).content.decode()
    back = client.post("/account/login/", {"login": user.email, "password": PASSWORD, "next": link})
    assert back["Location"] == link
    client.post(link)
    assert set(Membership.objects.filter(user=user).values_list("role", flat=True)) == {"viewer", "support"}


def test_it_works_once(client, invite, team):
    link = invite()
    make_account(client, link)
    answer = client.get(link)
    assert answer.status_code == 410
    assert "has been used" in answer.content.decode()


def test_it_runs_out(client, invite):
    link = invite()
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "has run out" in client.get(link).content.decode()
    assert client.post(link).status_code == 410


def test_it_can_be_taken_back(client, invite, priya, signed_in):
    link = invite()
    signed_in(priya).post(f"/team/invitations/{Invitation.objects.get().pk}/revoke/")
    assert "taken back" in client.get(link).content.decode()


def test_taking_it_back_while_the_account_is_being_made_stops_that(client, invite):
    client.post(invite())
    Invitation.objects.update(revoked_at=timezone.now())
    client.post("/account/signup/", {"name": "N", "email": NEW, "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.filter(email=NEW).exists()


def test_an_unknown_link_is_answered_kindly(client, db):
    answer = client.get("/team/join/nobody-knows-this/")
    assert answer.status_code == 410
    assert "don't know this invitation" in answer.content.decode()


def test_the_account_is_for_the_invited_address_only(client, invite):
    make_account(client, invite(), email="mallory@example.com")
    assert not User.objects.filter(email="mallory@example.com").exists()
    assert Invitation.objects.get().is_open


def test_somebody_else_who_is_signed_in_can_t_take_it(invite, stranger, signed_in):
    link = invite()
    browser = signed_in(stranger)
    assert "is for nadia@example.com" in browser.get(link).content.decode()
    browser.post(link)
    assert Invitation.objects.get().is_open


def test_an_address_that_is_not_proved_takes_nothing(invite, dana, signed_in):
    link = invite("dana2@example.com")
    EmailAddress.objects.create(user=dana, email="dana2@example.com", verified=False)
    signed_in(dana).post(link)
    assert Invitation.objects.get().is_open


def test_only_the_hash_of_the_link_is_kept(invite):
    token = invite().split("/")[-2]
    assert Invitation.objects.get().token_hash == links.hash_of(token)
    assert token not in str(Invitation.objects.values())


def test_a_second_invitation_replaces_the_first(client, invite):
    first, second = invite(), invite(role="viewer")
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


def test_a_member_is_not_invited_again(priya, dana, team, signed_in, mailoutbox):
    signed_in(priya).post(f"/team/{team.pk}/invite/", {"email": dana.email.upper(), "role": "viewer"})
    assert mailoutbox == []


def test_a_mistake_keeps_what_was_typed(priya, team, signed_in):
    answer = signed_in(priya).post(f"/team/{team.pk}/invite/", {"email": "no address", "role": "viewer"})
    assert answer.status_code == 422
    assert 'value="no address"' in answer.content.decode()


def test_without_a_mail_server_no_invitation_is_made(priya, team, signed_in, settings, free_port):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    answer = signed_in(priya).post(f"/team/{team.pk}/invite/", {"email": NEW, "role": "viewer"})
    assert answer.status_code == 503
    assert "mail server did not answer" in answer.content.decode()
    assert not Invitation.objects.exists()
