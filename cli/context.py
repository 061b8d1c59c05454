"""Which server a command speaks to, and as whom: found once it is needed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property

import requests

from cli import kept_keys
from cli.ends import End, Failure
from cli.server import Bearer, Server, address_of

KEY, SERVER = "CONNECT_GUIDE_KEY", "CONNECT_GUIDE_SERVER"


@dataclass
class Context:
    """What was said before the command's name."""

    address: str = ""
    local: bool = False
    person: str = ""  # with `local`: whose rights and name

    @cached_property
    def server(self) -> Server:
        if self.local:
            from cli.local import local_server  # loads the whole app

            return local_server(self.person)
        return server_at(*self._address_and_key())

    def _address_and_key(self) -> tuple[str, str]:
        kept = kept_keys.read()
        address = address_of(self.address) if self.address else kept.default
        if not address:
            raise Failure(
                End.NOT_LET_IN,
                f"Which server? Run `connect-guide login https://...`, or set {SERVER} and {KEY}.",
            )
        key = os.environ.get(KEY, "").strip() or kept.keys.get(address, "")
        if not key:
            raise Failure(
                End.NOT_LET_IN,
                f"There is no key for {address}. Run `connect-guide login {address}`, or set {KEY}.",
            )
        return address, key


def server_at(address: str, key: str) -> Server:
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise Failure(End.NOT_LET_IN, "This is no key of Connect Guide: it has characters that no key has.")
    session = requests.Session()
    session.auth = Bearer(key)
    return Server(address, session)
