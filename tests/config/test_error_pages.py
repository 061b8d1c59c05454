"""403, 404, 500, 503, a failed CSRF check and maintenance: in the same look, each with a way on."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from lxml import html
from pytest_django import Settings

from teams.models import User
from tests.fixture_types import SignedIn
from wizard.support import setup_list

pytestmark = pytest.mark.django_db

HOME = "/"


def page_of(answer: Any) -> Any:
    text = answer.content.decode()
    assert "Traceback" not in text
    page = html.fromstring(text)
    assert len(page.xpath("//h1")) == 1
    assert page.xpath("//title")[0].text_content().strip()
    assert page.xpath("//link[@rel='stylesheet']")
    assert page.xpath(f"//a[@href='{reverse('wizard:help')}']"), "the help link is where it always is"
    return page


def way_on(answer: Any) -> str:
    (link,) = page_of(answer).xpath("//main//a[contains(@class, 'primary')]")
    return str(link.get("href"))


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_args: Any) -> None:
        raise error

    monkeypatch.setattr(setup_list, "setups", fail)


def test_an_unknown_address_has_a_way_on(signed_in: SignedIn, dana: User) -> None:
    answer = signed_in(dana).get("/nowhere/")
    assert answer.status_code == 404
    assert way_on(answer) == HOME


@pytest.mark.parametrize("mistake", [RuntimeError, TimeoutError, ConnectionResetError])
def test_a_mistake_of_ours_shows_no_traceback_and_has_a_way_on(
    mistake: type[Exception],
    signed_in: SignedIn,
    dana: User,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    failing(monkeypatch, mistake("a secret detail"))
    client = signed_in(dana)
    client.raise_request_exception = False
    answer = client.get(HOME)
    assert answer.status_code == 500
    assert "a secret detail" not in answer.content.decode()
    assert answer["X-Request-ID"] in answer.content.decode(), "one grep for it finds the traceback"
    assert way_on(answer) == HOME


def test_a_database_that_is_away_is_said_and_asked_again_soon(
    signed_in: SignedIn, dana: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failing(monkeypatch, OperationalError("connection to server at 10.0.0.1 failed"))
    client = signed_in(dana)
    client.raise_request_exception = False
    answer = client.get("/?q=north&page=2")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "10.0.0.1" not in answer.content.decode()
    assert f"Reference {answer['X-Request-ID']}" in answer.content.decode()
    assert way_on(answer) == "/?q=north&page=2"
    assert dana.name not in answer.content.decode(), "who is signed in would be a question to the database"


@pytest.mark.parametrize(
    ("referer", "leads_to"),
    [
        ("http://testserver/orgs/connect/?next=x", "/orgs/connect/?next=x"),
        ("https://evil.example/orgs/connect/", HOME),
        ("http://testserver//evil.example/", HOME),
        ("", HOME),
    ],
)
def test_a_failed_csrf_check_leads_back_to_the_page_it_came_from(
    dana: User, referer: str, leads_to: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(dana)
    answer = client.post(reverse("orgs:connect"), {"where": "production"}, headers={"referer": referer})
    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()
    assert way_on(answer) == leads_to


def test_during_maintenance_every_page_says_so_and_health_checks_go_on(
    signed_in: SignedIn, dana: User, settings: Settings
) -> None:
    settings.MAINTENANCE = "Back at 18:00 UTC <b>"
    for client in (Client(), signed_in(dana)):
        for path in (HOME, reverse("account_login"), "/nowhere/"):
            answer = client.get(path)
            assert answer.status_code == 503
            assert "default-src 'none'" in answer["Content-Security-Policy"]
            assert answer["X-Frame-Options"] == "DENY"
            assert "Back at 18:00 UTC &lt;b&gt;" in answer.content.decode()
            assert way_on(answer) == path
    assert Client().get("/healthz").status_code == 200
    assert Client().get("/readyz").status_code == 200


def test_during_maintenance_a_program_is_told_in_its_own_form_and_when_to_ask_again(
    settings: Settings,
) -> None:
    settings.MAINTENANCE = "Back at 18:00 UTC"
    for ask in (Client().get, Client().post):
        answer = ask("/api/v1/setups", headers={"Authorization": "Bearer cg_x"})
        assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
        assert int(answer["Retry-After"]) > 0
        told = answer.json()
        assert told["code"] == "maintenance"
        assert told["errors"] == [{"where": "until", "message": "Back at 18:00 UTC"}]


def test_without_maintenance_nothing_is_said(client: Client) -> None:
    assert "being updated" not in client.get(reverse("account_login")).content.decode()
