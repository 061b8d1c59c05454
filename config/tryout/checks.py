"""What must be true before anything starts, and one clear sentence where it is not."""

from __future__ import annotations

import fcntl
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from config.serve.loopback import addresses_of, family_of


class Refused(Exception):
    """Why the try-out does not start, in words for the person at the terminal."""


def ports_are_free(ports: Mapping[str, int]) -> None:
    """`ports` maps the variable that sets a port to the port."""
    numbers = list(ports.values())
    if len(set(numbers)) != len(numbers):
        raise Refused(f"{' and '.join(ports)} must be two different ports, not both {numbers[0]}.")
    for variable, port in ports.items():
        if not 0 < port < 65536:
            raise Refused(f"{variable} must be a port between 1 and 65535, not {port}.")
        if not is_free(port):
            raise Refused(
                f"Port {port} is used by another program: choose another one with {variable}, "
                f"for example `{variable}={port + 10} make run`."
            )


def is_free(port: int) -> bool:
    """Whether nothing listens there on any address of `localhost`."""
    return all(_is_free(address, port) for address in addresses_of("localhost"))


def _is_free(address: str, port: int) -> bool:
    with socket.socket(family_of(address)) as probe:
        # As servers do: a port whose last connections are only timing out counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except PermissionError as error:
            raise Refused(f"Port {port} may not be opened by this user: choose one above 1023.") from error
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Hold the folder for this process. The lock ends with the process, however that ends."""
    (var / "run").mkdir(parents=True, exist_ok=True)
    (var / "log").mkdir(exist_ok=True)
    with (var / "run" / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused(
                "Another `make run` is already running in this folder: stop it with Ctrl-C first."
            ) from error
        yield
