"""What it costs that many people look at the same stage: renders for a change, memory of the stream."""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections.abc import Iterator, MutableMapping
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import psutil

from config.tryout.checks import free_port
from simulator.server import Stand
from tests.benchmark.figures import Figure
from tests.benchmark.people import desk
from tests.benchmark.size import Size
from tests.benchmark.surroundings import child_environment, process, resident
from tests.wizard.harness import SetupHarness
from wizard.live import fragment, publish
from wizard.live import stream as live_stream
from wizard.live.ticket import ticket

STAGE = "people"
PATIENCE = 30.0


def measure(stand: Stand, size: Size) -> list[Figure]:
    here = desk(stand)
    here.check()
    few, many = (_renders_for_a_change(here, viewers) for viewers in (1, size.viewers))
    return [
        Figure("Renders of the fragment for one change, 1 viewer", str(few), "1"),
        Figure(f"Renders of the fragment for one change, {size.viewers} viewers", str(many), "1"),
        _memory(here, size.viewers),
    ]


def _ticket(here: SetupHarness) -> str:
    return ticket(here.person.pk, here.setup.pk, STAGE)


# -- renders: the real stream in this process, so that what it renders can be counted


def _renders_for_a_change(here: SetupHarness, viewers: int) -> int:
    render, count = fragment.render, 0

    def counted(*topic: Any) -> tuple[str, bool]:
        nonlocal count
        count += 1
        return render(*topic)

    async def change_once() -> int:
        told = [asyncio.Event() for _viewer in range(viewers)]
        tasks = [asyncio.create_task(_view(_ticket(here), each)) for each in told]
        await _all(told)
        await asyncio.sleep(1.0)  # the subscription's own first "look again"
        for each in told:
            each.clear()
        before = count
        await asyncio.to_thread(_change, here)
        await _all(told)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return count - before

    with patch.object(fragment, "render", counted), patch.object(live_stream, "hub", live_stream.Hub()):
        return asyncio.run(change_once())


async def _all(told: list[asyncio.Event]) -> None:
    await asyncio.wait_for(asyncio.gather(*(each.wait() for each in told)), PATIENCE)


async def _view(ticket: str, told: asyncio.Event) -> None:
    """One viewer, who never goes by himself."""

    async def receive() -> dict[str, object]:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: MutableMapping[str, Any]) -> None:
        if b"event: state" in message.get("body", b""):
            told.set()

    scope = {"type": "http", "method": "GET", "path": "/events/", "query_string": f"k={ticket}".encode()}
    scope["headers"] = []
    await live_stream.stream(scope, receive, send)


def _change(here: SetupHarness) -> None:
    """Something that shows: another number of people."""
    from django.db import connection

    from wizard.models import StepState

    state = StepState.objects.get(setup=here.setup, step="people_assigned")
    finding = state.finding or {}
    state.finding = {**finding, "details": [*finding["details"], f"at {time.monotonic()}"]}
    state.save(update_fields=["finding"])
    publish.notify_changed(here.setup.pk)
    connection.close()


# -- memory: the process that production runs, with real connections


def _memory(here: SetupHarness, many: int) -> Figure:
    port = free_port()
    argv = [sys.executable, "-m", "config.serve", "stream", "--port", str(port)]
    with process(argv, child_environment()) as stream, ExitStack() as viewers:
        _wait_for(port)
        for _viewer in range(20):  # what the first ones cost is code and pools, not viewers
            viewers.enter_context(_connected(port, _ticket(here)))
        before = _settled(stream)
        for _viewer in range(many):
            viewers.enter_context(_connected(port, _ticket(here)))
        grown = _settled(stream) - before
    return Figure(
        "Memory of the stream process",
        f"{before / 1e6:.0f} MB, and {grown / 1e6 * 100 / many:.1f} MB for each 100 viewers",
    )


def _wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


@contextmanager
def _connected(port: int, ticket: str) -> Iterator[None]:
    """A viewer that has got the first fragment."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as viewer:
        viewer.sendall(f"GET /events/?k={ticket} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        got = b""
        while b"event: state" not in got:
            part = viewer.recv(65536)
            assert part, f"the stream hung up: {got[:200]!r}"
            got += part
        yield


def _settled(stream: psutil.Process) -> int:
    time.sleep(1.0)
    return resident(stream)
