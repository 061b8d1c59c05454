"""The live stream in a process of its own: `python -m config.serve stream`. Serves no page."""

from __future__ import annotations

import asyncio
import os

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
if not apps.ready:
    django.setup()

from config import postgresql, process_heartbeats, tracing
from config.probes import asked_by
from wizard.live.stream import Receive, Scope, Send, hub, stream

__all__ = ["Receive", "Scope", "Send", "application", "is_stream"]

PATH = "/events/"
postgresql.limit_answers()


def is_stream(scope: Scope) -> bool:
    return bool(scope["type"] == "http" and scope["path"].startswith(PATH))


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if is_stream(scope):
        given = dict(scope["headers"]).get(tracing.HEADER.lower().encode(), b"").decode("latin-1")
        with tracing.a_request(given):
            await stream(scope, receive, send)
    elif scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        await _answer(scope, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    """Nothing to prepare: the stream subscribes when its first viewer comes. It says that it lives."""
    beating = asyncio.create_task(process_heartbeats.stream_beats(hub.viewers))
    try:
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    finally:
        beating.cancel()


async def _answer(scope: Scope, send: Send) -> None:
    """Health checks; any other address is not here."""
    status, body = (200, b"ok\n") if asked_by(scope["path"]) == "/healthz" else (404, b"not found\n")
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
