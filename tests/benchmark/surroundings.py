"""A PostgreSQL, a Valkey, a database and a stand-in org of the benchmark's own."""

from __future__ import annotations

import os
import subprocess
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import psutil

from tests import servers


@contextmanager
def surroundings() -> Iterator[object]:
    """The stand-in, once all is there: `stand.url`, `stand.world`. Nothing of it is left afterwards."""
    # WhiteNoise says so where nobody ran collectstatic: its finders serve the sources.
    warnings.filterwarnings("ignore", "No directory at", UserWarning)
    servers.start()
    try:
        import django

        django.setup()
        from django.test.utils import setup_databases, setup_test_environment, teardown_databases

        setup_test_environment()
        databases = setup_databases(verbosity=0, interactive=False)
        try:
            from simulator.server import running

            with running() as stand:
                yield stand
        finally:
            teardown_databases(databases, verbosity=0)
    finally:
        servers.stop()


def child_environment() -> dict[str, str]:
    """The environment of a process that must use the benchmark's database."""
    from django.db import connection

    base, _, query = os.environ["DATABASE_URL"].partition("?")
    address = f"{base.rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    return {**os.environ, "DATABASE_URL": f"{address}?{query}" if query else address}


@contextmanager
def process(argv: Sequence[str], environment: Mapping[str, str]) -> Iterator[psutil.Process]:
    """A process for as long as the body runs."""
    quiet = {**environment, "PYTHONWARNINGS": "ignore"}  # Celery warns of root; its errors are shown
    started = subprocess.Popen(argv, env=quiet, stdout=subprocess.DEVNULL)
    try:
        yield psutil.Process(started.pid)
    finally:
        started.terminate()
        started.wait(timeout=60)


def resident(running: psutil.Process) -> int:
    """Bytes of memory that the process holds, with its children."""
    return sum(int(each.memory_info().rss) for each in [running, *running.children(recursive=True)])
