"""Over TLS: the server behind the address that was checked has to be the one that the name says."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pytest_django import Settings

from notices.channels import http
from tests.certificates import make_authority
from tests.notices.telling import Receiver
from tests.troubled_server import LEAVES_SOCKETS, Saying, Tunnel, running

pytestmark = [*LEAVES_SOCKETS]


def test_a_certificate_is_asked_of_whoever_answers(
    tmp_path: Path, receiver: Receiver, settings: Settings
) -> None:
    authority = make_authority(tmp_path)
    port = int(receiver.url.split(":")[2].partition("/")[0])
    with running(Tunnel(("127.0.0.1", port), authority.context)) as server:
        assert http.post(f"https://127.0.0.1:{server.port}/x", b"{}", {}).error == "NOT_TRUSTED"
        settings.CA_FILE = authority.file
        assert http.post(f"https://127.0.0.1:{server.port}/x", b"{}", {}).arrived
        assert http.post(f"https://localhost:{server.port}/x", b"{}", {}).error == "NOT_TRUSTED"


def test_an_answer_that_trickles_is_cut_when_the_time_is_up(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    monkeypatch.setattr(http, "SECONDS", 0.5)

    class Trickling(Saying):
        def talk(self, client: object) -> None:  # a header that never ends, a byte each moment
            done = threading.Event()
            try:
                while not done.wait(0.05):
                    client.sendall(b"H")  # type: ignore[attr-defined]
            except OSError:
                return

    with running(Trickling(b"")) as server:
        assert http.post(f"http://127.0.0.1:{server.port}/", b"{}", {}).error == "TIMEOUT"


def test_a_proxy_is_asked_for_the_name_and_sees_nothing_of_what_is_sent(
    tmp_path: Path, receiver: Receiver, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = make_authority(tmp_path)
    settings.CA_FILE = authority.file
    with running(Saying(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:p%40ss@127.0.0.1:{proxy.port}")
        monkeypatch.setenv("NO_PROXY", "")
        assert http.post("https://hooks.invalid/x", b"{}", {}).error == "NO_CONNECTION"
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        port = int(receiver.url.split(":")[2].partition("/")[0])
        with running(Tunnel(("127.0.0.1", port), authority.context)) as server:
            assert http.post(f"https://127.0.0.1:{server.port}/x", b"{}", {}).arrived
