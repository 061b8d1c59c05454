"""Which difference there is between our callback address and the one in Salesforce."""

from __future__ import annotations

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from orgs.sign_in.callback_url import differences
from teams.models import User
from tests.fixture_types import SignedIn

OURS = "http://localhost:8000/orgs/callback/"


@pytest.mark.parametrize(
    ("theirs", "says"),
    [
        (OURS, ["letter by letter"]),
        ("https://localhost:8000/orgs/callback/", ["begins with https:, and ours with http:"]),
        ("http://127.0.0.1:8000/orgs/callback/", ["Its name is 127.0.0.1, and ours is localhost"]),
        ("http://localhost:8001/orgs/callback/", ["Its port is 8001, and ours is 8000"]),
        ("http://localhost/orgs/callback/", ["The port is missing. Ours is 8000."]),
        ("http://localhost:8000/orgs/callback", ["slash at its end is missing"]),
        ("http://localhost:8000/orgs/callback//", ["a slash too many"]),
        ("http://localhost:8000/Orgs/callback/", ["Capital and small letters"]),
        ("HTTP://localhost:8000/orgs/callback/", ["Capital and small letters"]),
        ("http://localhost:8000/callback", ["it says /callback, and ours /orgs/callback/"]),
        (f"{OURS}?x=1", ["there is more: ?x=1"]),
        ("https://localhost/orgs/callback", ["begins with", "port", "slash"]),
        (f"https://other.example/back\n{OURS[:-1]}", ["slash at its end is missing"]),
        ("localhost:8000/orgs/callback/", ["no address"]),
        ("http://localhost:port/", ["no address"]),
        ("  ", ["no address"]),
    ],
)
def test_each_difference_is_named(theirs: str, says: list[str]) -> None:
    found = differences(OURS, theirs)
    assert len(found) == len(says), found
    assert all(part in str(each) for part, each in zip(says, found, strict=True)), found


@given(st.text(max_size=80))
def test_anything_may_be_pasted(theirs: str) -> None:
    assert differences(OURS, theirs)


@pytest.mark.django_db
def test_the_page_about_a_mismatch_compares_what_is_pasted(signed_in: SignedIn, dana: User) -> None:
    site, help_page = signed_in(dana), reverse("orgs:stranded")
    asked = site.post(help_page, {"seen": "redirect_uri_mismatch"}).content.decode()
    assert "Which difference is it?" in asked
    pasted = {"seen": "redirect_uri_mismatch", "registered": "https://localhost:8000/orgs/callback"}
    told = site.post(help_page, pasted).content.decode()
    assert "It begins with https:, and ours with http:." in told
    assert "The slash at its end is missing." in told
    assert f'value="{pasted["registered"]}"' in told
    other = site.post(help_page, {"seen": "blocked", "registered": "x"}).content.decode()
    assert "Which difference is it?" not in other
