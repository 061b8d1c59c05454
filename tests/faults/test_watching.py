"""Watching under faults: the page keeps what is known, and the next look goes on."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from simulator.faults import Faults
from tests.faults.judging import assert_nothing_secret, secrets_of, shown, sign_in_again_if_asked, struck
from tests.faults.troubles import OF_EACH_SORT, TROUBLES, Trouble
from tests.fixture_types import Hurry, SignedIn
from tests.wizard.harness import SetupHarness
from wizard.models import Setup
from wizard.monitoring import live_polling

pytestmark = pytest.mark.django_db

#: The read itself is tried under every fault in test_every_stage.
CASES = [pytest.param(trouble, id=trouble.id) for trouble in TROUBLES if trouble.id in OF_EACH_SORT]


def look(desk: SetupHarness) -> bool:
    """One turn, as a worker takes it while somebody has the stage open."""
    live_polling.mark_viewed(desk.setup, "people")
    Setup.objects.filter(pk=desk.setup.pk).update(watch_next_at=timezone.now() - timedelta(seconds=1))
    return live_polling.poll(desk.setup.pk)


@pytest.mark.parametrize("trouble", CASES)
def test_a_look_that_fails_changes_no_line_and_is_tried_again(
    trouble: Trouble,
    desk: SetupHarness,
    faults: Faults,
    hurried: Hurry,
    signed_in: SignedIn,
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk.check()
    before, secrets = desk.statuses(), secrets_of(desk)
    caplog.set_level(logging.DEBUG)
    hurried(answer=trouble.answer_time)
    number = faults.add(trouble.rule(kind="composite read", org=desk.theirs.id))
    assert look(desk)
    assert struck(faults, number)
    hurried()
    desk.reload()
    assert desk.statuses() == before
    next_at = desk.setup.watch_next_at
    assert next_at is not None
    assert timedelta(0) < next_at - timezone.now() <= live_polling.AFTER_ERROR
    site = signed_in(desk.person)
    shown(site, desk, "people")
    assert_nothing_secret(caplog, secrets | secrets_of(desk))
    faults.clear()
    sign_in_again_if_asked(site, desk, "people")
    assert desk.apply().state == "done"
    assert look(desk)
    assert desk.statuses()["people_assigned"] == "done"
