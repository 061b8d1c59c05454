"""A clock that runs wrong, there or here."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator import engagement
from simulator.faults import Faults
from tests.faults.judging import assert_ends_well, shown
from tests.fixture_types import SignedIn
from tests.wizard.harness import SetupHarness

pytestmark = pytest.mark.django_db

HOURS = (-3, 3)


@pytest.mark.parametrize("hours", HOURS)
def test_the_work_does_not_depend_on_whose_clock_is_right(
    desk: SetupHarness, faults: Faults, hours: int
) -> None:
    before = desk.footprint()
    desk.stand.world.clock.offset = timedelta(hours=hours)
    assert_ends_well(desk, before)


@pytest.mark.parametrize(("hours", "status"), [(-3, "cannot_check"), (0, "done"), (3, "done")])
def test_a_connection_that_seems_older_than_the_setup_is_asked_about_not_denied(
    desk: SetupHarness, signed_in: SignedIn, hours: int, status: str
) -> None:
    """When Salesforce's clock is behind ours, what was just connected looks old: a person confirms it."""
    desk.check()
    desk.stand.world.clock.offset = timedelta(hours=hours)
    with desk.stand.world.lock:
        person, mid = desk.theirs.connection_user_id, str(desk.theirs.extra["mid"])
        engagement.connect(desk.theirs, person, "mc.api@example.com", mid)
    desk.check()
    assert desk.statuses()["connected"] == status
    page = shown(signed_in(desk.person), desk, "connect")
    assert ("before this setup began" in page) is (status == "cannot_check")
    assert ("Confirm it" in page) is (status == "cannot_check")
