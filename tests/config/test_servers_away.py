"""Every server that we need, in every kind of trouble: an answer in time, in words, and nothing hangs.

Salesforce is tried likewise in tests/faults/ and tests/orgs/salesforce/.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings as django_settings
from django.core import mail
from django.db import OperationalError, connection
from django.test import Client
from kombu.exceptions import OperationalError as BrokerAway
from pytest_django import Settings

from config.postgresql import answers_within
from config.postgresql.base import DatabaseWrapper
from teams.models import User
from tests.conftest import PASSWORD
from tests.fixture_types import FreePort
from tests.troubled_server import LEAVES_SOCKETS, Place, Saying, Server, Tunnel, running
from tests.waiting import eventually
from wizard.live import stream as live_stream

pytestmark = [pytest.mark.django_db, *LEAVES_SOCKETS]

LOGIN, RESET = "/account/login/", "/account/password/reset/"
HALF = {"broker": b"+PO", "database": b"R\x00\x00", "mail": b"220 mail.exam"}


@contextmanager
def in_trouble(kind: str, half: bytes, free_port: FreePort) -> Iterator[int]:
    """The port of a server that is closed, silent or answers half."""
    if kind == "closed":
        yield free_port()
        return
    with running(Saying(half) if kind == "half" else Server()) as server:
        yield server.port


@contextmanager
def slowly(to: Place) -> Iterator[int]:
    with running(Tunnel(to, delay=0.05)) as server:
        yield server.port


def real_redis() -> tuple[str, int]:
    address = django_settings.REDIS_URL.partition("://")[2].partition("/")[0]
    host, _colon, port = address.rpartition("@")[2].partition(":")
    return host, int(port)


def real_database() -> Place:
    its = connection.settings_dict
    port = its["PORT"] or "5432"
    return f"{its['HOST']}/.s.PGSQL.{port}" if its["HOST"].startswith("/") else (its["HOST"], int(port))


def use_cache(settings: Settings, port: int) -> None:
    default = settings.CACHES["default"]
    settings.CACHES = {"default": {**default, "LOCATION": f"redis://127.0.0.1:{port}/0"}}


TROUBLES = ["closed", "silent", "half"]


@pytest.mark.parametrize("kind", TROUBLES)
def test_it_is_not_ready_while_the_broker_is_in_trouble(
    client: Client, settings: Settings, free_port: FreePort, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    with in_trouble(kind, HALF["broker"], free_port) as port:
        settings.REDIS_URL = f"redis://:a-secret@127.0.0.1:{port}/0"
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() | {"broker": False} == answer.json()
    assert "a-secret" not in caplog.text


def test_a_slow_broker_is_a_ready_one(client: Client, settings: Settings) -> None:
    with slowly(real_redis()) as port:
        settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
        assert client.get("/readyz").json()["broker"]


@pytest.mark.parametrize("kind", TROUBLES)
def test_it_is_not_ready_while_the_cache_is_in_trouble(
    client: Client, settings: Settings, free_port: FreePort, kind: str
) -> None:
    """Every limit of a sign-in is counted there."""
    with in_trouble(kind, HALF["broker"], free_port) as port:
        use_cache(settings, port)
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert [part for part, answers in answer.json().items() if answers] == ["database", "migrations"]


@pytest.mark.parametrize("kind", TROUBLES)
@pytest.mark.parametrize("path", [LOGIN, RESET])
def test_signing_in_and_a_new_password_say_when_to_try_again(
    client: Client,
    settings: Settings,
    dana: User,
    free_port: FreePort,
    kind: str,
    path: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    client.raise_request_exception = False
    form = {"login": dana.email, "email": dana.email, "password": PASSWORD}
    healthy = settings.CACHES
    with in_trouble(kind, HALF["broker"], free_port) as port:
        use_cache(settings, port)
        answer = client.post(path, form)
    settings.CACHES = healthy
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert str(port) not in answer.content.decode()
    assert client.post(path, form).status_code == 302, "and then it works again"


def test_a_slow_cache_lets_people_in(client: Client, settings: Settings, dana: User) -> None:
    with slowly(real_redis()) as port:
        use_cache(settings, port)
        answer = client.post(LOGIN, {"login": dana.email, "password": PASSWORD})
        assert answer.status_code == 302


@pytest.mark.parametrize("kind", TROUBLES)
def test_a_press_that_queues_something_does_not_hang(
    settings: Settings, free_port: FreePort, kind: str
) -> None:
    with in_trouble(kind, HALF["broker"], free_port) as port:
        app = Celery("elsewhere", broker=f"redis://127.0.0.1:{port}/0", set_as_current=False)
        app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
        with pytest.raises(BrokerAway):
            app.send_task("nothing", retry_policy={"max_retries": 1, "interval_start": 0.2})


def test_the_stream_notices_a_broker_that_fell_silent(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(live_stream, "QUIET_SECONDS", 0.3)
    settings.REDIS_LIMITS = {**settings.REDIS_LIMITS, "socket_timeout": 1.0}

    async def fall_silent(tunnel: Tunnel) -> None:
        hub, subscribed = live_stream.Hub(), asyncio.Event()
        hub._wake_all = subscribed.set  # type: ignore[method-assign]
        listening = asyncio.create_task(hub._listen())
        await asyncio.wait_for(subscribed.wait(), 20)
        await asyncio.sleep(1)  # the broker says nothing by itself, and is believed when it answers
        assert "broker away" not in caplog.text
        subscribed.clear()
        tunnel.muted.set()
        while "broker away" not in caplog.text:
            await asyncio.sleep(0.1)
        tunnel.muted.clear()
        await asyncio.wait_for(subscribed.wait(), 20)
        listening.cancel()

    with running(Tunnel(real_redis())) as tunnel:
        settings.REDIS_URL = f"redis://127.0.0.1:{tunnel.port}/0"
        asyncio.run(fall_silent(tunnel))


@pytest.fixture
def database() -> Iterator[Callable[[int], DatabaseWrapper]]:
    """A connection of its own, to our database behind another port."""
    made: list[DatabaseWrapper] = []

    def at(port: int) -> DatabaseWrapper:
        options = {**connection.settings_dict["OPTIONS"], "connect_timeout": "2", "sslmode": "disable"}
        place = {"HOST": "127.0.0.1", "PORT": str(port), "OPTIONS": options}
        made.append(DatabaseWrapper({**connection.settings_dict, **place}, "elsewhere"))
        return made[-1]

    yield at
    for each in made:
        each.close()


def ask(wrapper: DatabaseWrapper) -> int:
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT 1")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("kind", TROUBLES)
def test_a_database_in_trouble_is_given_up_in_time(
    database: Callable[[int], DatabaseWrapper], free_port: FreePort, kind: str
) -> None:
    with in_trouble(kind, HALF["database"], free_port) as port, pytest.raises(OperationalError):
        ask(database(port))


def test_a_database_that_falls_silent_is_given_up_and_asked_again_later(
    database: Callable[[int], DatabaseWrapper],
) -> None:
    with running(Tunnel(real_database())) as tunnel:
        wrapper = database(tunnel.port)
        assert ask(wrapper) == 1
        tunnel.muted.set()
        with answers_within(0.5), pytest.raises(OperationalError, match="no answer in"):
            ask(wrapper)
        tunnel.muted.clear()
        wrapper.close_if_unusable_or_obsolete()
        assert ask(wrapper) == 1


def test_a_slow_database_is_waited_for(database: Callable[[int], DatabaseWrapper]) -> None:
    with slowly(real_database()) as port, answers_within(20):
        assert ask(database(port)) == 1


def test_a_question_that_takes_longer_than_a_page_may_wait_fails_alone(
    database: Callable[[int], DatabaseWrapper],
) -> None:
    with running(Tunnel(real_database())) as tunnel:
        wrapper = database(tunnel.port)
        with answers_within(0.3), pytest.raises(OperationalError), wrapper.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(2)")
        wrapper.close_if_unusable_or_obsolete()
        with answers_within(30):
            assert ask(wrapper) == 1


def use_mail(settings: Settings, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 1


@pytest.mark.parametrize("kind", TROUBLES)
def test_a_link_that_can_not_be_sent_is_no_mistake_of_the_persons(
    client: Client,
    settings: Settings,
    dana: User,
    free_port: FreePort,
    kind: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    client.raise_request_exception = False
    with in_trouble(kind, HALF["mail"], free_port) as port:
        use_mail(settings, port)
        answer = client.post(RESET, {"email": dana.email})
    assert answer.status_code == 503
    assert dana.email not in answer.content.decode()


class SlowMail(Server):
    """An SMTP server that takes its time and keeps what it is sent."""

    def __init__(self) -> None:
        self.taken = b""
        super().__init__()

    def talk(self, client: socket.socket) -> None:
        client.sendall(b"220 slow\r\n")
        in_data = False
        while line := client.recv(65536):
            self._stopped.wait(0.1)
            self.taken += line
            if in_data and not self.taken.endswith(b"\r\n.\r\n"):
                continue
            in_data = line.upper().startswith(b"DATA")
            client.sendall(b"354 go on\r\n" if in_data else b"250 yes\r\n")


def test_a_slow_mail_server_gets_the_link(client: Client, settings: Settings, dana: User) -> None:
    with running(SlowMail()) as server:
        use_mail(settings, server.port)
        settings.EMAIL_TIMEOUT = 10
        assert client.post(RESET, {"email": dana.email}).status_code == 302
        eventually("it has the link", lambda: b"/account/password/reset/key/" in server.taken)
    assert mail.outbox == []


def test_every_process_limits_what_the_database_may_take() -> None:
    for entrance in ("serve/pages.py", "stream.py", "celery.py"):
        source = (Path(django_settings.BASE_DIR) / "config" / entrance).read_text(encoding="utf-8")
        assert "limit_answers()" in source
