"""`localhost` is two addresses, and a machine may have only one of them."""

from __future__ import annotations

import socket
from collections.abc import Iterable

LOOPBACK = ("127.0.0.1", "::1")


def addresses_of(host: str) -> tuple[str, ...]:
    """The addresses to listen on for `host`: of `localhost` those that this machine has."""
    return those_here(LOOPBACK) if host == "localhost" else (host,)


def those_here(addresses: Iterable[str]) -> tuple[str, ...]:
    return tuple(each for each in addresses if _is_here(each))


def family_of(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def _is_here(address: str) -> bool:
    try:
        with socket.socket(family_of(address)) as probe:
            probe.bind((address, 0))
    except OSError:  # no such address, or no such family of addresses at all
        return False
    return True
