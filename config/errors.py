"""The pages for what goes wrong before or around a view: each says what happened and has a way on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from smtplib import SMTPException

from django.conf import settings
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from kombu.exceptions import OperationalError as BrokerAway

from api import problems
from api.problems import PREFIX
from config import health, tracing
from orgs.salesforce.tls import CALL_FAILED
from teams.templatetags.here import came_from, here
from wizard.live.publish import BROKER_FAILED

RETRY_AFTER = "30"  # seconds
#: The database; the broker with the counts of every limit; the mail server; the company's sign-in. Each by
#: its own library's errors: any other time-out or lost connection is a mistake of ours, and has a reference.
SERVER_AWAY = (
    OperationalError,
    InterfaceError,
    BROKER_FAILED,
    BrokerAway,
    SMTPException,
    CALL_FAILED,
)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`: a server that is away for a moment is no mistake of ours, and says so.

    Nor are tables of the release before: an upgrade is under way.
    """
    error = sys.exc_info()[1]
    away = isinstance(error, SERVER_AWAY) or (
        isinstance(error, ProgrammingError) and not health.is_migrated()
    )
    if _is_program(request):
        return problems.of_server(away=away, reference=_reference()["reference"], retry_after=RETRY_AFTER)
    if away:
        return unavailable(request)
    return HttpResponse(render_to_string("500.html", _reference()), status=500)


def under_maintenance(request: HttpRequest) -> HttpResponse:
    """What `MAINTENANCE` says, usually until when: in the form of whoever asks."""
    until = settings.MAINTENANCE
    if _is_program(request):
        return problems.under_maintenance(until, retry_after=RETRY_AFTER)
    return unavailable(request, "maintenance.html", until=until)


def _is_program(request: HttpRequest) -> bool:
    return request.path.startswith(f"/{PREFIX}/")


def unavailable(request: HttpRequest, template: str = "503.html", **words: str) -> HttpResponse:
    """Rendered without the request: who is signed in would be a question to the database."""
    page = render_to_string(template, {"again": here(request), **_reference(), **words})
    return HttpResponse(page, status=503, headers={"Retry-After": RETRY_AFTER, "Cache-Control": "no-store"})


def _reference() -> dict[str, str]:
    """For whoever is asked about it: each line of the log about this request has it."""
    return {"reference": tracing.ids().get("request", "")}


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """`CSRF_FAILURE_VIEW`: the way on is the page that the form was on, fetched afresh."""
    page = render_to_string("403_csrf.html", {"again": came_from(request)}, request)
    return HttpResponse(page, status=403)


def method_not_allowed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Middleware: an address that was opened in a way it does not answer shows a page, not an empty one."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 405 or response.content:
            return response
        page = HttpResponse(render_to_string("405.html", {"again": came_from(request)}, request), status=405)
        page["Allow"] = response.get("Allow", "")
        return page

    return answer
