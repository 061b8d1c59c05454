from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.security.road import Walker


@pytest.fixture
def marked(stand: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """From now on all that the stand-in issues, and the app's own secret, carries the mark."""
    from tests.security.canaries import MARK

    def marked_value(size: int = 32) -> str:
        return MARK + secrets.token_urlsafe(size) + MARK

    bird = SimpleNamespace(token_urlsafe=marked_value, token_hex=secrets.token_hex)
    for module in ("simulator.web.browser", "simulator.oauth.grants", "simulator.oauth.authorize"):
        monkeypatch.setattr(f"{module}.secrets", bird)
    secret = marked_value()
    monkeypatch.setattr("simulator.oauth.token.CLIENT_SECRET", secret)
    settings.SALESFORCE_CLIENT_SECRET = secret
    settings.SALESFORCE_EXTRA_ORIGINS = [stand.url]
    return secret


@pytest.fixture
def walker(
    stand: Any, marked: str, team: Any, dana: Any, priya: Any, signed_in: Callable[..., Any], settings: Any,
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
    from config.logs import OneLine

    caplog.set_level(logging.DEBUG)
    line = OneLine()
    return lambda: caplog.text + "\n".join(line.format(record) for record in caplog.records)
