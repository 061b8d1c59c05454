"""A write without an answer: found by reading back, never repeated, and still ours to undo."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from orgs.models import Connection
from tests.fixture_types import MakeSetup
from tests.wizard.fault_proxy import FaultProxy, Seen, hang_up, lose_answer_of_write
from tests.wizard.harness import ONCE_APPLIED, Killed, SetupHarness, run_until_killed
from wizard.jobs import queue
from wizard.jobs.runner import _Recorder
from wizard.messages import remedies
from wizard.models import Job

pytestmark = pytest.mark.django_db


def doubled(desk: SetupHarness) -> list[object]:
    rows = desk.assignments()
    return [row for row in rows if rows.count(row) > 1]


def recorded(desk: SetupHarness) -> list[str]:
    """The keys of the changes in the log that we made, each as often as it is told."""
    return [
        raw["change"]["key"]
        for event in desk.events("changed")
        for raw in event.changes
        if raw["ok"] and raw["created"]
    ]


def test_an_answer_lost_after_the_write_took_effect_is_found_by_reading_back(
    checked: SetupHarness, trouble: FaultProxy
) -> None:
    trouble.after = lose_answer_of_write(1)
    before = checked.footprint()
    job = checked.apply()
    assert job.state == "done", job.error_details
    assert len(trouble.writes) == 1, "the write was not repeated"
    assert len(checked.our_sets()) == 1
    assert not doubled(checked)
    assert all(checked.statuses()[step] == "done" for step in ONCE_APPLIED)
    assert "answer_lost" in checked.kinds(job)
    assert sorted(recorded(checked)) == sorted(job.approved)
    trouble.after = lambda seen: None
    assert checked.undo().state == "done"
    assert checked.footprint() == before


def test_a_write_that_never_arrived_is_sent_again(checked: SetupHarness, trouble: FaultProxy) -> None:
    lost: list[Seen] = []

    def hang_up_once(seen: Seen) -> None:
        if seen.writes and not lost:
            lost.append(seen)
            hang_up()

    trouble.before = hang_up_once
    job = checked.apply()
    assert job.state == "done", job.error_details
    assert len(trouble.writes) == 2
    assert not doubled(checked)
    assert sorted(recorded(checked)) == sorted(job.approved)


def test_the_second_of_several_batches_may_lose_its_answer(make: MakeSetup, trouble: FaultProxy) -> None:
    desk = make(people=700)
    desk.choose(450)
    desk.check()
    trouble.after = lose_answer_of_write(2)
    job = desk.apply()
    assert job.state == "done", job.error_details
    assert not doubled(desk)
    assert sorted(recorded(desk)) == sorted(job.approved)
    assert job.done_count == job.total_count == len(job.approved)


def test_answers_that_are_lost_again_and_again_end_the_job_and_nothing_is_forgotten(
    checked: SetupHarness, trouble: FaultProxy
) -> None:
    before = checked.footprint()
    trouble.before = lambda seen: hang_up() if seen.writes else None
    job = checked.apply()
    assert (job.state, job.error_code) == ("failed", "CONNECTION_LOST")
    assert job.error_code in remedies.REMEDIES
    assert len(trouble.writes) == 3, "bounded"
    assert checked.footprint() == before
    trouble.before = lambda seen: None
    again = checked.apply()
    assert again.state == "done", again.error_details
    assert sorted(recorded(checked)) == sorted(again.approved)


def test_a_write_lost_at_the_moment_salesforce_goes_away_is_settled_by_the_next_job(
    checked: SetupHarness, trouble: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orgs.salesforce.transport.PAUSES", ())
    before = checked.footprint()
    gone = False

    def go_away_after_the_write(seen: Seen) -> None:
        nonlocal gone
        gone = gone or seen.writes
        if gone:
            hang_up()

    trouble.after = go_away_after_the_write
    job = checked.apply()
    assert (job.state, job.error_code) == ("failed", "CONNECTION_LOST")
    assert job.intent, "what happened is not known yet"
    assert recorded(checked) == []
    trouble.after = lambda seen: None
    checked.check()
    nothing_left = checked.work(checked.queue("apply", job.stages, job.approved))
    assert nothing_left.state == "done"
    assert Job.objects.get(pk=job.pk).intent == []
    assert sorted(recorded(checked)) == sorted(job.approved)
    assert checked.undo().state == "done"
    assert checked.footprint() == before


def test_a_worker_killed_between_the_answer_and_its_record_leaves_nothing_untold(
    checked: SetupHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = checked.footprint()
    job = checked.approve()

    def die(self: object, outcomes: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(_Recorder, "after_batch", die)
        run_until_killed(job)
    assert recorded(checked) == []
    Job.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=1))
    queue.requeue_stale()
    job = checked.work(job)
    assert job.state == "done", job.error_details
    assert job.attempts == 2
    assert not doubled(checked)
    assert sorted(recorded(checked)) == sorted(job.approved)
    checked.undo()
    assert checked.footprint() == before


def test_an_undo_whose_answer_was_lost_goes_on_with_the_rest(
    checked: SetupHarness, trouble: FaultProxy
) -> None:
    before = checked.footprint()
    checked.apply()
    written = len(trouble.writes)
    trouble.after = lose_answer_of_write(1)
    job = checked.undo()
    assert job.state == "done", (job.error_code, job.error_details)
    assert "answer_lost" in checked.kinds(job)
    assert checked.footprint() == before
    assert len(trouble.writes) == written + 3, "access, assignments, set: each once"


@pytest.mark.django_db(transaction=True)
def test_a_grant_revoked_in_the_middle_keeps_what_is_done_and_the_setup_whole(
    make: MakeSetup, trouble: FaultProxy
) -> None:
    desk = make(people=700)
    desk.choose(450)
    desk.check()

    def revoke_after_the_first(seen: Seen) -> None:
        if len(trouble.writes) == 1 and seen.writes:
            world = desk.stand.world
            with world.lock:
                for value in [v for v, token in world.tokens.items() if token.org_id == desk.theirs.id]:
                    del world.tokens[value]
                tokens = world.extra["refresh_tokens"]
                for value in [v for v, each in tokens.items() if each["org_id"] == desk.theirs.id]:
                    del tokens[value]

    trouble.after = revoke_after_the_first
    job = desk.apply()
    assert (job.state, job.error_code) == ("failed", "invalid_grant")
    assert job.error_code in remedies.REMEDIES
    assert Connection.objects.get(org=desk.org).state == "needs_reconnecting"
    assert len(recorded(desk)) == job.done_count >= 200
    assert desk.setup.snapshot is not None
    assert not desk.setup.finished
