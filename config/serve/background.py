"""Celery's two processes. Not by its command line, which prints banners and loses the status."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime

from celery.apps import worker as celery_worker
from celery.signals import setup_logging
from celery.utils.nodenames import default_nodename, host_format

from config.celery import app
from config.logs import process


def run_worker(name: str) -> None:
    """Until a signal comes; ends this process."""
    _keep_our_logs()
    worker = app.Worker(
        hostname=default_nodename(host_format(name)),
        pool_cls="threads",
        loglevel="INFO",
        quiet=True,
        without_gossip=True,
        without_mingle=True,
    )
    worker.start()
    sys.exit(worker.exitcode)


def run_beat() -> None:
    _keep_our_logs()
    app.Beat(scheduler="config.serve.scheduler:Scheduler", loglevel="INFO", quiet=True).run()


@setup_logging.connect
def _leave_logging_alone(**more: object) -> None:
    """That somebody listens to this signal is what keeps Celery from doing it."""


def _keep_our_logs() -> None:
    process.take_prints()
    celery_worker.safe_say = _say  # type: ignore[attr-defined]


def _say(message: str, _to: object = None) -> None:
    """From within a signal's handler, where a logger's lock may be held: written at once, by hand."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    line = {"at": at, "level": "warning", "logger": "celery.apps.worker", "message": str(message).strip()}
    os.write(2, f"{json.dumps(line)}\n".encode())
