"""Pages and live stream in one process: for the try-out, which has no proxy."""

from __future__ import annotations

from config.serve.pages import application as pages  # first: it sets Django up
from config.stream import Receive, Scope, Send, is_stream
from config.stream import application as stream


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan" or is_stream(scope):
        await stream(scope, receive, send)
    else:
        await pages(scope, receive, send)
