"""A setup on the stand-in org, with faults that are over when the test is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from simulator.faults import Faults
    from simulator.server import Stand
    from tests.fixture_types import MakeSetup
    from tests.wizard.harness import SetupHarness


@pytest.fixture
def faults(stand: Stand) -> Iterator[Faults]:
    """`faults.add(Rule(...))`."""
    stand.world.faults.clear()
    yield stand.world.faults
    stand.world.faults.clear()
    stand.world.clock.offset = timedelta(0)


@pytest.fixture
def desk(make: MakeSetup) -> SetupHarness:
    """A fresh sandbox; the connection user and two people are chosen, nothing is read yet."""
    one = make(people=4)
    one.choose(2)
    return one


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Waits of hundredths of a second instead of seconds; `hurried(answer=0.5)` for the timeout too."""

    def hurry(answer: float = 20.0) -> None:
        monkeypatch.setattr("orgs.salesforce.transport.PAUSES", (0.01,))
        monkeypatch.setattr("orgs.connections.tokens._PAUSES", (0.01,))
        monkeypatch.setattr("orgs.salesforce.transport.TIMEOUT", (5.0, answer))
        monkeypatch.setattr("orgs.oauth.TIMEOUT", (5.0, answer))

    hurry()
    return hurry
