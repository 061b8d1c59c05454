"""The stream's own process serves the stream, its health, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from config.stream import application, is_stream


def ask(path: str, *, app: Any = application) -> list[MutableMapping[str, Any]]:
    sent: list[MutableMapping[str, object]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
    asyncio.run(app(scope, receive, send))
    return sent


@pytest.mark.parametrize("path", ["/", "/account/login/", "/orgs/", "/static/css/app.css", "/events"])
def test_it_serves_no_page(path):
    assert ask(path)[0]["status"] == 404


def test_it_says_that_it_lives():
    assert ask("/healthz")[0]["status"] == ask("/healthz/")[0]["status"] == 200


def test_a_viewer_without_a_ticket_is_told_to_stop():
    assert ask("/events/")[0]["status"] == 204


def test_only_http_requests_below_events_are_the_streams():
    assert is_stream({"type": "http", "path": "/events/"})
    assert not is_stream({"type": "websocket", "path": "/events/"})
    assert not is_stream({"type": "http", "path": "/eventsource"})


def test_it_starts_and_stops_when_the_server_says_so():
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    sent: list[MutableMapping[str, object]] = []

    async def receive() -> dict[str, Any]:
        return next(messages)

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    asyncio.run(application({"type": "lifespan"}, receive, send))
    assert [each["type"] for each in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_the_tryouts_one_process_has_both():
    from config.serve.together import application as both

    assert ask("/events/", app=both)[0]["status"] == 204
