from __future__ import annotations

import pytest

from tests.conftest import PASSWORD

LOGIN = "/account/login/"


def signed_in_as(client):
    return client.session.get("_auth_user_id")


def test_a_person_signs_in_with_e_mail_and_password(client, dana):
    answer = client.post(LOGIN, {"login": "DANA@example.com", "password": PASSWORD})
    assert answer.status_code == 302
    assert signed_in_as(client) == str(dana.pk)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, dana):
    wrong = client.post(LOGIN, {"login": dana.email, "password": "wrong wrong wrong"})
    unknown = client.post(LOGIN, {"login": "who@example.com", "password": "wrong wrong wrong"})
    for answer in (wrong, unknown):
        assert answer.status_code == 200
        assert "errorlist" in answer.content.decode()
    assert wrong.context["form"].errors == unknown.context["form"].errors


def test_a_person_who_was_switched_off_cannot_sign_in(client, dana):
    dana.is_active = False
    dana.save()
    client.post(LOGIN, {"login": dana.email, "password": PASSWORD})
    assert signed_in_as(client) is None


def test_guessing_is_stopped_after_a_few_attempts(client, dana):
    for _ in range(12):
        client.post(LOGIN, {"login": dana.email, "password": "wrong wrong wrong"})
    client.post(LOGIN, {"login": dana.email, "password": PASSWORD})
    assert signed_in_as(client) is None


def test_nobody_can_sign_up(client, db):
    answer = client.post("/account/signup/", {"email": "x@example.com", "password1": PASSWORD})
    assert "closed" in answer.content.decode().lower()
    assert signed_in_as(client) is None


def test_signing_out_takes_a_post(signed_in, dana):
    browser = signed_in(dana)
    assert "Sign out?" in browser.get("/account/logout/").content.decode()
    assert signed_in_as(browser)
    browser.post("/account/logout/")
    assert signed_in_as(browser) is None


@pytest.mark.parametrize("path", [LOGIN, "/account/password/reset/", "/account/signup/"])
def test_open_account_pages_have_our_look_and_no_inline_style(client, db, path):
    html = client.get(path).content.decode()
    assert 'id="main"' in html
    assert " style=" not in html
    assert "<script>" not in html


@pytest.mark.parametrize("path", ["/account/email/", "/account/password/change/", "/account/logout/"])
def test_account_pages_behind_the_sign_in_have_our_look_too(client, dana, path):
    # A session made by signing in, so that it is fresh enough for pages that ask again.
    client.post(LOGIN, {"login": dana.email, "password": PASSWORD})
    answer = client.get(path)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert 'id="main"' in html
    assert " style=" not in html


def test_a_form_error_is_tied_to_its_field(client, dana):
    html = client.post(LOGIN, {"login": "not an address", "password": "x"}).content.decode()
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_login_error"' in html
    assert 'id="id_login_error"' in html


def test_a_typed_password_is_never_sent_back(client, dana):
    html = client.post(LOGIN, {"login": dana.email, "password": "typed secret"}).content.decode()
    assert "typed secret" not in html


def test_the_page_offers_and_promises_each_thing_once(client, db):
    page = client.get(LOGIN).content.decode()
    assert page.count("your password?") == 1
    promise = "We never ask for a Salesforce or Marketing Cloud password."
    assert page.count("password.") == page.count(promise) == 1
