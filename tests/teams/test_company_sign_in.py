"""Single sign-on by OpenID Connect: off by default, and for people of a team only."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import RequestFactory
from django.utils import timezone
from lxml import html

from config.paths import BASE_DIR
from teams import reauth
from teams.models import Invitation, Membership, Role, Team, User
from tests.teams.company import Company, running

START = "/account/oidc/company/login/"


@pytest.fixture
def company(settings) -> Iterator[Company]:
    with running() as found:
        settings.SOCIALACCOUNT_PROVIDERS = found.providers()
        yield found


def come_in(browser, company: Company, start: str = START):
    """Press the button, agree at the issuer, come back."""
    away = browser.post(start)
    assert away.status_code == 302, away.content.decode()
    asked = dict(parse_qsl(urlsplit(away["Location"]).query))
    assert away["Location"].startswith(company.url + "/authorize")
    assert asked["code_challenge_method"] == "S256"
    back = urlsplit(asked["redirect_uri"]).path
    return browser.get(back, {"code": company.consent(asked), "state": asked["state"]})


def who(browser) -> str | None:
    key = browser.session.get("_auth_user_id")
    return User.objects.get(pk=key).email if key else None


def test_without_configuration_there_is_no_such_sign_in(client, db):
    assert client.post(START).status_code == 404
    assert "Sign in at" not in client.get("/account/login/").content.decode()


def test_the_button_bears_the_companys_name_and_needs_a_post(client, db, company):
    assert "Sign in at Acme" in client.get("/account/login/").content.decode()
    assert client.get(START).status_code == 200, "a link from elsewhere starts nothing"


def test_a_member_comes_in_by_the_proved_address(client, dana, company):
    company.signs_in(dana.email)
    come_in(client, company)
    assert who(client) == dana.email
    assert client.get("/").status_code == 200


def test_an_address_that_the_issuer_does_not_vouch_for_is_nobodys(client, dana, company):
    company.signs_in(dana.email, verified=False)
    come_in(client, company)
    assert who(client) is None


def test_the_operator_may_say_that_the_issuer_vouches_for_all(client, dana, company, settings):
    settings.SOCIALACCOUNT_PROVIDERS = company.providers(verified_email=True)
    company.signs_in(dana.email, verified=False)
    come_in(client, company)
    assert who(client) == dana.email


def test_a_stranger_gets_no_account(client, db, company):
    company.signs_in("stranger@acme.example")
    answer = come_in(client, company)
    assert who(client) is None
    assert "Sign-up is closed" in answer.content.decode()
    assert not User.objects.exists()


def test_an_invited_colleague_gets_one_and_is_in_the_team(client, team, company):
    Invitation.objects.create(
        team=team, email="nina@acme.example", role=Role.SUPPORT, token_hash="x",
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    company.signs_in("nina@acme.example", name="Nina Nilsson")
    come_in(client, company)
    member = Membership.objects.get(team=team)
    assert (member.user.name, member.role, who(client)) == ("Nina Nilsson", "support", "nina@acme.example")


def test_an_invitation_that_has_run_out_gives_none(client, team, company):
    Invitation.objects.create(
        team=team, email="nina@acme.example", role=Role.SUPPORT, token_hash="x", expires_at=timezone.now()
    )
    company.signs_in("nina@acme.example")
    come_in(client, company)
    assert not User.objects.exists()


def test_a_state_that_we_did_not_give_out_opens_nothing(client, dana, company):
    company.signs_in(dana.email)
    code = company.consent({"code_challenge": "x"})
    client.get("/account/oidc/company/login/callback/", {"code": code, "state": "forged"})
    assert who(client) is None


def test_the_second_factor_is_asked_all_the_same(client, dana, company):
    Team.objects.update(require_two_factor=True)
    company.signs_in(dana.email)
    come_in(client, company)
    assert client.get("/")["Location"] == "/account/two-factor/"


def test_unless_the_operator_says_that_the_company_asks_for_it(client, dana, company, settings):
    settings.OIDC_BRINGS_SECOND_FACTOR = True
    Team.objects.update(require_two_factor=True)
    company.signs_in(dana.email)
    come_in(client, company)
    assert client.get("/").status_code == 200


def test_who_has_no_password_proves_it_by_signing_in_there_again(client, dana, team, company, settings):
    dana.set_unusable_password()
    dana.save()
    company.signs_in(dana.email)
    come_in(client, company)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    page = html.fromstring(client.get("/team/still-you/?next=/account/").content)
    (form,) = page.xpath("//main//form[.//button[contains(., 'Sign in again at Acme')]]")
    away = client.post(form.get("action"))
    asked = dict(parse_qsl(urlsplit(away["Location"]).query))
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    back = come_in(client, company, form.get("action"))
    assert back["Location"] == "/account/"
    assert who(client) == dana.email


@pytest.mark.parametrize(("asked_ago", "believed"), [(3600, False), (5, True), (None, True)])
def test_an_open_session_there_proves_nothing_where_they_say_so(client, dana, company, asked_ago, believed):
    """Nothing is known of a company that does not say when it asked: its sign-in counts."""
    dana.set_unusable_password()
    dana.save()
    company.signs_in(dana.email)
    if asked_ago is not None:
        company.person["auth_time"] = int(time.time()) - asked_ago
    come_in(client, company)
    assert who(client) == dana.email
    asks = RequestFactory().get("/")
    asks.session, asks.user = client.session, dana
    assert reauth.signed_in_recently(asks) is believed


def test_a_company_that_is_away_is_no_mistake_of_ours(client, db, settings, caplog, free_port):
    away = Company()
    away.url = f"http://127.0.0.1:{free_port()}"
    settings.SOCIALACCOUNT_PROVIDERS = away.providers()
    client.raise_request_exception = False
    answer = client.post(START)
    assert answer.status_code == 503
    assert answer["Retry-After"]


@pytest.mark.parametrize(
    ("issuer", "expected"), [("", "{}"), ("https://id.acme.example/realm/", "https://id.")]
)
def test_the_environment_switches_it_on(issuer, expected):
    code = (
        "from config import settings as s;"
        "print(s.SOCIALACCOUNT_PROVIDERS, s.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'])"
    )
    env = {**os.environ, "OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": "x", "OIDC_CLIENT_SECRET": "y"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=BASE_DIR, env=env, capture_output=True, text=True, check=True
    )
    providers, _, policy = done.stdout.partition("} [") if issuer else done.stdout.partition("{} ")
    assert expected in (providers if issuer else done.stdout)
    assert ("'https://id.acme.example'" in policy) is bool(issuer), "the form may lead there"
