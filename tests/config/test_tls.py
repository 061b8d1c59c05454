"""A private authority, a client certificate and a proxy, for everything that we call over TLS."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from allauth.socialaccount.adapter import get_adapter
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.db import connection
from django.test import RequestFactory
from pytest_django import Settings

from config.env import database, pem_file
from orgs import oauth
from orgs.salesforce.errors import NoAnswer
from orgs.salesforce.transport import Transport
from simulator.server import Stand
from tests.certificates import make_authority
from tests.config.test_servers_away import real_database
from tests.troubled_server import LEAVES_SOCKETS, Place, Server, Tunnel, running

pytestmark = [*LEAVES_SOCKETS]


class House:
    """A company's own authority, and a certificate from it with which its clients say who they are."""

    def __init__(self, folder: Path) -> None:
        self.servers, self.clients = make_authority(folder / "servers"), make_authority(folder / "clients")
        self.client = str(folder / "clients" / "server.pem")
        Path(self.client).chmod(0o600)  # else libpq refuses it

    def asks_for_a_certificate(self) -> ssl.SSLContext:
        context = self.servers.context
        context.load_verify_locations(self.clients.file)
        context.verify_mode = ssl.CERT_REQUIRED
        return context

    def is_trusted_by(self, settings: Settings) -> None:
        settings.CA_FILE, settings.CLIENT_CERT_FILE = self.servers.file, self.client


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def org(house: House, stand: Stand) -> Iterator[str]:
    """The stand-in behind TLS, at a server that asks each client who it is."""
    port = int(stand.url.rpartition(":")[2])
    with running(Tunnel(("127.0.0.1", port), house.asks_for_a_certificate())) as server:
        yield f"https://127.0.0.1:{server.port}"


def read(address: str) -> None:
    with closing(Transport(address, sleep=lambda _seconds: None)) as transport:
        assert transport.send("GET", "/services/data", None, safe=True).status == 200


def exchange(address: str) -> None:
    pair = oauth.ClientCredentials("connect-guide-stand-in", "stand-in-secret")
    with pytest.raises(oauth.GrantRefused, match=r"invalid_grant|expired"):
        oauth.exchange(address, pair, code="none", verifier="none" * 20)


def revoke(address: str) -> None:
    oauth.revoke(address, "nobody-s-token")


def sign_in_with_the_company(address: str) -> None:
    request = RequestFactory().get("/")
    with get_adapter(request).get_requests_session() as session:
        assert session.get(f"{address}/services/data", timeout=5).status_code == 200


CALLS = [read, exchange, revoke, sign_in_with_the_company]


@pytest.mark.parametrize("call", CALLS)
def test_a_private_authority_is_trusted_and_told_who_we_are(
    call: Callable[[str], None], org: str, house: House, settings: Settings
) -> None:
    with pytest.raises((NoAnswer, requests.ConnectionError)):
        call(org)
    house.is_trusted_by(settings)
    call(org)


class Proxy(Server):
    """A company's proxy: connects where it is asked to, and remembers it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__()

    def talk(self, client: socket.socket) -> None:
        head = client.recv(4096).decode()
        place = head.split()[1]
        self.asked.append(place)
        host, _colon, port = place.rpartition(":")
        with socket.create_connection((host, int(port))) as server:
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            threading.Thread(target=pump, args=[server, client], daemon=True).start()
            pump(client, server)


def pump(source: socket.socket, to: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            to.sendall(data)
        to.shutdown(socket.SHUT_WR)


@pytest.mark.parametrize("call", CALLS)
def test_every_call_goes_by_the_companys_proxy(
    call: Callable[[str], None], org: str, house: House, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.is_trusted_by(settings)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with running(Proxy()) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        call(org)
        assert set(proxy.asked) == {org.removeprefix("https://")}


class Mail(Server):
    """An SMTP server that keeps what it is sent."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.taken = b""
        super().__init__(context)

    def talk(self, client: socket.socket) -> None:
        client.sendall(b"220 mail\r\n")
        in_data = False
        while line := client.recv(65536):
            self.taken += line
            if in_data and not self.taken.endswith(b"\r\n.\r\n"):
                continue
            in_data = line.upper().startswith(b"DATA")
            client.sendall(b"354 go on\r\n" if in_data else b"250 yes\r\n")


def test_mail_goes_to_a_server_of_the_house(house: House, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "config.tls.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_SSL, settings.EMAIL_TIMEOUT = "127.0.0.1", True, 5
    with running(Mail(house.asks_for_a_certificate())) as server:
        settings.EMAIL_PORT = server.port
        with pytest.raises(ssl.SSLError):
            EmailMessage("subject", "words", to=["ann@example.com"]).send()
        house.is_trusted_by(settings)
        EmailMessage("subject", "words", to=["ann@example.com"]).send()
        assert b"Subject: subject" in server.taken


class TlsDatabase(Tunnel):
    """PostgreSQL's own beginning of TLS, before the real server, which was built without."""

    def __init__(self, to: Place, context: ssl.SSLContext) -> None:
        self._inner = context
        super().__init__(to)

    def talk(self, client: socket.socket) -> None:
        client.recv(8)  # SSLRequest
        client.sendall(b"S")
        wrapped = self._inner.wrap_socket(client, server_side=True)
        self._open.append(wrapped)
        super().talk(wrapped)


def test_the_database_is_checked_and_told_who_we_are(house: House) -> None:
    whole = connection.settings_dict
    with running(TlsDatabase(real_database(), house.asks_for_a_certificate())) as server:
        address = f"postgres://{whole['USER']}@127.0.0.1:{server.port}/postgres?sslmode=verify-full"
        ours = f"&sslcert={house.client}&sslkey={house.client}"
        for query, authority in (("", house.servers.file), (ours, ""), (ours, house.clients.file)):
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(**parameters(database(address + query, authority)))
        with psycopg.connect(**parameters(database(address + ours, house.servers.file))) as opened:
            assert opened.execute("SELECT 1").fetchone() == (1,)


def parameters(found: dict[str, Any]) -> dict[str, Any]:
    names = {"NAME": "dbname", "USER": "user", "HOST": "host", "PORT": "port"}
    return {**{name: found[key] for key, name in names.items()}, **found["OPTIONS"]}


@pytest.mark.parametrize("name", ["CA_FILE", "CLIENT_CERT_FILE"])
def test_a_file_that_is_none_is_refused_at_once(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").touch()
    for file in (tmp_path / "empty.pem", tmp_path / "nowhere.pem"):
        with pytest.raises(ImproperlyConfigured, match=f"{name} must name a file"):
            pem_file(name, str(file), private=name == "CLIENT_CERT_FILE")
