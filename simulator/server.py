"""Serves the stand-in over HTTP/1.1 with keep-alive, and keeps its state in a file."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import AF_INET, AF_INET6, socket
from threading import Event, Thread
from time import monotonic

from cheroot.wsgi import Server

from simulator.app import create_app
from simulator.world import World

_THREADS = 24
_KEPT_CONNECTIONS = 2000
_SAVE_EVERY = 1.0  # seconds
_LOOPBACK = ("127.0.0.1", "::1")  # `localhost` is both, and a machine may have only one
_ATTEMPTS = 10  # at a port that is free on every address
log = logging.getLogger("simulator")


class UnreadableState(Exception):
    """The state file is broken, or from another version."""


class CannotListen(Exception):
    """The port is taken, or not ours to take; the text says what to do."""


class Keeper(Thread):
    """Saves the world when it has changed: about once a second, and at the end."""

    def __init__(self, world: World, path: Path) -> None:
        super().__init__(name="stand-in-keeper", daemon=True)
        self.world, self.path = world, path
        self._stopping = Event()

    def run(self) -> None:
        pause = _SAVE_EVERY
        while not self._stopping.wait(pause):
            started = monotonic()
            self.save()
            # A large world takes longer to write; then it is written less often.
            pause = max(_SAVE_EVERY, 10 * (monotonic() - started))

    def save(self) -> None:
        if self.world.dirty():
            self.world.save(self.path)

    def stop(self) -> None:
        self._stopping.set()
        self.join()
        self.save()


@dataclass(frozen=True)
class Stand:
    """A running stand-in."""

    url: str
    world: World
    server: Server


def make_server(world: World, host: str, port: int) -> Server:
    server = Server(
        (host, port), create_app(world), numthreads=_THREADS, server_name="stand-in", request_queue_size=512
    )
    server.keep_alive_conn_limit = _KEPT_CONNECTIONS
    return server


def open_world(state: Path | None) -> World:
    world = World()
    if state is not None and state.exists():
        try:
            world.load(state)
        except (KeyError, TypeError, ValueError) as problem:
            message = f"{state} can't be read ({problem!r}). Move it away to begin with no orgs."
            raise UnreadableState(message) from problem
    return world


def make_servers(world: World, host: str, port: int) -> list[Server]:
    """One for each address of `host`, listening on the same port. All serve what the first one does."""
    addresses = reachable(_LOOPBACK) if host == "localhost" else (host,)
    for attempt in range(_ATTEMPTS):
        try:
            return _all_listening(world, addresses, port)
        except CannotListen:  # the port that the first one was given may be taken at the other address
            if port or attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt has ended")


def reachable(addresses: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for each in addresses if _is_here(each))


def _is_here(address: str) -> bool:
    try:
        with socket(AF_INET6 if ":" in address else AF_INET) as probe:
            probe.bind((address, 0))
    except OSError:  # no such address, or no such family of addresses at all
        return False
    return True


def _all_listening(world: World, addresses: tuple[str, ...], port: int) -> list[Server]:
    first, *others = addresses
    servers = [make_server(world, first, port)]
    _listen(servers[0], first, port)
    for address in others:
        given = servers[0].bind_addr[1]
        server = make_server(world, address, given)
        server.wsgi_app = lambda *asked: servers[0].wsgi_app(*asked)
        try:
            _listen(server, address, given)
        except CannotListen:
            for each in servers:
                each.stop()
            raise
        servers.append(server)
    return servers


def _listen(server: Server, host: str, port: int) -> None:
    try:
        server.prepare()
    except OSError as problem:
        # cheroot keeps only the text of the system's refusal.
        if "already in use" not in str(problem):
            raise CannotListen(f"Can't listen on {host}:{port}: {problem}") from problem
        message = f"Port {port} is in use: stop what runs there, or choose another with --port."
        raise CannotListen(message) from problem


@contextmanager
def running(
    *, host: str = "localhost", port: int = 0, state: Path | None = None, world: World | None = None
) -> Iterator[Stand]:
    """The stand-in in a thread of this process, on a free port unless one is named."""
    with ExitStack() as at_the_end:
        world = world or open_world(state)
        servers = make_servers(world, host, port)
        if state:
            keeper = Keeper(world, state)
            keeper.start()
            at_the_end.callback(keeper.stop)  # after the server's end, so that its last write is kept
        for server in servers:
            thread = Thread(target=server.serve, name="stand-in", daemon=True)
            thread.start()
            at_the_end.callback(thread.join)
            at_the_end.callback(server.stop)
        written = f"[{host}]" if ":" in host else host
        yield Stand(f"http://{written}:{servers[0].bind_addr[1]}", world, servers[0])
