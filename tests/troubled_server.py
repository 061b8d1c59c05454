"""Servers as they are in trouble: away, silent, half-answering, slow, vanished; and one that speaks TLS.

Real sockets on loopback, in threads of this process: what a client does then is what it does in production.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

import pytest

S = TypeVar("S", bound="Server")

# A connection that failed leaves a socket for the garbage collector, in the libraries: `swept` collects it
# while the test that made it runs, not in one that comes later.
LEAVES_SOCKETS = (
    pytest.mark.usefixtures("swept"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
)


class Server:
    """Accepts connections and hands each to `talk`, in a thread of its own."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.2)
        self._context = context
        self._open: list[socket.socket] = []
        self._stopped = threading.Event()
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                client, _address = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            client.settimeout(None)
            self._open.append(client)
            threading.Thread(target=self._begin, args=[client], daemon=True).start()

    def _begin(self, client: socket.socket) -> None:
        with suppress(OSError):  # the client left, or did not like our certificate
            if self._context:
                client = self._context.wrap_socket(client, server_side=True)
                self._open.append(client)
            self.talk(client)

    def talk(self, client: socket.socket) -> None:
        """Silent: takes everything and says nothing."""
        while client.recv(4096):
            pass

    def stop(self) -> None:
        self._stopped.set()
        for each in (self._listener, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


class Saying(Server):
    """Says the same to everything that it is asked, such as half an answer, and nothing more."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        super().__init__()

    def talk(self, client: socket.socket) -> None:
        if client.recv(4096):
            client.sendall(self._answer)
        super().talk(client)


Place = tuple[str, int] | str  # a host and a port, or a socket's path


class Tunnel(Server):
    """Passes everything on to a real server, until it is `muted`; `delay` seconds late."""

    def __init__(self, to: Place, context: ssl.SSLContext | None = None, delay: float = 0.0) -> None:
        self._to = to
        self._delay = delay
        self.muted = threading.Event()
        super().__init__(context)

    def talk(self, client: socket.socket) -> None:
        unix = isinstance(self._to, str)
        server = socket.socket(socket.AF_UNIX if unix else socket.AF_INET)
        server.connect(self._to)
        self._open.append(server)
        back = threading.Thread(target=self._pass_on, args=[server, client], daemon=True)
        back.start()
        self._pass_on(client, server)

    def _pass_on(self, source: socket.socket, to: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if self._delay:
                    self._stopped.wait(self._delay)
                if not self.muted.is_set():
                    to.sendall(data)
            to.shutdown(socket.SHUT_WR)


@contextmanager
def running(server: S) -> Iterator[S]:
    try:
        yield server
    finally:
        server.stop()
