"""The life of a job: queued once, claimed by one worker, kept alive, stopped, continued."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from tests.fixture_types import MakeSetup, SignedIn
from tests.other_connection import all_at_once
from tests.waiting import eventually
from tests.wizard.harness import SetupHarness
from wizard import tasks
from wizard.jobs import queue, runner
from wizard.models import Event, Job

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(minutes=1)


def silent(job: Job) -> None:
    """Make the job look as if its worker died a while ago."""
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - LONG_AGO)


@pytest.fixture
def enqueued(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The messages that were sent to workers."""
    sent: list[str] = []
    monkeypatch.setattr(queue, "enqueue", lambda job_id: sent.append(str(job_id)))
    return sent


@pytest.mark.django_db(transaction=True)
def test_people_who_press_at_the_same_moment_start_one_job(desk: SetupHarness) -> None:
    results = all_at_once(6, lambda _: queue.start(desk.setup, "apply", actor=desk.person, stages=["people"]))
    assert len({job.pk for job, _ in results}) == 1
    assert sum(is_new for _, is_new in results) == 1
    assert Job.objects.count() == 1
    assert Event.objects.filter(kind="apply_requested").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_job_is_claimed_by_one_of_many_workers(desk: SetupHarness) -> None:
    job = desk.queue("check")
    taken = all_at_once(6, lambda _: queue.claim(job.pk))
    assert len([each for each in taken if each is not None]) == 1
    assert Job.objects.get().attempts == 1


def test_an_org_has_one_writing_job_whatever_it_writes(desk: SetupHarness) -> None:
    first = desk.queue("apply", ["people"])
    second, is_new = queue.start(desk.setup, "undo", actor=desk.person)
    assert (second.pk, is_new) == (first.pk, False)


def test_other_orgs_work_at_the_same_time(desk: SetupHarness, make: MakeSetup) -> None:
    other = make()
    assert queue.claim(desk.queue("apply", ["people"]).pk)
    assert queue.claim(other.queue("apply", ["people"]).pk)


def test_reading_goes_on_beside_writing(desk: SetupHarness) -> None:
    desk.queue("apply", ["people"])
    for kind in ("check", "people"):
        assert queue.claim(desk.queue(kind).pk)


def test_once_a_job_has_ended_the_next_one_can_start(desk: SetupHarness) -> None:
    desk.check()
    assert queue.start(desk.setup, "check", actor=desk.person)[1]


def test_a_message_that_comes_again_while_the_job_runs_does_nothing(
    desk: SetupHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = desk.queue("check")
    assert queue.claim(job.pk)
    monkeypatch.setattr(runner, "run", lambda job: pytest.fail("it runs already"))
    tasks.run_job(str(job.pk))
    assert Job.objects.get().attempts == 1


def test_a_message_that_comes_again_after_the_end_does_nothing(desk: SetupHarness) -> None:
    job = desk.check()
    mark = desk.mark()
    tasks.run_job(str(job.pk))
    assert desk.calls(mark) == 0
    assert Job.objects.get().attempts == 1


def test_a_message_for_a_job_that_is_gone_does_nothing(db: None) -> None:
    tasks.run_job("00000000-0000-4000-8000-000000000000")


def test_a_job_that_lost_its_worker_is_marked_queued_again_and_continued(
    desk: SetupHarness, enqueued: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    job = desk.queue("check")
    assert queue.claim(job.pk)
    assert queue.requeue_stale() == 0, "its worker was heard of just now"
    silent(job)
    assert queue.requeue_stale() == 1
    assert enqueued == [str(job.pk)]
    assert Job.objects.get().state == "queued"
    assert desk.work(job).state == "done"
    assert desk.kinds(job) == ["check_requested", "interrupted", "check_done"]
    assert Job.objects.get().attempts == 2
    of_job = [line for line in caplog.messages if f"reference {job.reference}" in line]
    told = [re.search(r"begins|lost its worker|ends: done", line) for line in of_job]
    assert [each[0] for each in told if each] == ["begins", "lost its worker", "begins", "ends: done"]


def test_a_message_that_comes_again_after_the_worker_died_tells_of_the_interruption(
    desk: SetupHarness,
) -> None:
    job = desk.queue("check")
    queue.claim(job.pk)
    silent(job)
    assert desk.work(job).state == "done"
    assert "interrupted" in desk.kinds(job)


def test_two_rescuers_mark_a_lost_job_once(desk: SetupHarness, enqueued: list[str]) -> None:
    job = desk.queue("check")
    queue.claim(job.pk)
    silent(job)
    queue.requeue_stale()
    queue.requeue_stale()
    assert desk.kinds(job).count("interrupted") == 1
    assert enqueued == [str(job.pk)], "the second look does not send the same message at once"


def test_a_job_that_loses_every_worker_ends_after_a_bound(desk: SetupHarness, enqueued: list[str]) -> None:
    job = desk.queue("apply", ["people"])
    for _ in range(queue.MOST_ATTEMPTS):
        assert queue.claim(job.pk)
        silent(job)
        queue.requeue_stale()
    ended = Job.objects.get()
    assert (ended.state, ended.error_code) == ("failed", "INTERRUPTED")
    assert ended.finished_at
    assert not ended.waiting_for
    assert queue.claim(job.pk) is None
    assert "apply_failed" in desk.kinds(job)
    assert queue.start(desk.setup, "apply", actor=desk.person)[1], "the org is free for the next try"


def test_redelivered_messages_do_not_get_round_the_bound(desk: SetupHarness) -> None:
    job = desk.queue("check")
    for _ in range(queue.MOST_ATTEMPTS):
        assert queue.claim(job.pk)
        silent(job)
    assert queue.claim(job.pk) is None
    assert Job.objects.get().state == "failed"


def test_a_worker_that_lost_its_claim_can_write_nothing(desk: SetupHarness) -> None:
    job = desk.queue("check")
    old = queue.claim(job.pk)
    assert old
    silent(job)
    new = queue.claim(job.pk)
    assert new
    for act in (
        lambda: queue.renew_claim(old),
        lambda: queue.set_waiting_reason(old, "salesforce"),
        lambda: queue.finish(old, "done"),
    ):
        with pytest.raises(queue.ClaimLost):
            act()
    now = Job.objects.get()
    assert (now.state, now.claim) == ("running", new.claim)
    assert now.waiting_for != "salesforce"
    queue.finish(new, "done")
    assert desk.kinds(job).count("check_done") == 1


def test_a_job_that_nobody_took_is_sent_again(desk: SetupHarness, enqueued: list[str]) -> None:
    job = desk.queue("check")
    assert queue.requeue_stale() == 0, "it may be waiting for its turn"
    Job.objects.update(waiting_since=timezone.now() - LONG_AGO)
    assert queue.requeue_stale() == 1
    assert queue.requeue_stale() == 0
    assert enqueued == [str(job.pk)]


@pytest.mark.django_db(transaction=True)
def test_a_job_is_sent_to_a_worker_once_it_is_committed(desk: SetupHarness, enqueued: list[str]) -> None:
    with transaction.atomic():
        job = desk.queue("check")
        assert enqueued == []
    assert enqueued == [str(job.pk)]


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_the_job_stays_queued_and_the_page_works(
    desk: SetupHarness, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(current_app, "send_task", away)
    site = signed_in(desk.person)
    response = site.post(reverse("wizard:check", args=[desk.setup.pk]))
    assert response.status_code == 302
    assert Job.objects.get().state == "queued"
    assert "stays queued" in caplog.text
    page = site.get(response["Location"]).content.decode()
    assert "Waiting for a free worker" in page


def test_a_stop_is_asked_for_once_and_only_of_a_job_under_way(desk: SetupHarness) -> None:
    job = desk.queue("check")
    assert queue.request_stop(job, desk.person)
    assert not queue.request_stop(job, desk.person)
    assert queue.stop_requested(job)
    desk.work(job)
    ended = desk.check()
    assert not queue.request_stop(ended, desk.person)
    assert desk.setup.events.filter(kind="stop_requested").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_beats_while_the_body_runs_and_stops_with_the_claim(
    desk: SetupHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "HEARTBEAT", timedelta(seconds=0.05))
    job = queue.claim(desk.queue("check").pk)
    assert job
    with queue.heartbeat(job):
        silent(job)
        beaten = Job.objects.filter(heartbeat_at__gt=timezone.now() - LONG_AGO / 2)
        eventually("the heart beats", beaten.exists)
        its_thread = next(each for each in threading.enumerate() if each.name == f"heartbeat-{job.pk}")
        Job.objects.update(state="queued", heartbeat_at=timezone.now() - LONG_AGO)
        its_thread.join()
        old = Job.objects.get().heartbeat_at
        assert old
        assert old < timezone.now() - LONG_AGO / 2, "a worker without the claim keeps nothing alive"
