from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from teams.demo import PEOPLE, make_demo_people
from teams.models import Membership, Role, Team, User

SIGN_IN = "/team/demo-sign-in/"


@pytest.fixture
def tryout(settings):
    settings.TRYOUT = True


@pytest.fixture
def demo_team(db) -> Team:
    return make_demo_people()


def test_there_is_one_person_for_each_role(demo_team):
    roles = dict(demo_team.memberships.values_list("user__name", "role"))
    assert roles == {
        "Dana Whitfield": Role.CONSULTANT,
        "Sam Okafor": Role.SUPPORT,
        "Priya Nair": Role.OWNER,
    }


def test_making_them_again_changes_nothing(demo_team):
    demo_team.memberships.filter(role=Role.SUPPORT).update(role=Role.OWNER)
    before = list(Membership.objects.order_by("pk").values())
    assert make_demo_people() == demo_team
    assert list(Membership.objects.order_by("pk").values()) == before
    assert User.objects.count() == len(PEOPLE)


def test_one_click_signs_a_demo_person_in(client, demo_team, tryout):
    page = client.get("/account/login/").content.decode()
    assert "Sign in as Dana Whitfield (Consultant)" in page
    answer = client.post(SIGN_IN, {"email": PEOPLE[0].email})
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(User.objects.get(email=PEOPLE[0].email).pk)


def test_it_goes_on_to_the_page_that_was_asked_for(client, demo_team, tryout):
    answer = client.post(SIGN_IN, {"email": PEOPLE[0].email, "next": "/orgs/"})
    assert answer["Location"] == "/orgs/"


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_it_never_goes_on_to_another_site(client, demo_team, tryout, onward):
    answer = client.post(SIGN_IN, {"email": PEOPLE[0].email, "next": onward})
    assert "evil" not in answer["Location"]
    assert "javascript" not in answer["Location"]


def test_it_takes_a_post_with_its_token(demo_team, tryout):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert strict.get(SIGN_IN).status_code == 405
    assert strict.post(SIGN_IN, {"email": PEOPLE[0].email}).status_code == 403


def test_a_real_person_cannot_be_signed_in_that_way(client, demo_team, tryout, stranger):
    assert client.post(SIGN_IN, {"email": stranger.email}).status_code == 404


def test_outside_a_tryout_there_is_no_such_thing(client, demo_team):
    assert client.post(SIGN_IN, {"email": PEOPLE[0].email}).status_code == 404
    assert "Dana Whitfield" not in client.get("/account/login/").content.decode()
    with pytest.raises(CommandError, match="try-out only"):
        call_command("demo")


def test_a_demo_persons_session_is_worth_nothing_in_a_real_installation(client, demo_team, settings):
    settings.TRYOUT = True
    client.post(SIGN_IN, {"email": PEOPLE[0].email})
    assert client.get("/account/logout/").status_code == 200
    settings.TRYOUT = False
    assert client.get("/account/logout/").status_code == 302


def test_a_demo_person_with_a_password_cannot_use_it_in_a_real_installation(client, demo_team):
    dana = User.objects.get(email=PEOPLE[0].email)
    dana.set_password("a long enough password")
    dana.save()
    client.post("/account/login/", {"login": dana.email, "password": "a long enough password"})
    assert "_auth_user_id" not in client.session
