"""While `MAINTENANCE` is set, every page says so; health checks and static files go on."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config import probes
from config.errors import unavailable

Handler = Callable[[HttpRequest], HttpResponse]


def middleware(get_response: Handler) -> Handler:
    def answer(request: HttpRequest) -> HttpResponse:
        if settings.MAINTENANCE and request.path not in probes.PATHS:
            return unavailable(request, "maintenance.html", until=settings.MAINTENANCE)
        return get_response(request)

    return answer
