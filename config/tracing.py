"""Which request or job a log line belongs to: ids only, never a name, an address or a path with a token."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar, Token

from celery import Task
from celery.signals import task_postrun, task_prerun
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

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
        with a_request(request.headers.get(HEADER, "")) as number:
            response = get_response(request)
            response.headers[HEADER] = number
            _write(request, response, time.monotonic() - started)
        return response

    return middleware


@contextmanager
def a_request(given: str) -> Iterator[str]:
    """What is said meanwhile is about one request; its id is the proxy's, where one is known to be there.

    Anybody else could write what they like.
    """
    believed = settings.TRUSTED_PROXY_COUNT and _GIVEN.fullmatch(given)
    number = given if believed else secrets.token_hex(8)
    token = _current.set({"request": number})
    try:
        yield number
    finally:
        _current.reset(token)


def _write(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """The address by its pattern: what is filled in may be the token of an invitation."""
    match = request.resolver_match
    person = getattr(request, "user", None)
    if isinstance(person, SimpleLazyObject):  # asked only now it would be a question to the database
        person = getattr(request, "_cached_user", None)
    log.info(
        "%s /%s %s in %d ms, person %s",
        request.method,
        match.route if match else "?",
        response.status_code,
        seconds * 1000,
        (person.pk if person is not None and person.is_authenticated else None) or "-",
    )


@task_prerun.connect
def _begin(task_id: str, task: Task[..., object], args: Sequence[object] = (), **more: object) -> None:
    found = {"task": task_id, "task_name": task.name}
    if args and isinstance(args[0], str) and _UUID.fullmatch(args[0]):
        found["job" if task.name.endswith(".run_job") else "setup"] = args[0]
    _of_task.set(_current.set(found))


@task_postrun.connect
def _end(**more: object) -> None:
    if token := _of_task.get():
        _current.reset(token)
        _of_task.set(None)
