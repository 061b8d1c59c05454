"""Pages and live stream in one process: for the try-out. In production the pages run under WSGI
and `config.stream` in its own process, which serves three times as many pages (see the design)."""

from __future__ import annotations

import os
import warnings

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# WhiteNoise's small files are read in one go: fine here, and said once for each worker otherwise.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

pages = get_asgi_application()  # sets Django up, which the stream's models need

from config.stream import Receive, Scope, Send, is_stream  # noqa: E402
from config.stream import application as stream  # noqa: E402


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan" or is_stream(scope):
        await stream(scope, receive, send)
    else:
        await pages(dict(scope), receive, send)  # type: ignore[arg-type]  # one kind of mapping or another
