"""Which hosts may be called: those of the internet, and what the installation allows besides.

A name is resolved once, each address behind it is checked, and what was checked is what is called: a name
that leads elsewhere a moment later (DNS rebinding) leads nowhere.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings

Address = IPv4Address | IPv6Address
_NAT64 = ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address


class Refused(Exception):
    """`code` says why, for `notices.words`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Target:
    """Where to send, in the parts that were checked."""

    host: str
    port: int
    is_tls: bool
    path: str

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_tls else 80) else f"{host}:{self.port}"


def target(url: str) -> Target:
    """The parts of an address that may be called at all; raises `Refused`."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = (parts.hostname or "").encode("idna").decode() if parts.hostname else ""
    except (ValueError, UnicodeError):
        raise Refused("REFUSED_ADDRESS") from None
    clean = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in ("https", "http") or not host or not clean or "@" in parts.netloc:
        raise Refused("REFUSED_ADDRESS")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, port, parts.scheme == "https", path)


def resolve(to: Target) -> str:
    """The address to call, as numbers; raises `Refused` unless every one behind the name may be."""
    try:
        found = socket.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Refused("NO_SUCH_HOST") from None
    numbers = list(dict.fromkeys(str(each[4][0]).partition("%")[0] for each in found))
    if not all(may_be_called(ip_address(number), to.is_tls) for number in numbers):
        raise Refused("REFUSED_ADDRESS")
    return numbers[0]


def may_be_called(address: Address, is_tls: bool) -> bool:
    """Without TLS only what the installation allows: it does not leave the house."""
    inner = _inside(address)
    if any(inner in network for network in settings.NOTICES_PRIVATE_NETWORKS):
        return True
    return is_tls and inner.is_global and not inner.is_multicast


def _inside(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)
