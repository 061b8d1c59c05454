"""While `MAINTENANCE` is set, every page and each call of a program is told so; health checks go on."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config import probes
from config.errors import under_maintenance

Handler = Callable[[HttpRequest], HttpResponse]


def middleware(get_response: Handler) -> Handler:
    def answer(request: HttpRequest) -> HttpResponse:
        if settings.MAINTENANCE and request.path not in probes.PATHS:
            return under_maintenance(request)
        return get_response(request)

    return answer
