"""Real receivers of notices: an HTTP server, a mail server; and what workers do, in this process."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID, uuid4

from notices import fanout, outbox, sending
from notices.channels import webhook
from notices.kinds import Kind, every_kind
from notices.models import Channel
from orgs.models import Org
from teams.models import Team
from tests.troubled_server import Server


def tell() -> None:
    """From the outbox to the receivers, once round."""
    while fanout.take():
        pass
    for channel_id in sending.waiting_channels():
        sending.send_all(channel_id)


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def about(self) -> str:
        return self.headers["webhook-id"]

    @property
    def delivery(self) -> str:
        return self.headers["connect-guide-delivery"]


@dataclass
class Receiver:
    """What it was sent, and how it answers: `answer` gets each request's number."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)
    answer: Callable[[int], tuple[int, dict[str, str], bytes]] = lambda number: (204, {}, b"")
    hang: threading.Event | None = None


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {key.lower(): value for key, value in self.headers.items()}
            receiver.requests.append(Request(self.path, headers, body))
            if receiver.hang:
                receiver.hang.wait(60)
                return
            status, more, said = receiver.answer(len(receiver.requests))
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST

        def log_message(self, *more: object) -> None: ...

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *more: object) -> None:
            """Whoever was called hangs up early, where too much is said."""

    server = Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook?key=s3cr3t"
    try:
        yield receiver
    finally:
        if receiver.hang:
            receiver.hang.set()
        server.shutdown()
        server.server_close()
        thread.join()


class MailServer(Server):
    """Takes every mail, or says `refusal` to each recipient at this domain (to all of them without one)."""

    def __init__(self, refusal: bytes = b"", domain: bytes = b"") -> None:
        self.mails: list[str] = []
        self.refusal, self.domain = refusal, domain
        super().__init__()

    def talk(self, client: socket.socket) -> None:
        client.sendall(b"220 here\r\n")
        lines = client.makefile("rb")
        while line := lines.readline():
            command = line[:4].upper().strip()
            if command == b"DATA":
                client.sendall(b"354 go on\r\n")
                self.mails.append(b"".join(iter(lines.readline, b".\r\n")).decode())
            if command == b"RCPT" and self.refusal and self.domain in line:
                client.sendall(self.refusal + b"\r\n")
            else:  # also to QUIT: whoever gets no answer to it waits until their patience ends
                client.sendall(b"221 bye\r\n" if command == b"QUIT" else b"250 yes\r\n")


def add_channel(team: Team, address: str, kind: str = "webhook", **more: Any) -> Channel:
    made = Channel(team=team, type=kind, kinds=every_kind(), secret=webhook.new_secret(), **more)
    made.lead_to(address)
    made.save()
    return made


def an_org(team: Team, name: str = "Northwind Traders") -> Org:
    return Org.objects.create(
        team=team, org_id=f"00D{uuid4().hex[:12]}AAA", name=name, instance_url="https://a.my.salesforce.com",
        login_origin="https://login.salesforce.com", api_version="66.0",
    )  # fmt: skip


def happen(org: Org, setup_id: UUID, kind: Kind = Kind.DRIFTED, **more: Any) -> None:
    title = {"message": "Permitted users", "params": {}}
    outbox.write(kind, org=org, setup_id=setup_id, data={"title": title, "step": "permitted_users"}, **more)


def until(is_so: Callable[[], bool]) -> None:
    while not is_so():
        time.sleep(0.02)
