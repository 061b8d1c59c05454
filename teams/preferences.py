"""The language and time zone that a person chose for themselves. Empty: as their browser says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from teams.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

AS_THE_BROWSER_SAYS = _("As my browser says")


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """Every zone that a person, or a browser's cookie, may name."""
    return frozenset(available_timezones())


def language_choices() -> list[tuple[str, StrOrPromise]]:
    return [("", AS_THE_BROWSER_SAYS), *settings.LANGUAGES]


def time_zone_choices() -> list[tuple[str, StrOrPromise]]:
    """Zones named by their cities, and UTC; not the old and the technical names for the same."""
    places = sorted(name for name in zones() if _is_a_place(name))
    return [("", AS_THE_BROWSER_SAYS), ("UTC", "UTC"), *((name, name.replace("_", " ")) for name in places)]


def _is_a_place(name: str) -> bool:
    region, _slash, city = name.partition("/")
    return bool(city) and region not in {"Etc", "SystemV", "US"}


def remember_language(user: User, language: str) -> None:
    """Let the last choice hold: who has one of their own changes it by the page's switch too."""
    if user.language and language in dict(settings.LANGUAGES):
        user.language = language
        user.save(update_fields=["language"])


class PreferencesMiddleware:
    """Pages in the language and the time zone of the signed-in person, on each of their devices."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with ExitStack() as chosen:
            if isinstance(request.user, User) and request.user.language:
                chosen.enter_context(translation.override(request.user.language))
                request.LANGUAGE_CODE = request.user.language
            if isinstance(request.user, User) and request.user.time_zone in zones():
                chosen.enter_context(timezone.override(ZoneInfo(request.user.time_zone)))
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
            return response
