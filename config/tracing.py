"""Which request or job a log line belongs to: ids only, never a name, an address or a path with a token."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar, Token
from typing import Any

from celery.signals import task_postrun, task_prerun
from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
_GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")
_NOTHING: Mapping[str, str] = {}
_current: ContextVar[Mapping[str, str]] = ContextVar("current", default=_NOTHING)
_of_task: ContextVar[Token[Mapping[str, str]] | None] = ContextVar("of_task", default=None)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

log = logging.getLogger("requests.done")


def ids() -> Mapping[str, str]:
    """The ids of what this thread does now."""
    return _current.get()


def request_ids(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Give each request an id, tell it to the browser, and write one line when it is done."""

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.monotonic()
        number = _request_id(request)
        token = _current.set({"request": number})
        try:
            response = get_response(request)
            response.headers[HEADER] = number
            _write(request, response, time.monotonic() - started)
        finally:
            _current.reset(token)
        return response

    return middleware


def _request_id(request: HttpRequest) -> str:
    """The proxy's, where one is known to be there: anybody else could write what they like."""
    given = request.headers.get(HEADER, "") if settings.TRUSTED_PROXY_COUNT else ""
    return given if _GIVEN.fullmatch(given) else secrets.token_hex(8)


def _write(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """The address by its pattern: what is filled in may be the token of an invitation."""
    match = request.resolver_match
    person = getattr(request, "user", None)
    log.info(
        "%s /%s %s in %d ms, person %s",
        request.method,
        match.route if match else "?",
        response.status_code,
        seconds * 1000,
        (person.pk if person is not None and person.is_authenticated else None) or "-",
    )


@task_prerun.connect
def _begin(task_id: str, task: Any, args: Any = (), **more: Any) -> None:
    found = {"task": task_id, "task_name": task.name}
    if args and isinstance(args[0], str) and _UUID.fullmatch(args[0]):
        found["job" if task.name.endswith(".run_job") else "setup"] = args[0]
    _of_task.set(_current.set(found))


@task_postrun.connect
def _end(**more: Any) -> None:
    if token := _of_task.get():
        _current.reset(token)
        _of_task.set(None)
