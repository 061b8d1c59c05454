from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests.wizard.fault_proxy import FaultProxy, in_front

if TYPE_CHECKING:
    from tests.wizard.harness import SetupHarness

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
if settings.get_current_profile_name() != "thorough":
    settings.load_profile("unhurried")


@pytest.fixture
def make(stand: Any, team: Any, dana: Any) -> Iterator[Callable[..., SetupHarness]]:
    """Make a setup in a connected org of the stand-in: `make("fresh", people=30)`."""
    from tests.wizard.harness import make_harness

    desks: list[SetupHarness] = []

    def one(scenario: str = "fresh", **more: Any) -> SetupHarness:
        desks.append(make_harness(stand, more.pop("team", team), more.pop("person", dana), scenario, **more))
        return desks[-1]

    yield one
    with stand.world.lock:
        for desk in desks:
            stand.world.orgs.pop(desk.theirs.id, None)


@pytest.fixture
def desk(make: Callable[..., SetupHarness]) -> SetupHarness:
    """A setup in a fresh sandbox: the connection user and two people are chosen, nothing is read."""
    made = make()
    made.choose(2)
    return made


@pytest.fixture
def checked(desk: SetupHarness) -> SetupHarness:
    """The same, after a full read."""
    job = desk.check()
    assert job.state == "done", job.error_details
    return desk


@pytest.fixture
def trouble(stand: Any) -> Iterator[FaultProxy]:
    """A layer before the stand-in that sees every request and can make trouble."""
    layers: list[FaultProxy] = []

    def wrap(app: Any) -> FaultProxy:
        layers.append(FaultProxy(app))
        return layers[0]

    with in_front(stand, wrap):
        yield layers[0]
