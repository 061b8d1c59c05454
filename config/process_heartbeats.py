"""What the other processes say of themselves, for `/readyz` and `/metrics`: kept in the shared cache.

A worker beats with Celery's own heartbeat, as long as it is connected to the broker; a stream from its
loop; the scheduler while it is the clock. A part that was silent for `SILENT` seconds counts as away.
"""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from asgiref.sync import sync_to_async
from celery.signals import heartbeat_sent
from django.core.cache import cache
from django.http import HttpRequest

from orgs.salesforce import clock, outcomes
from wizard.live.publish import AWAY

EVERY = 5.0
SILENT = 30.0
PARTS = ("worker", "stream", "beat")
CLOCK_SECONDS = 600
_CALLS, _CLOCK = "beats:calls:names", "beats:clock"
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
    try:
        if counted:
            cache.set(_CALLS, sorted({*(cache.get(_CALLS) or ()), *counted}), None)
        while counted:
            name, number = next(iter(counted.items()))
            cache.add(f"beats:calls:{name}", 0, None)
            cache.incr(f"beats:calls:{name}", number)
            del counted[name]
    finally:
        outcomes.give_back(counted)  # the broker is away: the next time


def calls() -> dict[str, int]:
    """Calls to Salesforce since the cache was made, by outcome."""
    names = {"ok", *(cache.get(_CALLS) or ())}  # from zero: else the first hour of a trouble is no rise
    found = cache.get_many([f"beats:calls:{name}" for name in names])
    return {name: int(found.get(f"beats:calls:{name}", 0)) for name in sorted(names)}


def hand_in_clock() -> None:
    """What this process knows of its clock. A worker does, as it talks to Salesforce all the time."""
    cache.set(_CLOCK, clock.ahead(), CLOCK_SECONDS)


def clock_ahead() -> float:
    """Seconds by which our clock is ahead of Salesforce's; 0 where it is right, or nobody knows."""
    try:
        return float(cache.get(_CLOCK) or 0)
    except AWAY:
        return 0.0


class WrongClock(NamedTuple):
    seconds: int
    is_ahead: bool


def wrong_clock() -> WrongClock | None:
    ahead = round(clock_ahead())
    return WrongClock(abs(ahead), ahead > 0) if ahead else None


def for_pages(request: HttpRequest) -> dict[str, Callable[[], WrongClock | None]]:
    """Context of templates: asked only where a page says it."""
    return {"wrong_clock": wrong_clock}


@heartbeat_sent.connect
def _worker_lives(**more: object) -> None:
    beat_now_and_then("worker")
    with suppress(*AWAY):
        hand_in_calls()
        hand_in_clock()


def beat_now_and_then(part: str) -> None:
    """Called often; whoever needs the broker says that it is away."""
    global _last
    with _lock:
        if time.monotonic() - _last < EVERY:
            return
        _last = time.monotonic()
    with suppress(*AWAY):
        beat(part)


async def stream_beats(viewers: Callable[[], int]) -> None:
    """For as long as the stream's process lives; `viewers` counts who looks."""
    while True:
        with suppress(*AWAY):
            await sync_to_async(beat)("stream", viewers=viewers())
        await asyncio.sleep(EVERY)
