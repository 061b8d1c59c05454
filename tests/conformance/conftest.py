"""The stand-in over https, and clients that nobody here wrote, set up as their manuals say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from urllib.parse import urlsplit

import pytest
import requests
from simple_salesforce.api import Salesforce, SFType

from simulator.scenarios import create
from simulator.server import Stand, running
from simulator.store import Org
from simulator.world import Token

_numbers = count(1)


@pytest.fixture(scope="session")
def secure_stand() -> Iterator[Stand]:
    with running(tls=True) as stand:
        yield stand


@pytest.fixture(autouse=True)
def trusted(secure_stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    """How such clients learn of an authority: all of them read it through requests."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", secure_stand.authority)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)


@pytest.fixture
def org(secure_stand: Stand) -> Org:
    return create(secure_stand.world, "half_done", name=f"Conformance {next(_numbers)}", people=4)


def token_of(stand: Stand, org: Org, user_id: str | None = None) -> str:
    """An access token as sign-in would have given it."""
    value = f"{org.id[:15]}!AQconformance{next(_numbers)}"
    stand.world.tokens[value] = Token(value, org.id, user_id or org.admin_id)
    return value


def objects(client: Salesforce, name: str) -> SFType:
    """`client.PermissionSet` and its like, by the client's own attribute."""
    found = getattr(client, name)
    assert isinstance(found, SFType)
    return found


@pytest.fixture
def connect(secure_stand: Stand) -> Iterator[Callable[..., Salesforce]]:
    sessions: list[requests.Session] = []

    def make(org: Org, user_id: str | None = None, version: str = "66.0") -> Salesforce:
        sessions.append(requests.Session())
        return Salesforce(
            instance=urlsplit(secure_stand.url).netloc,
            session_id=token_of(secure_stand, org, user_id),
            version=version,
            session=sessions[-1],
        )

    yield make
    for each in sessions:
        each.close()


@pytest.fixture
def sf(connect: Callable[..., Salesforce], org: Org) -> Salesforce:
    """The administrator's connection."""
    return connect(org)
