"""Second factors: who must have one, and that signing in asks for it."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.fernet import Fernet
from django.db import connection
from django.test.utils import CaptureQueriesContext

from teams import mfa
from teams.demo import make_demo_people
from teams.models import Role, Team, User
from tests.conftest import PASSWORD, TOTP_SECRET

INDEX = "/account/two-factor/"


def code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def set_up_an_app(browser) -> str:
    """Turn an authenticator app on as a person does; its secret."""
    page = browser.get(INDEX + "totp/activate/")
    secret = str(page.context["form"].secret)
    answer = browser.post(INDEX + "totp/activate/", {"code": code(secret)})
    assert answer.status_code == 302, page.content.decode()
    return secret


@pytest.fixture
def bare_owner(person, team):
    """An owner who has not set up a second factor yet."""
    user = person("Ola Owner", team, Role.OWNER)
    Authenticator.objects.filter(user=user).delete()
    return user


def test_an_owner_without_one_is_led_to_it_before_anything_else(bare_owner, team, signed_in):
    browser = signed_in(bare_owner)
    for path in ("/", f"/team/{team.pk}/", "/orgs/connect/"):
        answer = browser.get(path)
        assert (answer.status_code, answer["Location"]) == (302, INDEX)
    assert "Set up a second factor" in browser.get(INDEX).content.decode()


def test_a_post_is_stopped_too(bare_owner, team, signed_in):
    signed_in(bare_owner).post(f"/team/{team.pk}/two-factor/", {"require": "1"})
    team.refresh_from_db()
    assert not team.require_two_factor


def test_a_part_of_a_page_leads_the_whole_page_there(bare_owner, signed_in):
    answer = signed_in(bare_owner).get("/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == INDEX


def test_the_account_and_the_way_out_stay_open(bare_owner, signed_in):
    browser = signed_in(bare_owner)
    for path in ("/account/", INDEX, INDEX + "totp/activate/", "/account/logout/", "/healthz"):
        assert browser.get(path).status_code == 200, path


def test_once_it_is_set_up_the_owner_goes_on(bare_owner, signed_in):
    browser = signed_in(bare_owner)
    set_up_an_app(browser)
    assert browser.get("/").status_code == 200


def test_a_consultant_needs_none_until_the_team_asks_for_it(dana, team, signed_in):
    browser = signed_in(dana)
    assert browser.get("/").status_code == 200
    Team.objects.update(require_two_factor=True)
    assert browser.get("/")["Location"] == INDEX


def test_in_a_try_out_owners_need_none(bare_owner, signed_in, settings):
    settings.OWNERS_NEED_TWO_FACTOR = False
    assert signed_in(bare_owner).get("/").status_code == 200


def test_demo_people_go_on_when_their_team_asks_for_one(db, client, settings):
    settings.TRYOUT = True
    make_demo_people().memberships.update(role=Role.CONSULTANT)
    Team.objects.update(require_two_factor=True)
    client.force_login(User.objects.get(name="Dana Whitfield"))
    assert client.get("/").status_code == 200
    assert "Set up a second factor before you go on" not in client.get(INDEX).content.decode()


def test_recovery_codes_alone_are_no_second_factor(bare_owner, signed_in):
    Authenticator.objects.create(user=bare_owner, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert signed_in(bare_owner).get("/")["Location"] == INDEX


def test_asking_costs_no_query_of_its_own(dana, signed_in):
    browser = signed_in(dana)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get("/orgs/sign-in-help/").status_code == 200
    asking = [query["sql"] for query in captured if "mfa_authenticator" in query["sql"]]
    assert len(asking) == 1
    assert '"teams_user"."email"' in asking[0], "the one that loads the person"


def test_the_last_factor_of_somebody_who_needs_one_stays(bare_owner, signed_in):
    browser = signed_in(bare_owner)
    set_up_an_app(browser)
    browser.post(INDEX + "totp/deactivate/")
    assert Authenticator.objects.filter(user=bare_owner, type=Authenticator.Type.TOTP).exists()


def test_somebody_who_needs_none_may_turn_it_off(dana, signed_in):
    browser = signed_in(dana)
    set_up_an_app(browser)
    browser.post(INDEX + "totp/deactivate/")
    assert not Authenticator.objects.filter(user=dana, type=Authenticator.Type.TOTP).exists()


def test_signing_in_asks_for_the_code_after_the_password(client, priya):
    answer = client.post("/account/login/", {"login": priya.email, "password": PASSWORD})
    assert answer["Location"] == INDEX + "authenticate/"
    assert "_auth_user_id" not in client.session
    client.post(INDEX + "authenticate/", {"code": "000000"})
    assert "_auth_user_id" not in client.session
    client.post(INDEX + "authenticate/", {"code": code(TOTP_SECRET)})
    assert client.session["_auth_user_id"] == str(priya.pk)


def test_a_recovery_code_lets_in_once(client, dana, signed_in):
    set_up_an_app(signed_in(dana))
    row = Authenticator.objects.get(user=dana, type=Authenticator.Type.RECOVERY_CODES)
    spare = row.wrap().get_unused_codes()[0]
    for expected in (True, False):
        client.post("/account/login/", {"login": dana.email, "password": PASSWORD})
        client.post(INDEX + "authenticate/", {"code": spare})
        assert ("_auth_user_id" in client.session) is expected
        client.logout()


def test_guessing_codes_is_stopped(client, priya):
    client.post("/account/login/", {"login": priya.email, "password": PASSWORD})
    for _ in range(12):
        client.post(INDEX + "authenticate/", {"code": "000000"})
    client.post(INDEX + "authenticate/", {"code": code(TOTP_SECRET)})
    assert "_auth_user_id" not in client.session


def test_the_secrets_are_encrypted_in_the_database(dana, signed_in):
    secret = set_up_an_app(signed_in(dana))
    stored = str(list(Authenticator.objects.filter(user=dana).values_list("data", flat=True)))
    assert secret not in stored
    assert "gAAAA" in stored


def test_the_secrets_follow_a_change_of_keys(client, priya, settings):
    settings.TOKEN_KEYS = [Fernet.generate_key().decode(), *settings.TOKEN_KEYS]
    assert mfa.reencrypt_all() == 1
    settings.TOKEN_KEYS = settings.TOKEN_KEYS[:1]
    client.post("/account/login/", {"login": priya.email, "password": PASSWORD})
    client.post(INDEX + "authenticate/", {"code": code(TOTP_SECRET)})
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "path", ["", "totp/activate/", "webauthn/", "webauthn/add/", "recovery-codes/generate/"]
)
def test_the_pages_hold_nothing_that_the_policy_refuses(path, dana, signed_in):
    browser = signed_in(dana)
    if "recovery" in path:
        set_up_an_app(browser)
    answer = browser.get(INDEX + path)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert 'id="main"' in html
    assert " style=" not in html
    assert "data:" not in re.sub(r"<svg.*?</svg>", "", html, flags=re.S)
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", html, flags=re.S):
        assert "src=" in attributes or 'type="application/json"' in attributes, body
    assert not re.search(r"\son\w+=", html)


def test_the_square_for_the_app_stands_in_the_page(dana, signed_in):
    html = signed_in(dana).get(INDEX + "totp/activate/").content.decode()
    assert "<svg" in html
    assert "<?xml" not in html


RUBBISH = {
    "no object": "1",
    "too many digits": "9" * 5000,
    "digits within": '{"rawId": ' + "9" * 5000 + "}",
    "too deep": "[" * 5000,
    "no strings": '{"id": "AA", "rawId": 1, "type": "public-key", "response": {"userHandle": 5}}',
    "no encoding": '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30",'
    ' "attestationObject": "AA", "authenticatorData": "AA", "signature": "AA", "userHandle": "/w"}}',
    "no certificate": '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON":'
    ' "bnVsbA", "attestationObject": "oWNmbXRkbm9uZQ", "authenticatorData": "AA", "signature": "AA"}}',
}


@pytest.mark.parametrize("way", ["add", "login", "reauthenticate"])
@pytest.mark.parametrize("answer", RUBBISH.values(), ids=RUBBISH)
def test_a_passkeys_answer_that_no_browser_sends_is_refused_in_words(way, answer, dana, client, signed_in):
    browser = client if way == "login" else signed_in(dana)
    address = f"/account/two-factor/webauthn/{way}/"
    browser.get(address)
    response = browser.post(address, {"credential": answer, "name": "Key"}, follow=True)
    assert response.status_code == 200
    assert not dana.authenticator_set.exists()
    if way != "reauthenticate":  # without a passkey there is nothing to prove
        assert "Incorrect code" in response.content.decode()
