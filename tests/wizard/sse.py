"""Viewers of the live stream: over the bare ASGI app, and over real HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tests.waiting import PATIENCE
from wizard.live import stream


@dataclass
class Viewer:
    """One viewer inside this process; leave by `gone.set()`."""

    ticket: str
    method: str = "GET"
    cookie: str = ""  # the browser's secret
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def look(self) -> None:
        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
                self.headers = {key.decode(): value.decode() for key, value in message["headers"]}
            else:
                self.text += message["body"].decode()

        async def receive() -> dict[str, object]:
            await self.gone.wait()
            return {"type": "http.disconnect"}

        query = f"k={quote(self.ticket)}".encode()
        scope = {"type": "http", "method": self.method, "path": "/events/", "query_string": query}
        scope["headers"] = [(b"cookie", f"sessionid={self.cookie}".encode())] if self.cookie else []
        await stream.stream(scope, receive, send)

    @property
    def states(self) -> int:
        return self.text.count("event: state\n")


async def until(true: Any, seconds: float = PATIENCE) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.01)


@contextlib.contextmanager
def listening(port: int, ticket: str, timeout: float = PATIENCE) -> Iterator[Iterator[tuple[str, str]]]:
    """A viewer over HTTP: the events as `(name, data)`, as they come."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", f"/events/?k={quote(ticket)}")
        response = connection.getresponse()
        assert response.status == 200, response.status
        yield events(response)
    finally:
        connection.close()


def events(response: http.client.HTTPResponse) -> Iterator[tuple[str, str]]:
    name, data = "", []
    for raw in response:
        line = raw.decode().rstrip("\n")
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            data.append(line[6:])
        elif not line and name:
            yield name, "\n".join(data)
            name, data = "", []
