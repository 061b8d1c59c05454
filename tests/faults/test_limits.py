"""The org's API allowance: warned at 80 %, watching stops at 90 %, and a limit says when to go on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from orgs.models import Connection
from simulator.faults import Faults, Rule
from tests.faults.judging import shown
from tests.fixture_types import SignedIn
from tests.wizard.harness import SetupHarness
from wizard.live import fragment
from wizard.models import Setup
from wizard.monitoring import live_polling

pytestmark = pytest.mark.django_db

STOPPED = "We stopped watching it, so that the rest is left for its people."


def use_up(desk: SetupHarness, percent: int) -> None:
    """So many percent of the org's allowance are used, in the org itself; then it is read once."""
    with desk.stand.world.lock:
        desk.theirs.switches.change(api_limit=10_000, api_used=percent * 100)
    assert desk.check().state == "done"


def looks(desk: SetupHarness, count: int) -> int:
    """How many API calls the watching makes in so many turns, while somebody has a stage open."""
    mark = desk.mark()
    for _ in range(count):
        live_polling.mark_viewed(desk.setup, "policies")
        Setup.objects.filter(pk=desk.setup.pk).update(watch_next_at=timezone.now() - timedelta(seconds=1))
        assert live_polling.poll(desk.setup.pk)
    return desk.calls(mark)


@pytest.mark.parametrize(
    ("percent", "warned", "watched"),
    [(50, False, True), (80, True, True), (90, True, False), (97, True, False)],
)
def test_the_page_warns_and_watching_stops(
    desk: SetupHarness, signed_in: SignedIn, percent: int, warned: bool, watched: bool
) -> None:
    use_up(desk, percent)
    page = shown(signed_in(desk.person), desk, "policies")
    told = f"This org has used {percent} % of the API calls that Salesforce allows in any 24 hours."
    assert (told in page) is warned
    assert (STOPPED in page) is not watched
    assert looks(desk, 5) == (5 if watched else 0)


def test_the_buttons_are_fetched_again_when_the_warning_comes_or_changes(desk: SetupHarness) -> None:
    """The warning stands beside the live fragment, which says when that part has to be fetched."""
    desk.check()
    keys = []
    for used in (700, 790, 800, 890, 900, 990):
        Connection.objects.filter(org=desk.org).update(api_used=used, api_limit=1000)
        keys.append(fragment.stage_state(desk.reload(), "policies").actions_key)
    assert [keys[i] == keys[i + 1] for i in range(5)] == [True, False, True, False, True]


def test_a_check_by_hand_goes_on_and_watching_with_it_once_there_is_room(
    desk: SetupHarness, signed_in: SignedIn
) -> None:
    use_up(desk, 95)
    assert looks(desk, 2) == 0
    use_up(desk, 40)
    assert looks(desk, 2) == 2
    assert STOPPED not in shown(signed_in(desk.person), desk, "policies")


def test_a_limit_that_is_reached_says_when_to_try_again(desk: SetupHarness, signed_in: SignedIn) -> None:
    desk.check()
    with desk.stand.world.lock:
        desk.theirs.switches.change(api_limit=desk.theirs.switches.api_used)
    job = desk.check()
    assert (job.state, job.error_code) == ("failed", "REQUEST_LIMIT_EXCEEDED")
    page = shown(signed_in(desk.person), desk, "policies")
    assert "has used up the requests that Salesforce allows programs" in page
    assert "Try again in an hour" in page


def test_a_limit_is_not_asked_again_at_once(desk: SetupHarness, faults: Faults) -> None:
    faults.add(Rule("limit_reached", org=desk.theirs.id))
    mark = desk.mark()
    desk.check()
    assert desk.calls(mark) == 4, "the four parts of the first read, and no retry"


def test_the_first_stage_has_a_line_for_it(desk: SetupHarness, signed_in: SignedIn) -> None:
    use_up(desk, 85)
    page = shown(signed_in(desk.person), desk, "prepare")
    assert "The org has API calls left" in page
    assert desk.statuses()["api_calls"] == "to_do"


def test_opening_pages_costs_nothing_however_little_is_left(desk: SetupHarness, signed_in: SignedIn) -> None:
    use_up(desk, 95)
    mark = desk.mark()
    site = signed_in(desk.person)
    for name in ("wizard:stage", "wizard:live", "wizard:actions"):
        assert site.get(reverse(name, args=[desk.setup.pk, "policies"])).status_code == 200
    assert desk.calls(mark) == 0
