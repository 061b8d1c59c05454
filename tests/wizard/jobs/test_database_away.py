"""The database goes away under a job: that is no failure of the job, it is continued."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from tests.waiting import eventually
from tests.wizard.harness import SetupHarness
from wizard.jobs import queue
from wizard.models import Job
from wizard.state import snapshots

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_fails_for_a_moment_does_not_fail_the_job(
    desk: SetupHarness,
    error: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    job = desk.queue("check")
    with monkeypatch.context() as patch:

        def away(*args: object, **more: object) -> None:
            raise error("server closed the connection unexpectedly")

        patch.setattr(snapshots, "store", away)
        left = desk.work(job)
    assert left.state == "running"
    assert not left.error_code
    assert "is continued later" in caplog.text
    Job.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=1))
    assert queue.requeue_stale() == 1
    assert desk.work(job).state == "done"
    assert desk.kinds(job) == ["check_requested", "interrupted", "check_done"]


def test_the_heartbeat_goes_on_after_its_connection_was_lost(
    desk: SetupHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "HEARTBEAT", timedelta(seconds=0.05))
    job = queue.claim(desk.queue("check").pk)
    assert job
    with queue.heartbeat(job):
        eventually("the heartbeat has a connection to lose", end_other_connections)
        ended = timezone.now()
        eventually(
            "the heartbeat outlives its connection",
            lambda: Job.objects.filter(heartbeat_at__gt=ended).exists(),
        )


def end_other_connections() -> bool:
    """Every other one of ours, so the heartbeat's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return bool(cursor.fetchall())
