"""One address for the try-out: Salesforce and passkeys take plain http for `localhost` only.

A callback at 127.0.0.1 is refused when an app is registered, so whoever begins there would sign in to
no real org; and a cookie of the one host is not sent to the other.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from config import probes
from config.serve.loopback import LOOPBACK

Handler = Callable[[HttpRequest], HttpResponse]


def middleware(get_response: Handler) -> Handler:
    def answer(request: HttpRequest) -> HttpResponse:
        if request.path not in probes.PATHS and _is_by_number(request):
            # Also a form that was sent: with its method and its fields.
            target = f"{settings.PUBLIC_URL}{request.get_full_path()}"
            return HttpResponseRedirect(target, preserve_request=request.method != "GET")
        return get_response(request)

    return answer


def _is_by_number(request: HttpRequest) -> bool:
    if urlsplit(settings.PUBLIC_URL).hostname != "localhost":
        return False
    return urlsplit(f"//{request.get_host()}").hostname in LOOPBACK
