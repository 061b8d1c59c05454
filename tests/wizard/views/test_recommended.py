"""Lines that are good to sign: they keep no stage open, and stand in the report with what became of them."""

from __future__ import annotations

import re

import pytest
from django.utils.html import strip_tags

from tests.wizard.views.conftest import Site
from wizard.state.context import context_of

pytestmark = pytest.mark.django_db

SECOND_KEY = "connection_user_second_key"
SECOND_FACTOR = "engagement_second_factor"


def words(page: str) -> str:
    return re.sub(r"\s+", " ", strip_tags(page)).replace("&#x27;", "'")


def test_they_keep_no_stage_open_and_are_offered_behind_what_is_done(site: Site) -> None:
    site.desk.choose(2, mid="7654321")
    site.desk.check()
    view = context_of(site.desk.reload()).overview.preparation
    assert view.done
    assert [step.step.key for step in view.recommended] == [SECOND_KEY, SECOND_FACTOR]
    page = site.page("stage", "prepare")
    assert ", 2 recommended" in page
    assert site.at("confirm", SECOND_KEY) not in page
    assert SECOND_KEY not in site.open_lines()["open"]


def test_they_are_signed_where_their_lines_lead_and_are_then_done(site: Site) -> None:
    page = site.page("stage", "prepare", how="manual")
    assert f"confirm-{SECOND_FACTOR}" in page
    assert "I know who holds the second factor of the Engagement-side connection user." in words(page)
    site.post("confirm", SECOND_FACTOR, sure="1")
    assert ", 1 recommended" in site.page("stage", "prepare")
    told = words(site.page("report"))
    assert "Two people can sign in as the Salesforce-side connection user Recommended" in told
    assert "The second factor of the Engagement-side connection user is at hand Done" in told
    assert "of 38 lines of the Salesforce help page are done" in told


def test_each_line_about_the_sign_in_has_its_row_in_the_report(site: Site) -> None:
    told = words(site.page("report"))
    for title in (
        "The package's remote sites are active Done",
        "The org allows passkeys or security keys Done",
        "Sessions are not locked to an IP address Done",
        "IP ranges are not enforced on every request Done",
        "The Salesforce-side connection user can still sign in Done",
        "Whoever will press Connect to Marketing Cloud has the permission set for it Done",
        "The package is installed, version 256.0.",
    ):
        assert title in told, title
