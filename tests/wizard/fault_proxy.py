"""Trouble on the way to the stand-in org: lost answers, refusals, slowness. Over real HTTP."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from cheroot.errors import FatalSSLAlert

from simulator.server import Stand

Environ = dict[str, Any]


@dataclass
class Seen:
    """One request that passed by."""

    method: str
    path: str
    body: str
    started: float
    ended: float = 0.0

    @property
    def writes(self) -> bool:
        """Whether the request changes something; a composite of queries does not."""
        if self.method == "GET" or not self.path.startswith("/services/data"):
            return False
        if self.path.endswith("/composite"):
            return any(sub["method"] != "GET" for sub in json.loads(self.body)["compositeRequest"])
        return True


@dataclass
class FaultProxy:
    """A WSGI layer. `before` and `after` see every request and may `hang_up`, wait or act."""

    app: Any
    before: Callable[[Seen], None] = lambda seen: None
    after: Callable[[Seen], None] = lambda seen: None
    seen: list[Seen] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: Environ, start_response: Any) -> Iterator[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        environ["wsgi.input"] = BytesIO(body)
        seen = Seen(environ["REQUEST_METHOD"], environ["PATH_INFO"], body.decode(), time.monotonic())
        with self.lock:
            self.seen.append(seen)
        self.before(seen)
        answer = b"".join(self.app(environ, start_response))
        seen.ended = time.monotonic()
        self.after(seen)
        return iter([answer])

    @property
    def writes(self) -> list[Seen]:
        return [each for each in self.seen if each.writes]


def hang_up() -> None:
    """Close the connection without an answer, as a network does that breaks."""
    raise FatalSSLAlert


def lose_answer_of_write(number: int) -> Callable[[Seen], None]:
    """Lose the answer of the `number`th write, after it took effect."""
    count = 0

    def after(seen: Seen) -> None:
        nonlocal count
        if seen.writes:
            count += 1
            if count == number:
                hang_up()

    return after


@contextmanager
def in_front(stand: Stand, wrap: Any) -> Iterator[None]:
    """Put a WSGI layer before the stand-in for a while: `wrap(app)` gives the layer."""
    app = stand.server.wsgi_app
    stand.server.wsgi_app = wrap(app)
    try:
        yield
    finally:
        stand.server.wsgi_app = app
