"""Is it still you? Asked before dangerous acts: production apply, undo, disconnect, roles, keys."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _

from teams.models import User

DEMO, CONFIRMED = "demo", "confirmed"  # beside allauth's methods: password, mfa, socialaccount
#: What a company's sign-in is asked for: ask the person, and say when you did (OpenID Connect, 3.1.2.1).
ASK_AGAIN = urlencode({"prompt": "login", "max_age": "0"})

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
    return None if signed_in_recently(request) else ask(request, back, typed=typed)


def ask(request: HttpRequest, back: str, *, typed: bool = False) -> HttpResponse:
    """The way to the page that asks."""
    messages.info(request, TYPE_AGAIN if typed else PRESS_AGAIN)
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    page = methods[0]["url"] if methods else reverse("teams:still_you")
    return redirect(f"{page}?{urlencode({'next': back})}")


def note_sign_in(request: object, user: User, method: str) -> None:
    """Remember a sign-in that is not allauth's (a demo person's, a guest's by Salesforce)."""
    record_authentication(request, user, method=method, reauthenticated=True)


def note_company_sign_in(
    sender: object, request: HttpRequest, user: User, sociallogin: Any = None, **more: object
) -> None:
    """Count from when the company asked who it is, where it says so: its open session answers anybody."""
    told = sociallogin and sociallogin.account.extra_data.get("id_token", {}).get("auth_time")
    if not isinstance(told, int):
        return
    records = [dict(each) for each in get_authentication_records(request, user)]
    for each in [each for each in records if each["method"] == "socialaccount"][-1:]:
        each["at"] = min(each["at"], told)
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = records


def note_signup(sender: object, request: object, user: User, **more: object) -> None:
    """Whoever chose their password a moment ago is not asked for it again."""
    note_sign_in(request, user, "signup")


def safe_next(request: HttpRequest, url: str, default: str) -> str:
    """An address of our own, or the default: never another site."""
    allowed = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if url.startswith("/") and allowed else default
