"""The database goes away under a job: that is no failure of the job, it is continued."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from tests.wizard.harness import SetupHarness
from wizard.jobs import queue
from wizard.models import Job
from wizard.state import snapshots

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_fails_for_a_moment_does_not_fail_the_job(
    desk: SetupHarness, error: type[Exception], monkeypatch: Any, caplog: Any
) -> None:
    job = desk.queue("check")
    with monkeypatch.context() as patch:

        def away(*args: Any) -> None:
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


def test_the_heartbeat_goes_on_after_its_connection_was_lost(desk: SetupHarness, monkeypatch: Any) -> None:
    monkeypatch.setattr(queue, "HEARTBEAT", timedelta(seconds=0.05))
    job = queue.claim(desk.queue("check").pk)
    assert job
    with queue.heartbeat(job):
        time.sleep(0.2)
        with connection.cursor() as cursor:  # every other connection of ours, so the heartbeat's
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchall(), "no heartbeat had a connection to lose"
        ended = timezone.now()
        deadline = time.monotonic() + 5
        while not Job.objects.filter(heartbeat_at__gt=ended).exists():
            assert time.monotonic() < deadline, "the heartbeat ended with its connection"
            time.sleep(0.02)
