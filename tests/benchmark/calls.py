"""API calls and round trips of each kind of work, from what the stand-in org was really asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from simulator.server import Stand
from tests.benchmark.figures import Figure, number
from tests.benchmark.people import desk
from tests.benchmark.size import Size
from tests.wizard.fault_proxy import FaultProxy, Seen, in_front
from tests.wizard.harness import AUTOMATIC, ONCE_APPLIED, SetupHarness

# Each answer takes so long, as it does over a real network: what is sent side by side overlaps.
LATENCY = 0.08
DATA = "/services/data"


@dataclass
class Asked:
    """What one piece of work asked of the org."""

    seen: Sequence[Seen] = ()

    @property
    def calls(self) -> int:
        return len(self.seen)

    @property
    def writes(self) -> int:
        return sum(each.writes for each in self.seen)

    @property
    def round_trips(self) -> int:
        """The longest chain of calls of which each began after the one before had ended."""
        count, ended = 0, 0.0
        for each in sorted(self.seen, key=lambda seen: seen.ended):
            if each.started >= ended:
                count, ended = count + 1, each.ended
        return count


@contextmanager
def watched(stand: Stand) -> Iterator[Callable[[Callable[[], Any]], Asked]]:
    """Gives `ask(work)`, which does the work and tells what it asked."""
    layers: list[FaultProxy] = []

    def wrap(app: object) -> FaultProxy:
        layers.append(FaultProxy(app, before=lambda seen: time.sleep(LATENCY)))
        return layers[0]

    with in_front(stand, wrap):

        def ask(work: Callable[[], Any]) -> Asked:
            before = len(layers[0].seen)
            job = work()
            assert job.state == "done", (job.error_code, job.error_details)
            return Asked([seen for seen in layers[0].seen[before:] if seen.path.startswith(DATA)])

        yield ask


def measure(stand: Stand, size: Size) -> list[Figure]:
    with watched(stand) as ask:
        few, many = desk(stand), desk(stand, choose=size.people)
        first, _first_of_many = ask(few.check), ask(many.check)
        looked, looked_at_many = ask(few.check), ask(many.check)
        many_people = number(size.people)
        figures = [
            _figure("The first read, with what is seldom read", first, "4 calls, 1 round trip"),
            _figure("Full read of all stages, 20 people", looked, "2 calls, 1 round trip"),
            _figure(f"Full read of all stages, {many_people} people", looked_at_many),
        ]
        for here, people, budget in (
            (few, "20", "4 calls, 3 round trips"),
            (many, many_people, "20 calls"),
        ):
            figures += _whole_way(ask, here, people, budget)
        return figures


def _whole_way(ask: Callable[..., Asked], here: SetupHarness, people: str, budget: str) -> list[Figure]:
    """Lines 11-33: apply, the same again, and undo; each with its own reading before and after."""
    job = here.approve()
    approved = job.approved
    applied = ask(lambda: here.work(job))
    assert not _open_lines(here), _open_lines(here)
    again = ask(lambda: here.work(here.queue("apply", AUTOMATIC, approved)))
    undone = ask(here.undo)
    return [
        _figure(f"Lines 11-33 from nothing to verified, {people} people", applied, budget),
        _figure(f"The same again, {people} people", again, "0 writes"),
        _figure(f"Undo of all of it, {people} people", undone),
    ]


def _open_lines(here: SetupHarness) -> list[str]:
    return [step for step in ONCE_APPLIED if here.statuses()[step] != "done"]


def _figure(what: str, asked: Asked, budget: str = "") -> Figure:
    measured = f"{_count(asked.calls, 'call')}, {_count(asked.round_trips, 'round trip')}"
    return Figure(what, f"{measured}, {_count(asked.writes, 'write')}", budget)


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
