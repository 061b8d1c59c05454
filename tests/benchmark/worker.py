"""Whether a worker grows: its memory before and after many checks."""

from __future__ import annotations

import sys
import time
from uuid import UUID

import psutil

from config.paths import BASE_DIR
from simulator.server import Stand
from tests.benchmark.figures import Figure
from tests.benchmark.people import desk
from tests.benchmark.size import Size
from tests.benchmark.surroundings import child_environment, process, resident
from tests.wizard.harness import SetupHarness
from wizard.jobs import queue
from wizard.models import Job

PATIENCE = 120.0


def measure(stand: Stand, size: Size) -> list[Figure]:
    desks = [desk(stand) for _count in range(size.setups)]
    argv = [sys.executable, "-m", "celery", "--workdir", str(BASE_DIR), "-A", "config", "worker"]
    argv += ["--pool", "threads", "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    with process(argv, child_environment()) as worker:
        before = _after_checks(worker, desks, size.warm_up)
        after = _after_checks(worker, desks, size.checks)
    measured = f"{before / 1e6:.0f} MB, then {after / 1e6:.0f} MB: {after / before:.2f} times"
    return [Figure(f"Memory of a worker before and after {size.checks} checks", measured)]


def _after_checks(worker: psutil.Process, desks: list[SetupHarness], count: int) -> int:
    for _round in range(count // len(desks)):
        ids = [queue.start(each.setup, Job.Kind.CHECK, actor=each.person)[0].pk for each in desks]
        _wait_for(ids)
    return resident(worker)


def _wait_for(ids: list[UUID]) -> None:
    end = time.monotonic() + PATIENCE
    while Job.objects.filter(pk__in=ids, state__in=Job.ACTIVE).exists():
        assert time.monotonic() < end, "the worker does not do its jobs"
        time.sleep(0.05)
    failed = Job.objects.filter(pk__in=ids).exclude(state=Job.State.DONE)
    assert not failed.exists(), list(failed.values_list("error_code", flat=True))
