"""A machine with its stand-in org, and this process made ready to look into its database."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from config.tryout.__main__ import manage
from simulator.server import running
from tests.chaos.machine import Machine
from tests.chaos.road import Road, in_front

if TYPE_CHECKING:
    from simulator.world import World

# What the settings would read from outside; everything here is the machine's own.
_OURS = """DATABASE_URL REDIS_URL SECRET_KEY TOKEN_KEYS ALLOWED_HOSTS PUBLIC_URL DEBUG SALESFORCE_CLIENT_ID
    SALESFORCE_CLIENT_SECRET SALESFORCE_EXTRA_ORIGINS DJANGO_SETTINGS_MODULE WORKER_THREADS"""
OURS = frozenset(_OURS.split())


@dataclass(frozen=True)
class Place:
    """What is running. `url` and `world` are the stand-in's, as `tests.wizard.desk` wants them."""

    machine: Machine
    road: Road
    url: str
    world: World


@contextmanager
def started(
    *names: str, delay: tuple[float, float], keep: bool = True, threads: int = 24, **settings: str
) -> Iterator[Place]:
    """Start these processes (and PostgreSQL); `threads` is how many calls the stand-in answers at once."""
    with ExitStack() as stack:
        # As root PostgreSQL runs as another user, who must be able to walk there.
        var = Path(stack.enter_context(TemporaryDirectory(prefix="connect-guide-load-")))
        stand = stack.enter_context(running())
        stand.server.requests.grow(max(0, threads - stand.server.requests.min))
        road = Road(stand.server.wsgi_app, stand.world, delay, keep)
        stack.enter_context(in_front(stand, lambda app: road))
        machine = Machine(var, stand.url, {**_kept(os.environ), **settings}, stack)
        manage(["demo", "--migrate"], machine.environment, var)
        machine.start("valkey")
        machine.start(*names)
        for name in OURS:
            os.environ.pop(name, None)
        machine.adopt_environment()
        import django

        django.setup()
        yield Place(machine, road, stand.url, stand.world)


def _kept(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in OURS}
