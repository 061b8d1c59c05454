"""Hundreds of people go to the org in batches of 200, with progress, and a stop falls between two."""

from __future__ import annotations

import itertools
import json
import threading
from typing import Any

import pytest
from django.db import connection

from tests.fixture_types import MakeSetup
from tests.other_connection import all_at_once
from tests.wizard.fault_proxy import FaultProxy, Seen
from tests.wizard.harness import SetupHarness
from wizard.jobs import queue
from wizard.models import Job

pytestmark = pytest.mark.django_db(transaction=True)

CHOSEN = 500
BATCH = 200


@pytest.fixture
def crowd(make: MakeSetup) -> SetupHarness:
    desk: SetupHarness = make("fresh", people=int(CHOSEN * 1.6))
    desk.choose(CHOSEN)
    assert len(desk.setup.inputs["people"]) == CHOSEN
    desk.check()
    return desk


def sent_rows(trouble: FaultProxy) -> list[int]:
    """How many assignments each call carried."""
    return [each.body.count('"PermissionSetAssignment"') for each in trouble.writes]


def after_write(desk: SetupHarness, act: Any) -> Any:
    """Act after each write, as somebody else would who has a connection of their own."""

    def after(seen: Seen) -> None:
        if seen.writes:
            thread = threading.Thread(target=_with_own_connection, args=(act,))
            thread.start()
            thread.join()

    return after


def _with_own_connection(act: Any) -> None:
    try:
        act()
    finally:
        connection.close()


def test_no_call_carries_more_than_200_and_progress_is_told_after_each(
    crowd: SetupHarness, trouble: FaultProxy
) -> None:
    seen: list[int] = []
    trouble.after = after_write(crowd, lambda: seen.append(Job.objects.get(kind="apply").done_count))
    job = crowd.apply()
    assert job.state == "done", job.error_details
    rows = sent_rows(trouble)
    assert sum(rows) == CHOSEN + 4
    assert max(rows) <= BATCH
    assert len(rows) == 3
    assert seen == sorted(set(seen)), "the count grows from call to call"
    assert job.done_count == job.total_count == CHOSEN + 6
    assert len(crowd.events("changed")) == 3


def test_a_stop_falls_between_two_batches_and_the_rest_can_be_done_later(
    crowd: SetupHarness, trouble: FaultProxy
) -> None:
    trouble.after = after_write(
        crowd, lambda: queue.request_stop(Job.objects.select_related("setup").get(kind="apply"), crowd.person)
    )
    job = crowd.apply()
    assert job.state == "stopped"
    first = sent_rows(trouble)
    assert len(first) == 1, "the call under way is finished, no other one is begun"
    assert len(crowd.assignments()) == first[0]
    assert not job.intent
    trouble.after = lambda seen: None
    assert crowd.apply().state == "done"
    assert len(crowd.assignments()) == CHOSEN + 4
    keys = [raw["change"]["key"] for event in crowd.events("changed") for raw in event.changes]
    assert len(keys) == len(set(keys)) == CHOSEN + 6, json.dumps(len(keys))


def test_orgs_are_written_to_side_by_side_and_one_org_never_twice(
    make: MakeSetup, trouble: FaultProxy
) -> None:
    """Two workers get the message of each org's job, and somebody presses again meanwhile."""
    import time

    desks = [make("fresh", people=6) for _ in range(4)]
    for desk in desks:
        desk.choose(2)
        desk.check()
    trouble.before = lambda seen: time.sleep(0.15) if seen.writes else None
    trouble.seen.clear()
    queued = [desk.approve() for desk in desks]

    def work(number: int) -> None:
        from wizard import tasks

        job = queued[number % len(queued)]
        queue.start(job.setup, "undo", actor=None)
        tasks.run_job(str(job.pk))

    all_at_once(2 * len(queued), work)
    assert [Job.objects.get(pk=job.pk).state for job in queued] == ["done"] * 4
    assert not Job.objects.filter(kind="undo", state="done").exists()
    assert len(trouble.writes) == len(desks), "each org was written to by one call"
    spans = sorted((each.started, each.ended) for each in trouble.writes)
    assert any(later[0] < earlier[1] for earlier, later in itertools.pairwise(spans)), (
        "the orgs waited for each other"
    )
    for desk in desks:
        assert len(desk.assignments()) == 2 + 4
