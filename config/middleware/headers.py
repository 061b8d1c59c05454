"""Headers that Django and its packages don't set: the browser's own powers, and what it may keep."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

_ONLY_OURS = ("publickey-credentials-create", "publickey-credentials-get")  # passkeys
_NOBODY = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
    "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment",
    "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS_POLICY = ", ".join(
    [f"{power}=()" for power in _NOBODY] + [f"{power}=(self)" for power in _ONLY_OURS]
)


def permissions_policy(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """https://www.w3.org/TR/permissions-policy/"""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        return response

    return middleware


def no_store(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Nothing that a signed-in person gets is kept: "Back" after signing out would show it to anybody."""

    def middleware(request: HttpRequest) -> HttpResponse:
        was_signed_in = SESSION_KEY in request.session
        response = get_response(request)
        if was_signed_in or SESSION_KEY in request.session:
            del response.headers["Cache-Control"]
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware
