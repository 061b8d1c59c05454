"""Health checks and Prometheus come by IP address: they know no host name."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.probes import asked_by

Handler = Callable[[HttpRequest], HttpResponse]


def any_host(get_response: Handler) -> Handler:
    """Let `ALLOWED_HOSTS` refuse no health check: no answer of theirs has an address in it."""

    def answer(request: HttpRequest) -> HttpResponse:
        if path := asked_by(request.path):
            request.path = request.path_info = path
            request.META["HTTP_HOST"] = settings.ALLOWED_HOSTS[0].lstrip(".").replace("*", "localhost")
        return get_response(request)

    return answer
