from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings

from tests.teams.conftest import _no_attempts_counted_yet  # noqa: F401

if TYPE_CHECKING:
    from simulator.server import Stand
    from teams.models import Team, User
    from tests.fixture_types import SignedIn
    from tests.security.road import Walker


@pytest.fixture
def marked(stand: Stand, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    """From now on all that the stand-in issues, and the app's own secret, carries the mark."""
    from simulator.client_apps import OURS
    from tests.security.canaries import MARK

    def marked_value(size: int = 32) -> str:
        return MARK + secrets.token_urlsafe(size) + MARK

    bird = SimpleNamespace(token_urlsafe=marked_value, token_hex=secrets.token_hex)
    for module in ("simulator.web.browser", "simulator.oauth.grants", "simulator.oauth.authorize"):
        monkeypatch.setattr(f"{module}.secrets", bird)
    secret = marked_value()
    monkeypatch.setattr("simulator.client_apps.OURS", replace(OURS, secret=secret))
    settings.SALESFORCE_EXTRA_ORIGINS = [stand.url]
    settings.SALESFORCE_EXTRA_CLIENTS = {stand.url: (OURS.client_id, secret)}
    return secret


@pytest.fixture
def walker(
    stand: Stand, marked: str, team: Team, dana: User, priya: User, signed_in: SignedIn, settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Walker]:  # fmt: skip
    from tests.security.road import Recorded, Walker

    monkeypatch.setattr("orgs.salesforce.transport.PAUSES", (0.01,))
    monkeypatch.setattr("orgs.connections.tokens._PAUSES", (0.01,))
    stand.world.faults.clear()
    one = Walker(stand, team, dana, Recorded(signed_in(dana)), Recorded(signed_in(priya)), monkeypatch)
    yield one
    stand.world.faults.clear()
    with stand.world.lock:
        for theirs in one.orgs:
            stand.world.orgs.pop(theirs.id, None)


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Every record of every logger since now: as it was made, and as an installation writes it."""
    from config.logs.lines import OneLine

    caplog.set_level(logging.DEBUG)
    line = OneLine()
    return lambda: caplog.text + "\n".join(line.format(record) for record in caplog.records)
