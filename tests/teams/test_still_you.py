"""Before dangerous acts we ask whether it is still the same person; nothing is done or lost meanwhile."""

from __future__ import annotations

import pytest
from django.urls import reverse

from teams import reauth
from teams.demo import make_demo_people
from teams.models import Membership, Role, User
from tests.conftest import PASSWORD


@pytest.fixture
def page(dana):
    """A confirmation page whose POST is dangerous: a member's role, set by an owner."""
    return reverse("teams:member", args=[Membership.objects.get(user=dana).key])


def role_of(user) -> str:
    return Membership.objects.get(user=user).role


def test_the_act_is_not_done_and_the_way_leads_back_to_its_page(priya, dana, page, signed_in):
    answer = signed_in(priya, lately=False).post(page, {"role": "viewer"})
    assert answer.status_code == 302
    assert answer["Location"] == f"/account/reauthenticate/?next={page.replace('/', '%2F')}"
    assert role_of(dana) == Role.CONSULTANT


def test_after_the_password_the_same_page_is_back_and_the_act_has_to_be_asked_again(
    priya, dana, page, signed_in
):
    browser = signed_in(priya, lately=False)
    asked = browser.post(page, {"role": "viewer"})
    assert "still you" in browser.get(asked["Location"]).content.decode()
    back = browser.post(asked["Location"], {"password": PASSWORD, "next": page})
    assert back["Location"] == page
    assert role_of(dana) == Role.CONSULTANT, "a proof does nothing by itself"
    browser.post(page, {"role": "viewer"})
    assert role_of(dana) == Role.VIEWER


def test_a_wrong_password_proves_nothing(priya, dana, page, signed_in):
    browser = signed_in(priya, lately=False)
    browser.post("/account/reauthenticate/", {"password": "wrong wrong wrong", "next": page})
    browser.post(page, {"role": "viewer"})
    assert role_of(dana) == Role.CONSULTANT


def test_a_proof_runs_out(priya, dana, page, signed_in, settings):
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    signed_in(priya).post(page, {"role": "viewer"})
    assert role_of(dana) == Role.CONSULTANT


def test_looking_at_the_page_needs_no_proof(priya, page, signed_in):
    assert signed_in(priya, lately=False).get(page).status_code == 200


def test_signing_in_just_now_is_proof(client, dana):
    client.post("/account/login/", {"login": dana.email, "password": PASSWORD})
    assert client.get("/account/two-factor/totp/activate/").status_code == 200


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil"]
)
def test_nobody_is_led_to_another_site(elsewhere, rf, priya, signed_in):
    assert reauth.safe_next(rf.get("/"), elsewhere, "/") == "/"
    browser = signed_in(priya, lately=False)
    answer = browser.post("/account/reauthenticate/", {"password": PASSWORD, "next": elsewhere})
    assert answer["Location"] == "/"


def test_a_demo_person_in_a_try_out_only_confirms(db, client, settings):
    settings.TRYOUT, settings.OWNERS_NEED_TWO_FACTOR = True, False
    make_demo_people()
    priya = User.objects.get(name="Priya Nair")
    page = reverse("teams:member", args=[Membership.objects.get(user__name="Dana Whitfield").key])
    client.force_login(priya)
    asked = client.post(page, {"role": "viewer"})
    assert asked["Location"].startswith("/team/still-you/?next=")
    html = client.get(asked["Location"]).content.decode()
    assert "Yes, it is me" in html
    assert client.post("/team/still-you/", {"next": page})["Location"] == page
    client.post(page, {"role": "viewer"})
    assert Membership.objects.get(user__name="Dana Whitfield").role == Role.VIEWER


def test_in_a_real_installation_a_click_proves_nothing(dana, signed_in):
    dana.set_unusable_password()
    dana.save()
    browser = signed_in(dana, lately=False)
    answer = browser.post("/team/still-you/", {"next": "/"})
    assert answer.status_code == 403
    assert "Yes, it is me" not in answer.content.decode()
