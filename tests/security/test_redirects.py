"""No address of ours sends a browser to a site that somebody else named."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from teams.models import Role, User
from tests.access.people import Side, make_side
from tests.access.test_every_url import address
from tests.access.walk import Url, every_url
from tests.answers import Answer
from tests.conftest import PASSWORD
from tests.fixture_types import MakePerson, SignedIn
from tests.rows import failing_apart

pytestmark = pytest.mark.django_db

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "///evil.example/",
    "http:///evil.example/",
    "https:evil.example",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "javascript:alert(1)//evil.example",
    "\thttps://evil.example/",
    "http://testserver:80@evil.example",
)
NAMES = ("next", "redirect_to", "return_to", "url", "continue")
TO_SALESFORCE = {"orgs:connect", "orgs:reconnect"}
SALESFORCE = ("login.salesforce.com", "test.salesforce.com")


@pytest.fixture
def side(person: MakePerson) -> Side:
    return make_side("Ours", person)


def leads_away(response: Answer) -> bool:
    place = response.headers.get("Location", "") + response.headers.get("HX-Redirect", "")
    return "evil.example" in urlsplit(place).netloc or place.strip().startswith(("javascript:", "\\", "/\\"))


def test_no_address_goes_on_to_another_site(side: Side, signed_in: SignedIn) -> None:
    def check(url: Url) -> None:
        path = address(url, side)
        for browser in (signed_in(side.people[Role.OWNER]), Client()):
            for hostile in ELSEWHERE[:3]:
                data = dict.fromkeys(NAMES, hostile)
                for send in (browser.get, browser.post):
                    response = send(path, data)
                    assert not leads_away(response), (path, hostile)
                    assert response.status_code not in (307, 308), path
                    place = urlsplit(response.headers.get("Location", ""))
                    known = ("", "testserver", *(SALESFORCE if url.name in TO_SALESFORCE else ()))
                    assert place.netloc in known, (path, response.headers["Location"])

    assert failing_apart(every_url(), check) == []


def test_signing_in_goes_on_to_our_own_pages_only(dana: User) -> None:
    def check(hostile: str) -> None:
        form = {"login": dana.email, "password": PASSWORD, "next": hostile}
        response = Client().post(reverse("account_login"), form)
        assert response.status_code == 302
        assert response["Location"] == reverse("wizard:home")

    assert failing_apart(ELSEWHERE, check) == []


def test_signing_in_goes_on_to_the_page_that_was_asked_for(client: Any, dana: User) -> None:
    """Else the tests above would pass because nothing goes anywhere."""
    form = {"login": dana.email, "password": PASSWORD, "next": "/orgs/connect/"}
    assert client.post(reverse("account_login"), form)["Location"] == "/orgs/connect/"


def test_a_sign_in_at_salesforce_remembers_our_own_pages_only(signed_in: SignedIn, dana: User) -> None:
    def check(hostile: str) -> None:
        browser = signed_in(dana)
        browser.post(reverse("orgs:connect"), {"where": "production", "next": hostile})
        (waiting,) = browser.session["sign_ins"].values()
        assert not waiting.get("next_url")

    assert failing_apart(ELSEWHERE, check) == []


def test_still_you_goes_back_to_our_own_pages_only(signed_in: SignedIn, dana: User) -> None:
    def check(hostile: str) -> None:
        page = signed_in(dana).get(reverse("teams:still_you"), {"next": hostile})
        assert not leads_away(page)
        assert f'"{escape(hostile)}"' not in page.content.decode()

    assert failing_apart(ELSEWHERE, check) == []
