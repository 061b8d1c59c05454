"""The network address of whoever asks for what is done now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse

_address: ContextVar[str] = ContextVar("address", default="")


def current() -> str:
    """Empty where nobody asked over the network, such as the scheduler or a command."""
    return _address.get()


@contextmanager
def asked_from(address: str) -> Iterator[None]:
    """For work that is done later, in a job, for whoever asked from there."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        with asked_from(of(request)):
            return get_response(request)

    return answer


def of(request: HttpRequest) -> str:
    """As the limits see it: what the trusted proxy says, else the peer itself.

    A request that came past fewer proxies than there should be: then only the peer is sure.
    """
    from allauth.account.adapter import get_adapter  # needs all models, and ours import this package

    try:
        return str(get_adapter(request).get_client_ip(request))
    except ImproperlyConfigured:
        return str(request.META.get("REMOTE_ADDR", ""))
    except PermissionDenied:  # a socket without an address
        return ""
