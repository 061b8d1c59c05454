"""Whom we trust on the way out, and who we say that we are: `CA_FILE` and `CLIENT_CERT_FILE`.

The system's authorities stay trusted beside a private one: the mail server may be of the house and
Salesforce is not.
"""

from __future__ import annotations

import functools
import ssl
from typing import Any

from django.conf import settings
from requests import RequestException, Session
from requests.adapters import HTTPAdapter

__all__ = ["CALL_FAILED", "Adapter", "Session", "anonymous", "context", "mount"]

CALL_FAILED = RequestException


def context() -> ssl.SSLContext:
    return _made_of(settings.CA_FILE, settings.CLIENT_CERT_FILE)


def anonymous() -> ssl.SSLContext:
    """For servers that strangers run: they are not told who we are."""
    return _made_of(settings.CA_FILE, "")


@functools.cache  # the system's authorities are read in 10 ms or more, and each client of an org needs it
def _made_of(authority: str, client: str) -> ssl.SSLContext:
    made = ssl.create_default_context()
    if authority:
        made.load_verify_locations(cafile=authority)
    if client:
        made.load_cert_chain(client)
    return made


class Adapter(HTTPAdapter):
    """Of `requests`: to a server, or to it through a proxy."""

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, **more, ssl_context=context())

    def proxy_manager_for(self, proxy: str, **more: Any) -> Any:
        return super().proxy_manager_for(proxy, **more, ssl_context=context())


def mount(session: Session, adapter: HTTPAdapter | None = None) -> Session:
    session.mount("https://", adapter or Adapter())
    return session
