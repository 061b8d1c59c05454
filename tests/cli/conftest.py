from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from pytest_django.live_server_helper import LiveServer

if TYPE_CHECKING:
    from pathlib import Path

    from teams.models import ApiToken, User
    from tests.cli.terminal import Terminal
    from tests.wizard.harness import SetupHarness


@pytest.fixture(autouse=True)
def _no_calls_counted_yet() -> None:
    cache.clear()


@pytest.fixture
def bare(tmp_path: Path) -> Terminal:
    """Nobody has logged in."""
    from tests.cli.terminal import Terminal, write_command

    home = tmp_path / "home"
    home.mkdir()
    return Terminal(write_command(tmp_path / "venv"), home)


MakeKey = Callable[..., tuple["ApiToken", str]]


@pytest.fixture
def key(transactional_db: None) -> MakeKey:
    from teams.acting import tokens

    def make(person: User, scope: str = "act") -> tuple[ApiToken, str]:
        return tokens.make(person, "A pipeline", scope)

    return make


@pytest.fixture
def ready(transactional_db: None, checked: SetupHarness) -> SetupHarness:
    """A setup whose choices are made and whose org was read, in a database that other processes see."""
    checked.read_people()
    checked.check()
    return checked


@pytest.fixture
def terminal(bare: Terminal, live_server: LiveServer, ready: SetupHarness, key: MakeKey) -> Terminal:
    """Dana's, as a pipeline has it: server and key in the environment."""
    bare.more = {"CONNECT_GUIDE_SERVER": live_server.url, "CONNECT_GUIDE_KEY": key(ready.person)[1]}
    return bare
