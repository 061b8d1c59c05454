"""What the other processes say of themselves, for `/readyz` and `/metrics`: kept in the shared cache.

A worker beats after its tasks (the scheduler gives it one every second), a stream beats from its
loop. A part that was silent for `SILENT` seconds counts as away.
"""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from asgiref.sync import sync_to_async
from celery.signals import task_postrun
from django.core.cache import cache

from orgs.salesforce import outcomes
from wizard.live.publish import AWAY

EVERY = 5.0
SILENT = 30.0
PARTS = ("worker", "stream")
_CALLS = "beats:calls:names"
_NAME = f"{socket.gethostname()}:{os.getpid()}"

_lock = threading.Lock()
_last = 0.0


def beat(part: str, **figures: int) -> None:
    """This process lives. Two that write at once may lose a beat of one: the next is seconds away."""
    key, now = f"beats:{part}", time.time()
    known = {name: each for name, each in alive(part).items() if name != _NAME}
    cache.set(key, known | {_NAME: {"at": now, **figures}}, SILENT)


def alive(part: str) -> dict[str, dict[str, float]]:
    """The processes of this part that were heard of lately, with their figures."""
    since = time.time() - SILENT
    found: dict[str, dict[str, float]] = cache.get(f"beats:{part}") or {}
    return {name: each for name, each in found.items() if each["at"] > since}


def hand_in_calls() -> None:
    """Add this process's calls to Salesforce, by outcome, to those of all."""
    counted = outcomes.take()
    for name, number in counted.items():
        key = f"beats:calls:{name}"
        cache.add(key, 0, None)
        cache.incr(key, number)
    if counted:
        cache.set(_CALLS, sorted({*(cache.get(_CALLS) or ()), *counted}), None)


def calls() -> dict[str, int]:
    """Calls to Salesforce since the cache was made, by outcome."""
    names = cache.get(_CALLS) or ()
    found = cache.get_many([f"beats:calls:{name}" for name in names])
    return {name: int(found.get(f"beats:calls:{name}", 0)) for name in names}


@task_postrun.connect
def _after_a_task(**more: Any) -> None:
    global _last
    with _lock:
        if time.monotonic() - _last < EVERY:
            return
        _last = time.monotonic()
    with suppress(*AWAY):  # whoever needs the broker says that it is away
        beat("worker")
        hand_in_calls()


async def stream_beats(viewers: Callable[[], int]) -> None:
    """For as long as the stream's process lives; `viewers` counts who looks."""
    while True:
        with suppress(*AWAY):
            await sync_to_async(beat)("stream", viewers=viewers())
        await asyncio.sleep(EVERY)
