from __future__ import annotations

from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url

register = template.Library()

_OF_A_SIGN_IN = {"code", "state", "error"}


@register.filter
def here(request: HttpRequest) -> str:
    """The address of this page, to come back to; never one that holds the answer to a sign-in."""
    if _OF_A_SIGN_IN & set(request.GET):
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    return request.get_full_path() if request.method in ("GET", "HEAD") else came_from(request)


def came_from(request: HttpRequest) -> str:
    """The path of our own page that sent this; never an address elsewhere."""
    parts = urlsplit(request.headers.get("Referer", ""))
    if parts.netloc != request.get_host() or not parts.path.startswith("/") or parts.path.startswith("//"):
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
