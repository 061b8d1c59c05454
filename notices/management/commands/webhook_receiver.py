"""A receiver to try a webhook with: it shows what comes, and whether its signature is right."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.core.management.base import BaseCommand

from notices.channels import webhook

MOST_BYTES = 1024 * 1024


class Command(BaseCommand):
    help = (
        "Listen on this machine and show each webhook that arrives. Add its address on the team's page of "
        "notices, start again with the secret that is shown there, and press the button for a test."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=9000)
        parser.add_argument(
            "--secret", default="", help="as shown once when the webhook was added: whsec_..."
        )
        parser.add_argument(
            "--answer", type=int, default=204, help="status to answer with, such as 410 or 503"
        )

    def handle(self, *args: Any, port: int, secret: str, answer: int, **options: Any) -> None:
        command = self

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = min(int(self.headers.get("Content-Length") or 0), MOST_BYTES)
                command.show(dict(self.headers.items()), self.rfile.read(size), secret)
                self.send_response(answer)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *more: object) -> None:
                """What arrives is shown; that it arrived need not be said too."""

        with ThreadingHTTPServer(("127.0.0.1", port), Receiver) as server:
            self.stdout.write(f"Listening on http://127.0.0.1:{server.server_port}/ - Ctrl-C stops it.")
            self.stdout.flush()
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                self.stdout.write("Stopped.")

    def show(self, headers: dict[str, str], body: bytes, secret: str) -> None:
        lower = {key.lower(): value for key, value in headers.items()}
        verdict = "not looked at: no --secret was given"
        if secret:
            verdict = "right" if webhook.is_ours(lower, body, secret) else "WRONG"
        for name in ("webhook-id", "webhook-timestamp", "connect-guide-delivery"):
            self.stdout.write(f"{name}: {lower.get(name, '')}")
        self.stdout.write(f"signature: {verdict}")
        self.stdout.write(_shown(body) + "\n")
        self.stdout.flush()


def _shown(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return repr(body[:500])
