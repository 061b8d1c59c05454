"""Django's pages behind a server that waits for slow people without holding a thread for them.

A request gets a thread only when all of it is here, and has given it back before the answer is sent. So
hundreds of connections that send a byte now and then take nothing from anybody else.

Why it is ours: tried on 30 November 2026 with 200 connections that send a byte every three seconds. waitress
3.0 and hypercorn 0.18 (as a server, or its WSGI middleware below uvicorn) leave the pages answering too. But
neither ends a body that trickles: after 30 s all 200 were still held, here they are gone after `SECONDS`.
waitress is one process, and lets go of requests under way after 5 s when it is stopped; neither has threads
for probes that pages can't take, nor drops the header `X_Forwarded_For`, which WSGI can't tell from the
proxy's own. granian 2.8 held none after 3 s, but gives a thread to a body that has only begun.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from wsgiref.types import WSGIApplication

from config.probes import asked_by

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

THREADS = 8
MOST_BYTES = 1024 * 1024  # settings.DATA_UPLOAD_MAX_MEMORY_SIZE, which answers with a page, is below it
SECONDS = 20.0  # for a whole body: the longest form has 30 kB


class Refused(Exception):
    """A body that is too long or too slow."""

    def __init__(self, status: int) -> None:
        self.status = status


class Gone(Exception):
    """Whoever asked has left."""


class Answer:
    """What a WSGI application answers, all of it."""

    status = 500
    headers: list[tuple[bytes, bytes]]
    body = b""

    def start(
        self, status: str, headers: list[tuple[str, str]], problem: Any = None, /
    ) -> Callable[..., Any]:
        self.status = int(status.split(" ", 1)[0])
        self.headers = [(name.lower().encode(), value.strip().encode("latin-1")) for name, value in headers]
        return lambda _more: None


class Buffered:
    """An ASGI application around a WSGI one."""

    def __init__(
        self, application: WSGIApplication, *, threads: int = THREADS, seconds: float = SECONDS
    ) -> None:
        self._application = application
        self._seconds = seconds
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="page")
        # Whoever asks whether this process lives must not wait behind pages, nor pages behind them.
        self._probes = ThreadPoolExecutor(2, thread_name_prefix="probe")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds):
                body = await _whole(receive)
        except Gone:
            return
        except (Refused, TimeoutError) as refused:
            await _refuse(send, refused.status if isinstance(refused, Refused) else 408)
            return
        pool = self._probes if asked_by(scope["path"]) else self._pool
        answer = await asyncio.get_running_loop().run_in_executor(pool, self._answer, environ(scope, body))
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body})

    def _answer(self, asked: dict[str, Any]) -> Answer:
        answer = Answer()
        parts: Iterable[bytes] = self._application(asked, answer.start)
        try:
            answer.body = b"".join(parts)
        finally:
            close = getattr(parts, "close", None)
            if close:
                close()
        return answer


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _whole(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            raise Refused(413)
        if not message.get("more_body"):
            return bytes(body)


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    words = b"Too much was sent.\n" if status == 413 else b"What was sent did not arrive in time.\n"
    await send({"type": "http.response.body", "body": words})


def environ(scope: Scope, body: bytes) -> dict[str, Any]:
    """https://peps.python.org/pep-3333/#environ-variables"""
    host, port = scope.get("server") or ("localhost", 80)
    found = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": str(host),
        "SERVER_PORT": str(port or 0),
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        # `X_Forwarded_For` would become what `X-Forwarded-For` does: a proxy may not have looked at it.
        if b"_" in raw_name:
            continue
        name, value = raw_name.decode("latin-1").upper().replace("-", "_"), raw_value.decode("latin-1")
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        joined = "; " if key == "HTTP_COOKIE" else ","
        found[key] = f"{found[key]}{joined}{value}" if key in found else value
    found["CONTENT_LENGTH"] = str(len(body))  # also of a body that came in chunks
    return found
