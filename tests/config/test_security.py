from __future__ import annotations

import pytest
from django.core.cache import cache

from config import settings as source


@pytest.fixture
def sign_in_page(client, db):
    return client.get("/account/login/")


def test_a_page_allows_nothing_inline_and_nothing_from_elsewhere(sign_in_page):
    policy = dict(
        part.strip().split(" ", 1) for part in sign_in_page["Content-Security-Policy"].split(";") if part
    )
    assert policy["default-src"] == "'none'"
    for kind in ("script-src", "style-src", "img-src", "connect-src"):
        assert policy[kind] == "'self'"
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"


def test_a_form_may_lead_to_salesforce_and_to_the_named_stand_in(sign_in_page):
    policy = sign_in_page["Content-Security-Policy"]
    targets = next(part for part in policy.split(";") if "form-action" in part).split()
    assert {"'self'", "https://*.salesforce.com", "http://localhost:8001"} <= set(targets)


def test_a_page_cannot_be_framed_or_sniffed(sign_in_page):
    assert sign_in_page["X-Frame-Options"] == "DENY"
    assert sign_in_page["X-Content-Type-Options"] == "nosniff"
    assert sign_in_page["Referrer-Policy"] == "same-origin"


def test_cookies_stay_out_of_reach_of_scripts_and_other_sites(client, dana):
    cache.clear()  # no other test's wrong passwords
    client.post("/account/login/", {"login": dana.email, "password": "a long enough password"})
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_plain_http_on_loopback_gets_cookies_that_work_there():
    assert source.PUBLIC_URL.startswith("http://localhost")
    assert source.SESSION_COOKIE_SECURE is False


def test_a_page_needs_a_signed_in_person_unless_it_says_otherwise(client, db):
    answer = client.get("/account/password/change/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")
