"""The pages for what goes wrong before or around a view: each says what happened and has a way on."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from smtplib import SMTPException
from urllib.parse import urlsplit

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from kombu.exceptions import OperationalError as BrokerAway

from wizard.live.publish import BROKER_FAILED

RETRY_AFTER = "30"  # seconds
#: The database; the broker with the counts of every limit; the mail server, or the way to it.
SERVER_AWAY = (
    OperationalError,
    InterfaceError,
    BROKER_FAILED,
    BrokerAway,
    SMTPException,
    ConnectionError,
    TimeoutError,
    socket.gaierror,
)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`: a server that is away for a moment is no mistake of ours, and says so."""
    if isinstance(sys.exc_info()[1], SERVER_AWAY):
        return unavailable(request)
    return HttpResponse(render_to_string("500.html"), status=500)


def unavailable(request: HttpRequest, template: str = "503.html", **words: str) -> HttpResponse:
    """Rendered without the request: who is signed in would be a question to the database."""
    page = render_to_string(template, {"again": _here(request), **words})
    return HttpResponse(page, status=503, headers={"Retry-After": RETRY_AFTER, "Cache-Control": "no-store"})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """`CSRF_FAILURE_VIEW`: the way on is the page that the form was on, fetched afresh."""
    page = render_to_string("403_csrf.html", {"again": _came_from(request)}, request)
    return HttpResponse(page, status=403)


def method_not_allowed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Middleware: an address that was opened in a way it does not answer shows a page, not an empty one."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 405 or response.content:
            return response
        page = HttpResponse(render_to_string("405.html", {"again": _came_from(request)}, request), status=405)
        page["Allow"] = response.get("Allow", "")
        return page

    return answer


def _here(request: HttpRequest) -> str:
    return request.get_full_path() if request.method == "GET" else _came_from(request)


def _came_from(request: HttpRequest) -> str:
    """The path of our own page that sent this; never an address elsewhere."""
    parts = urlsplit(request.headers.get("Referer", ""))
    if parts.netloc != request.get_host() or not parts.path.startswith("/") or parts.path.startswith("//"):
        return reverse("wizard:home")
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
