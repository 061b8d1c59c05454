"""Where a client goes on after their part, as the program says that made the link.

No redirect leads there: it stands on the last page as a link with its host, for the client to judge. It is
kept with the link, so nobody can put another one into an address of ours.
"""

from __future__ import annotations

from urllib.parse import urlsplit

LONGEST = 500


class NotAllowed(Exception):
    """Anything but a plain https address of a named host."""


def checked(address: str) -> str:
    """The address as it may be shown; empty for none. Raises `NotAllowed`."""
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise NotAllowed from None
    plain = address.isascii() and address.isprintable() and not {*' \\"<>`{}|^'} & {*address}
    named = "." in host.strip(".") and not host.replace(".", "").isdigit() and ":" not in host
    if parts.scheme != "https" or not plain or not named or "@" in parts.netloc or len(address) > LONGEST:
        raise NotAllowed
    return address


def host_of(address: str) -> str:
    return urlsplit(address).hostname or ""
