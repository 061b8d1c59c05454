"""Whatever is put into the callback's address, it connects nothing that was not started here."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from orgs.models import Connection, Org, Revocation
from simulator.server import Stand
from teams.models import User
from tests.faults.judging import assert_no_raw_error
from tests.fixture_types import SignedIn
from tests.orgs.stand_in import shown

pytestmark = pytest.mark.django_db

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
VALUES = TEXT | st.sampled_from(
    ["invalid_grant", "access_denied", "<script>alert(1)</script>", "\r\nX: y", "\0"]
)
NAMES = ("state", "code", "error", "error_description", "instance_url", "access_token", "id", "next")
QUERIES = st.lists(st.tuples(st.sampled_from(NAMES) | TEXT, VALUES), max_size=8)


@pytest.fixture
def waiting(signed_in: SignedIn, dana: User, settings: Settings, stand: Stand) -> tuple[Any, str, Any]:
    """A browser in which a sign-in waits, its state, and the stand-in that it waits for."""
    settings.SALESFORCE_EXTRA_ORIGINS = [stand.url]
    browser = signed_in(dana)
    browser.post(reverse("orgs:connect"), {"where": stand.url})
    (state,) = browser.session["sign_ins"]
    return browser, state, stand


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(QUERIES)
def test_no_callback_that_nobody_waits_for_asks_salesforce_anything(
    waiting: tuple[Any, str, Any], query: list[tuple[str, str]]
) -> None:
    browser, state, stand = waiting
    mark = stand.world.mark()
    response = shown(browser, browser.get(reverse("orgs:callback") + "?" + urlencode(query)))
    assert response.status_code == 400
    page = response.content.decode()
    assert_no_raw_error(page)
    assert "<script>alert" not in page
    assert stand.world.log_since(mark) == []
    assert state in browser.session["sign_ins"], "the one that waits still waits"
    assert not Org.objects.exists()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(TEXT, TEXT)
def test_a_code_that_salesforce_did_not_give_connects_nothing(
    waiting: tuple[Any, str, Any], code: str, more: str
) -> None:
    browser, _, stand = waiting
    browser.post(reverse("orgs:connect"), {"where": stand.url})
    newest = max(browser.session["sign_ins"].items(), key=lambda item: float(item[1]["at"]))[0]
    query = {"state": newest, "code": code, "instance_url": more, "access_token": more}
    response = shown(browser, browser.get(reverse("orgs:callback"), query))
    assert response.status_code == 400
    assert_no_raw_error(response.content.decode())
    assert not Org.objects.exists()
    assert not Connection.objects.exists()
    assert not Revocation.objects.exists()
