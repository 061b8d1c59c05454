"""Name, language and time zone: set on the account page, and used on every page and in mails."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from teams.models import Invitation, Role
from teams.preferences import time_zone_choices

pytestmark = pytest.mark.django_db
IN_JANUARY = datetime(2099, 1, 15, 12, 0, tzinfo=UTC)
ABOUT_YOU = "/account/about-you/"


def test_pages_follow_the_language_and_the_zone_that_were_chosen(dana, signed_in):
    browser = signed_in(dana)
    chosen = {"name": "Dana W. Hill", "language": "de", "time_zone": "Asia/Kathmandu"}
    page = browser.post(ABOUT_YOU, chosen, follow=True).content.decode()
    assert '<html lang="de">' in page
    assert "Dana W. Hill, Deutsch, Asia/Kathmandu" in re.sub(r"\s+", " ", page)


def test_the_zone_that_was_chosen_goes_before_the_browsers(priya, team, signed_in):
    browser = signed_in(priya)
    browser.cookies["zone"] = "America/Lima"
    Invitation.objects.create(team=team, email="new@example.org", role=Role.VIEWER, expires_at=IN_JANUARY)
    browser.post(ABOUT_YOU, {"name": priya.name, "language": "de", "time_zone": "Asia/Kathmandu"})
    page = browser.get(f"/team/{team.pk}/")
    assert "17:45" in page.content.decode()
    assert page["Content-Language"] == "de"


def test_the_switch_on_a_page_changes_the_language_of_who_chose_one(dana, signed_in):
    browser = signed_in(dana)
    browser.post(ABOUT_YOU, {"name": dana.name, "language": "de", "time_zone": ""})
    browser.post("/language/", {"language": "en-gb", "next": "/account/"})
    assert '<html lang="en-gb">' in browser.get("/account/").content.decode()
    dana.refresh_from_db()
    assert dana.language == "en-gb"


def test_the_switch_leaves_who_chose_none_to_each_browser(dana, signed_in):
    browser = signed_in(dana)
    browser.post("/language/", {"language": "de", "next": "/account/"})
    dana.refresh_from_db()
    assert not dana.language
    assert '<html lang="de">' in browser.get("/account/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "D" * 151},
        {"language": "tlh"},
        {"time_zone": "Europe/Atlantis"},
        {"name": "  "},
    ],
)
def test_what_is_refused_is_said_at_its_field_and_nothing_is_saved(dana, signed_in, wrong):
    answer = signed_in(dana).post(ABOUT_YOU, {"name": "Dora", "language": "de", "time_zone": "UTC", **wrong})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    dana.refresh_from_db()
    assert (dana.name, dana.language, dana.time_zone) == ("Dana Whitfield", "", "")


def test_every_zone_that_is_offered_is_one():
    assert all(ZoneInfo(name) for name, _label in time_zone_choices()[1:])
    assert {"Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"} <= dict(time_zone_choices()).keys()
    assert settings.TIME_ZONE in dict(time_zone_choices())
