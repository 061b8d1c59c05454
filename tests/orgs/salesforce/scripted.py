"""A real HTTP server that answers as told, for what no well-behaved org does."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Reply:
    status: int = 200
    body: object = None  # JSON, or bytes as they are
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0
    drop: bool = False  # close the connection instead of answering
    cut: bool = False  # promise more than is sent
    trickle: float = 0  # seconds before each byte of the body


@dataclass
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Script:
    url: str
    replies: list[Reply]
    seen: list[Seen] = field(default_factory=list)


@contextmanager
def answering(*replies: Reply) -> Iterator[Script]:
    """Answer the first request with the first reply, and so on; the last one repeats."""
    script = Script("", list(replies))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            script.seen.append(Seen(self.command, self.path, dict(self.headers), self.rfile.read(length)))
            reply = script.replies.pop(0) if len(script.replies) > 1 else script.replies[0]
            time.sleep(reply.wait)
            if reply.drop:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            self.send(reply)

        def send(self, reply: Reply) -> None:
            raw = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            kind = "text/html" if isinstance(reply.body, bytes) else "application/json;charset=UTF-8"
            for name, value in ({"Content-Type": kind} | reply.headers).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw) + (100 if reply.cut else 0)))
            self.end_headers()
            for part in (raw[i : i + 1] for i in range(len(raw))) if reply.trickle else (raw,):
                time.sleep(reply.trickle)
                self.wfile.write(part)
            if reply.cut:
                self.close_connection = True

        do_GET = do_POST = do_DELETE = do_PATCH = handle_any

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    script.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Tokens:
    """A session whose tokens are t0, t1, t2..."""

    instance_url: str
    number: int = 0
    ending: str = ""
    refreshes: int = 0

    def access_token(self) -> str:
        return f"secret-t{self.number}{self.ending}"

    def refresh(self, stale: str) -> str:
        self.refreshes += 1
        self.number += 1
        return self.access_token()

    def moved(self, origin: str) -> None:
        self.instance_url = origin
