"""Clients that nobody here wrote, set up as their manuals say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce.api import Salesforce, SFType

from simulator.org.store import Org
from simulator.scenarios import create
from simulator.server import Stand
from simulator.world import Token

_numbers = count(1)


class WithoutTls(HTTPAdapter):
    """Sends what is for https://<the stand-in> as plain http; nothing else of the request changes.

    simple-salesforce makes https addresses whatever it is told, and the stand-in speaks no TLS.
    """

    def send(self, request: requests.PreparedRequest, *_args: Any, **options: Any) -> requests.Response:
        assert request.url is not None
        request.url = request.url.replace("https://", "http://", 1)
        return super().send(request, **options)


def session_to(url: str) -> requests.Session:
    """A session in which https://<the stand-in> works."""
    session = requests.Session()
    session.mount(f"https://{urlsplit(url).netloc}", WithoutTls())
    return session


@pytest.fixture
def org(stand: Stand) -> Org:
    return create(stand.world, "half_done", name=f"Conformance {next(_numbers)}", people=4)


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
def connect(stand: Stand) -> Iterator[Callable[..., Salesforce]]:
    sessions: list[requests.Session] = []

    def make(org: Org, user_id: str | None = None, version: str = "66.0") -> Salesforce:
        sessions.append(session_to(stand.url))
        return Salesforce(
            instance=urlsplit(stand.url).netloc,
            session_id=token_of(stand, org, user_id),
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
