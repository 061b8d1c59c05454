"""A clock that runs wrong is told on the pages of those who can have it mended."""

from __future__ import annotations

from email.utils import formatdate

import pytest
from django.core.cache import cache
from django.urls import reverse
from lxml import html

from config import process_heartbeats
from orgs.salesforce import clock
from teams.models import Team, User
from tests.fixture_types import SignedIn

pytestmark = pytest.mark.django_db
NOW = 1_800_000_000


@pytest.fixture(autouse=True)
def _right_before_and_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_told_at", None)
    monkeypatch.setattr(clock, "_ahead", 0.0)
    monkeypatch.setattr("orgs.salesforce.clock.time.time", lambda: float(NOW))
    cache.clear()


@pytest.mark.parametrize(("seconds", "words"), [(-95, "95 seconds ahead of"), (7200, "7,200 seconds behind")])
def test_an_owner_reads_that_the_clock_is_wrong_until_it_is_right(
    seconds: int, words: str, priya: User, team: Team, signed_in: SignedIn
) -> None:
    owner = signed_in(priya)

    def notes() -> list[str]:
        pages = (owner.get(reverse(name, args=[team.pk])) for name in ("teams:team", "orgs:connections"))
        return [" ".join(html.fromstring(page.content).text_content().split()) for page in pages]

    clock.compare(formatdate(NOW + seconds, usegmt=True))
    process_heartbeats.hand_in_clock()
    assert all(f"The clock of Connect Guide is {words} Salesforce's." in text for text in notes())
    clock.compare(formatdate(NOW, usegmt=True))
    process_heartbeats.hand_in_clock()
    assert not any("The clock of Connect Guide" in text for text in notes())
