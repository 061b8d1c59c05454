"""Times in the viewer's zone: the browser tells it in a cookie; without one they are in UTC."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

COOKIE = "zone"  # static/js/zone.js says the same


class ZoneMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = request.COOKIES.get(COOKIE, "")
        with timezone.override(ZoneInfo(name) if name in _zones() else None):
            return self.get_response(request)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    """What a cookie may name: anything else is somebody's invention, not a browser's."""
    return frozenset(available_timezones())
