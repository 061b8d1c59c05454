"""Fixtures of the stand-in's own tests: its state, and it over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from simulator.org.store import Org
from simulator.server import Stand, running
from simulator.world import World
from tests.simulator.core import Api, api_for, new_org


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def org(world: World) -> Org:
    return new_org(world)


@pytest.fixture(scope="session")
def own_stand() -> Iterator[Stand]:
    """A stand-in that only these tests use."""
    with running() as stand:
        yield stand


@pytest.fixture
def api(own_stand: Stand) -> Api:
    """The administrator's calls to a new org."""
    org = new_org(own_stand.world)
    return api_for(own_stand.url, own_stand.world, org, org.admin_id)


@pytest.fixture
def faulty(own_stand: Stand) -> Iterator[Stand]:
    """The same stand-in, whose faults and clock are put right afterwards."""
    yield own_stand
    own_stand.world.faults.clear()
    own_stand.world.clock.offset = timedelta(0)
