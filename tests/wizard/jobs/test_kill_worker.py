"""A real worker is killed in the middle of an apply; another one carries on, and nothing is doubled."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis

from tests.fixture_types import MakeSetup
from tests.waiting import eventually
from tests.wizard.fault_proxy import FaultProxy, Seen
from tests.wizard.harness import ONCE_APPLIED
from tests.wizard.processes import beat, kill, worker
from wizard.models import Job

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 600


@pytest.fixture
def env(child_env: dict[str, str]) -> dict[str, str]:
    """For this test's processes; messages that other tests left are thrown away."""
    with redis.Redis.from_url(child_env["REDIS_URL"]) as broker:
        broker.delete("celery", "unacked", "unacked_index")
    return child_env


@pytest.mark.parametrize("moment", ["before Salesforce writes", "after Salesforce wrote"])
def test_a_killed_worker_s_job_is_continued_without_a_doubled_or_lost_change(
    make: MakeSetup, trouble: FaultProxy, env: dict[str, str], tmp_path: Path, moment: str
) -> None:
    desk = make(people=PEOPLE + 300)
    desk.choose(PEOPLE)
    desk.check()
    before = desk.footprint()

    killed = threading.Event()

    def hold(seen: Seen) -> None:
        if seen.writes and len(trouble.writes) >= 2:
            killed.wait()

    if moment.startswith("before"):
        trouble.before = hold
    else:
        trouble.after = hold

    with ExitStack() as running:
        first = running.enter_context(worker(env, tmp_path, "first"))
        eventually("the first worker is ready", lambda: " ready." in (tmp_path / "first.log").read_text())
        job = desk.approve()
        eventually("the second batch is on its way", lambda: len(trouble.writes) >= 2)
        kill(first)
        killed.set()
        assert Job.objects.get(pk=job.pk).state == "running"
        running.enter_context(worker(env, tmp_path, "second"))
        running.enter_context(beat(env, tmp_path))
        eventually("another worker has it", lambda: Job.objects.get(pk=job.pk).attempts == 2)
        eventually("the job is done", lambda: Job.objects.get(pk=job.pk).state == "done")
    job = Job.objects.get(pk=job.pk)
    assert desk.kinds(job).count("interrupted") == 1
    desk.reload()
    assert all(desk.statuses()[step] == "done" for step in ONCE_APPLIED)
    rows = desk.assignments()
    assert len(rows) == len(set(rows)) == PEOPLE + 1 + 3
    told = [
        raw["change"]["key"] for event in desk.events("changed") for raw in event.changes if raw["created"]
    ]
    assert sorted(told) == sorted(job.approved), "every change is told exactly once"
    trouble.before = trouble.after = lambda seen: None
    assert desk.undo().state == "done"
    assert desk.footprint() == before
