"""203.0.113.1 (RFC 5737) is no address of this machine: the kernel refuses it as it does a missing family."""

from __future__ import annotations

import socket

import pytest

from config.serve.loopback import addresses_of, family_of, those_here

ABSENT = ("203.0.113.1", "2001:db8::1")


@pytest.mark.parametrize(
    ("addresses", "here"),
    [
        (("127.0.0.1", ABSENT[1]), ("127.0.0.1",)),  # a machine with IPv4 only
        ((ABSENT[0], "::1"), ("::1",)),  # a machine with IPv6 only
        (("127.0.0.1", "::1"), ("127.0.0.1", "::1")),
    ],
)
def test_what_the_machine_lacks_is_left_out(addresses: tuple[str, ...], here: tuple[str, ...]) -> None:
    assert those_here(addresses) == here


def test_only_localhost_is_two_addresses() -> None:
    assert addresses_of("localhost") == ("127.0.0.1", "::1")
    assert addresses_of("0.0.0.0") == ("0.0.0.0",)
    assert (family_of("::1"), family_of("127.0.0.1")) == (socket.AF_INET6, socket.AF_INET)
