"""`rediss://`: the queue, the cache, the live pages and the stream all check the server's certificate."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import kombu
import pytest
from django.core.cache import cache
from pytest_django import Settings

from config.env import redis_tls
from tests.certificates import make_authority
from tests.config.test_servers_away import real_redis
from tests.troubled_server import LEAVES_SOCKETS, Tunnel, running
from wizard.live import publish
from wizard.live.stream import Hub

pytestmark = [*LEAVES_SOCKETS]


@pytest.fixture
def encrypted(tmp_path: Path, settings: Settings) -> Iterator[Callable[[str], None]]:
    """The real broker behind TLS: `encrypted(file of an authority)` makes the settings name it."""

    publish._client.cache_clear()  # it keeps clients by address, and a port may be given out twice

    def use(authority: str) -> None:
        settings.REDIS_URL = url
        settings.REDIS_TLS = redis_tls(url, authority)
        settings.CELERY_BROKER_USE_SSL = settings.REDIS_TLS
        default = settings.CACHES["default"]
        options = {**settings.REDIS_LIMITS, **settings.REDIS_TLS}
        settings.CACHES = {"default": {**default, "LOCATION": url, "OPTIONS": options}}

    with running(Tunnel(real_redis(), make_authority(tmp_path / "ours").context)) as server:
        url = f"rediss://127.0.0.1:{server.port}/0"
        yield use


@pytest.fixture
def ours(tmp_path: Path, encrypted: Callable[[str], None]) -> str:
    return str(tmp_path / "ours" / "ca.pem")


def read_cache(settings: Settings) -> None:
    cache.get("anything")


def ping(settings: Settings) -> None:
    publish.ping()


def queue(settings: Settings) -> None:
    """As Celery opens its broker: by `CELERY_BROKER_URL` and `CELERY_BROKER_USE_SSL`."""
    options = {"socket_timeout": 2, "socket_connect_timeout": 2}
    ssl = settings.CELERY_BROKER_USE_SSL
    with kombu.Connection(settings.REDIS_URL, ssl=ssl, transport_options=options) as broker:
        assert broker.default_channel is not None, "it asks the broker for an answer when it is opened"


def subscribe(settings: Settings) -> None:
    """What the stream does first; a refusal is only in its log, as it tries again."""
    hub = Hub()

    async def first_message() -> None:
        taken = asyncio.Event()
        hub._wake_all = taken.set  # type: ignore[method-assign]
        listening = asyncio.create_task(hub._listen())
        try:
            await asyncio.wait_for(taken.wait(), 3)
        finally:
            listening.cancel()

    asyncio.run(first_message())


CLIENTS = [read_cache, ping, queue, subscribe]


@pytest.mark.parametrize("client", CLIENTS)
def test_with_its_authority_everything_is_reached(
    encrypted: Callable[[str], None], ours: str, settings: Settings, client: Callable[[Settings], object]
) -> None:
    encrypted(ours)
    client(settings)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_certificate_of_an_authority_that_nobody_named_is_refused(
    encrypted: Callable[[str], None], settings: Settings, client: Callable[[Settings], object]
) -> None:
    encrypted("")
    with pytest.raises(Exception, match=r"certificate|CERTIFICATE|^$"):
        client(settings)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_certificate_of_another_authority_is_refused(
    encrypted: Callable[[str], None], settings: Settings, client: Callable[[Settings], object], tmp_path: Path
) -> None:
    encrypted(make_authority(tmp_path / "theirs").file)
    with pytest.raises(Exception, match=r"certificate|CERTIFICATE|^$"):
        client(settings)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_certificate_for_another_host_is_refused(
    tmp_path: Path, settings: Settings, client: Callable[[Settings], object]
) -> None:
    authority = make_authority(tmp_path, address="10.1.2.3")
    with running(Tunnel(real_redis(), authority.context)) as server:
        url = f"rediss://127.0.0.1:{server.port}/0"
        settings.REDIS_URL, settings.REDIS_TLS = url, redis_tls(url, authority.file)
        settings.CELERY_BROKER_USE_SSL = settings.REDIS_TLS
        options = {**settings.REDIS_LIMITS, **settings.REDIS_TLS}
        settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": url, "OPTIONS": options}}
        publish._client.cache_clear()
        with pytest.raises(Exception, match=r"certificate|CERTIFICATE|^$"):
            client(settings)
