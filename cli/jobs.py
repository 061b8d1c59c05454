"""Waiting for work that the server does in the background."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import cast

from cli import say
from cli.answers import Job
from cli.ends import End, Failure
from cli.server import Server

PAUSE = 1.0
UNTAKEN = 30  # seconds after which it is told that no worker takes it
ENDED = ("done", "failed", "stopped")


def wait_for(server: Server, job: Job) -> Job:
    """Until it has ended, however it does."""
    return followed(lambda: cast(Job, server.get(f"jobs/{job['id']}")))


def followed(look: Callable[[], Job]) -> Job:
    """The job at its end, looked at again and again."""
    began, told = time.monotonic(), False
    while (job := look())["state"] not in ENDED:
        if job["state"] == "queued" and not told and time.monotonic() - began > UNTAKEN:
            say.aside("No worker has taken it yet: is one running? Waiting on.")
            told = True
        time.sleep(PAUSE)
    return job


def refuse_failed(job: Job) -> None:
    """A reading that came to no end."""
    if job["state"] != "done":
        code = job["error_code"] or job["state"]
        raise Failure(End.NOT_ALL_DONE, f"The org could not be read: {code} (reference {job['reference']}).")
