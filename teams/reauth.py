"""Is it still you? Asked before dangerous acts: production apply, undo, disconnect, roles, keys."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _

from teams.models import User

DEMO, CONFIRMED = "demo", "confirmed"  # beside allauth's methods: password, mfa, socialaccount

PRESS_AGAIN = _(
    "Before this, we make sure that it is still you. Nothing has been done yet: afterwards you are "
    "back on the same page, and press the button once more."
)
TYPE_AGAIN = _(
    "Before this, we make sure that it is still you. Nothing has been done yet: afterwards you are "
    "back on the same page. Type the org's name once more, then press the button."
)


def signed_in_recently(request: HttpRequest) -> bool:
    """Whether the person signed in, or proved who they are, in the last minutes of this session."""
    times = [record["at"] for record in get_authentication_records(request, request.user)]
    return bool(times) and time.time() - max(times) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def ask_first(request: HttpRequest, back: str, *, typed: bool = False) -> HttpResponse | None:
    """None when it is surely this person; else the way to the page that asks.

    `back` is the page with the confirmation: it is shown again and nothing is done meanwhile, so
    no act ever rides on a proof that was given for something else. `typed`: with an org's name
    that is asked for there, and is not kept either.
    """
    if signed_in_recently(request):
        return None
    messages.info(request, TYPE_AGAIN if typed else PRESS_AGAIN)
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    page = methods[0]["url"] if methods else reverse("teams:still_you")
    return redirect(f"{page}?{urlencode({'next': back})}")


def note_sign_in(request: Any, user: User, method: str) -> None:
    """Remember a sign-in that is not allauth's (a demo person's, a guest's by Salesforce)."""
    record_authentication(request, user, method=method, reauthenticated=True)


def note_signup(sender: Any, request: Any, user: User, **more: Any) -> None:
    """Whoever chose their password a moment ago is not asked for it again."""
    note_sign_in(request, user, "signup")


def safe_next(request: HttpRequest, url: str, default: str) -> str:
    """An address of our own, or the default: never another site."""
    allowed = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if url.startswith("/") and allowed else default
