"""The API within this process: the installation of this folder, its database, no server and no key.

Whoever can read the installation's settings can do this. The app does with it what it does with a call from
outside, in the name of the person that was named; jobs are done by its worker.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

from cli.ends import End, Failure
from cli.server import Server

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication


def local_server(email: str) -> Server:
    address = _load()
    from api.local import caller_for

    caller = caller_for(email)
    if caller is None:
        raise Failure(End.NOT_LET_IN, f"Nobody called {email} may sign in to this installation.")
    from django.core.wsgi import get_wsgi_application

    session = requests.Session()
    session.trust_env = False
    session.mount(f"{address}/", InProcess(get_wsgi_application(), {"connect_guide.caller": caller}))
    return Server(address, session, keeps_answers=False)


def _load() -> str:
    """Make the app's own rooms ready; the address under which they answer."""
    try:
        from config.tryout.running import adopt_running_tryout
    except ImportError as missing:
        raise Failure(
            End.USAGE, "--local is for the folder of an installation: run .venv/bin/connect-guide there."
        ) from missing
    adopt_running_tryout(os.environ)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("LOG_LEVEL", "CRITICAL")  # what goes wrong is told in our own words
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as refusal:
        raise Failure(End.USAGE, str(refusal)) from refusal
    from django.conf import settings

    return str(settings.PUBLIC_URL)


class InProcess(BaseAdapter):
    """Gives a request to a WSGI application, with what none from outside can have beside it."""

    def __init__(self, application: WSGIApplication, extra: Mapping[str, object]) -> None:
        super().__init__()
        self._application = application
        self._extra = extra

    def send(
        self, request: requests.PreparedRequest, *_args: object, **_options: object
    ) -> requests.Response:
        answer = requests.Response()
        answer.request, answer.url = request, request.url or ""

        def start(
            status: str, headers: list[tuple[str, str]], exc_info: object = None
        ) -> Callable[[bytes], object]:
            answer.status_code, answer.reason = int(status[:3]), status[4:]
            answer.headers.update(headers)
            return answer_body.write

        answer_body = io.BytesIO()
        parts = self._application(self._environment(request), _as_start_response(start))
        try:
            for part in parts:
                answer_body.write(part)
        finally:
            if (close := getattr(parts, "close", None)) is not None:
                close()
        answer.raw = io.BytesIO(answer_body.getvalue())
        return answer

    def close(self) -> None:
        """Nothing is held."""

    def _environment(self, request: requests.PreparedRequest) -> dict[str, object]:
        url, body = urlsplit(request.url or ""), request.body or b""
        sent = body.encode() if isinstance(body, str) else body
        headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
        return {
            **headers,
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": url.path,
            "QUERY_STRING": url.query,
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(sent)),
            "SERVER_NAME": url.hostname,
            "SERVER_PORT": str(url.port or (443 if url.scheme == "https" else 80)),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": url.netloc,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": url.scheme,
            "wsgi.input": io.BytesIO(sent),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": True,
            **self._extra,
        }


def _as_start_response(start: Callable[..., Callable[[bytes], object]]) -> StartResponse:
    return start
