"""How often an org is asked while people only look: so many seconds, counted on the clock."""

from __future__ import annotations

import time
from collections.abc import Sequence

from django.utils import timezone

from simulator.server import Stand
from tests.benchmark.figures import Figure
from tests.benchmark.people import desk
from tests.benchmark.size import Size
from tests.wizard.harness import SetupHarness
from wizard.monitoring import live_polling

SEEN_AGAIN = 15.0  # a visible page tells so often that it is still there
STAGES = ("policies", "connect", "permission_set", "people", "app_access")
BUDGET = "25 a minute"


def measure(stand: Stand, size: Size) -> list[Figure]:
    one, five = desk(stand), desk(stand)
    for each in (one, five):
        job = each.check()
        assert job.state == "done", job.error_code
    watched: tuple[tuple[SetupHarness, Sequence[str]], ...] = ((one, STAGES[:1]), (five, STAGES))
    marks = [each.mark() for each, _stages in watched]
    _look(watched, size.seconds)
    counts = [each.calls(mark) for (each, _stages), mark in zip(watched, marks, strict=True)]
    assert all(counts), "nobody looked"
    return [
        Figure(f"API calls in {size.seconds:.0f} seconds while one stage is open", str(counts[0]), BUDGET),
        Figure("The same with five stages open", str(counts[1]), BUDGET),
    ]


def _look(watched: Sequence[tuple[SetupHarness, Sequence[str]]], seconds: float) -> None:
    """What beat, a worker and the open pages do, in this process."""
    end = time.monotonic() + seconds
    seen_again = 0.0
    while (now := time.monotonic()) < end:
        if now >= seen_again:
            seen_again = now + SEEN_AGAIN
            for each, stages in watched:
                for stage in stages:
                    live_polling.mark_viewed(each.setup, stage)
        for setup_id in live_polling.due(timezone.now()):
            live_polling.poll(setup_id)
        time.sleep(1.0)
