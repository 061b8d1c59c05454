"""The stand-in without a socket: requests goes straight to its WSGI app, where the wire is not the subject.

Everything else is as over HTTP: the session of requests, the whole app with its layer of faults, and the
answer as bytes that http.client parses. Only the time of an answer is nobody's business here: a `timeout`
has no effect, so what is about waiting, keep-alive or many connections needs the server.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from email.utils import formatdate
from http.client import HTTPResponse, RemoteDisconnected
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
import requests
import urllib3
from cheroot.errors import FatalSSLAlert
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.exceptions import ProtocolError

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_SERVER = "stand-in"  # as simulator.server calls itself


@contextmanager
def in_process(url: str, app: App) -> Iterator[None]:
    """Answer what any session of this process asks of `url`, whatever adapters the session has."""
    adapter, here, elsewhere = InProcess(app), f"{url}/", requests.Session.get_adapter

    def choose(session: requests.Session, url: str) -> BaseAdapter:
        return adapter if f"{url}/".startswith(here) else elsewhere(session, url)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests.Session, "get_adapter", choose)
        yield


class InProcess(BaseAdapter):
    """Sends requests to a WSGI app in this thread."""

    def __init__(self, app: App) -> None:
        super().__init__()
        self.app = app
        self._parts = HTTPAdapter()

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: object = None,
        verify: bool | str = True,
        cert: object = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        try:
            sent = _answer(self.app, _environ(request))
        except FatalSSLAlert as hung_up:  # what tells cheroot to close the connection
            lost = ProtocolError("Connection aborted.", RemoteDisconnected("no answer"))
            raise requests.ConnectionError(lost, request=request) from hung_up
        parsed = HTTPResponse(_Sent(sent), method=request.method)  # type: ignore[arg-type]
        parsed.begin()
        return self._parts.build_response(request, _as_from_a_pool(parsed, request))

    def close(self) -> None:
        self._parts.close()


class _Sent:
    """As much of a socket as http.client reads from."""

    def __init__(self, sent: bytes) -> None:
        self.sent = sent

    def makefile(self, *_mode: str) -> BytesIO:
        return BytesIO(self.sent)


def _environ(request: requests.PreparedRequest) -> dict[str, Any]:
    assert request.url is not None
    address = urlsplit(request.url)
    body = request.body or b""
    raw = body.encode() if isinstance(body, str) else body
    assert isinstance(raw, bytes), "a body in pieces: send it over HTTP"
    environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(address.path or "/").decode("latin-1"),
        "QUERY_STRING": address.query,
        "SERVER_NAME": address.hostname,
        "SERVER_PORT": str(address.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": address.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": address.scheme,
        "wsgi.input": BytesIO(raw),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    return environ | {_variable(name): _text(value) for name, value in request.headers.items()}


def _variable(name: str) -> str:
    plain = name.upper().replace("-", "_")
    return plain if plain in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{plain}"


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _answer(app: App, environ: dict[str, Any]) -> bytes:
    """The bytes that a server would send; an answer that breaks off is shorter than it says."""
    head: list[str] = []

    def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
        given = {name.lower() for name, _value in headers}
        more = [("Date", formatdate(usegmt=True)), ("Server", _SERVER)]
        lines = [*headers, *(each for each in more if each[0].lower() not in given)]
        head[:] = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in lines)]

    chunks = app(environ, start)
    sent = b""
    with closing(chunks) if hasattr(chunks, "close") else nullcontext():  # type: ignore[type-var]
        try:
            for chunk in chunks:
                sent += chunk
        except FatalSSLAlert:
            if not sent:
                raise
    return "\r\n".join([*head, "", ""]).encode("latin-1") + sent


def _as_from_a_pool(parsed: HTTPResponse, request: requests.PreparedRequest) -> urllib3.HTTPResponse:
    return urllib3.HTTPResponse(
        body=parsed,
        headers=urllib3.HTTPHeaderDict(parsed.msg.items()),
        status=parsed.status,
        version=parsed.version,
        reason=parsed.reason,
        preload_content=False,
        decode_content=False,
        original_response=parsed,
        request_method=request.method,
    )
