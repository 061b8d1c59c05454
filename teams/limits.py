"""How often one person may do what costs others something: one function for each limit.

Sign-in, codes, password resets and the like have django-allauth's own limits. Counted in the shared
cache, in fixed windows: at worst a person gets two windows' worth at the border of two.
"""

from __future__ import annotations

import hashlib
import math
import secrets
import time

from django.core.cache import cache
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from teams.models import User

MINUTE = 60


def connecting(user: User) -> int:
    """Sign-ins at Salesforce that one person starts. Seconds until the next one; 0: go on."""
    return _take("connecting", user.pk, most=30, seconds=10 * MINUTE)


def inviting(user: User) -> int:
    """Invitations: each is an e-mail to somebody who did not ask for it, or a link into a setup."""
    return _take("inviting", user.pk, most=30, seconds=60 * MINUTE)


def starting_for_many(user: User) -> int:
    """Clients of a list that one person starts: each is a setup, and an e-mail to somebody."""
    return _take("starting-for-many", user.pk, most=1000, seconds=24 * 60 * MINUTE)


def coming_as_guest(invitation: object) -> int:
    """Sign-ins at Salesforce that one link starts, whoever has it."""
    return _take("guest", invitation, most=20, seconds=10 * MINUTE)


def changing(user: User) -> int:
    """Applies and undos that one person starts, in all orgs: each writes to a client's org."""
    return _take("changing", user.pk, most=300, seconds=10 * MINUTE)


def writing(user: User) -> int:
    """Notes: each one stays for good."""
    return _take("writing", user.pk, most=60, seconds=10 * MINUTE)


def making_tokens(user: User) -> int:
    """Tokens for programs: each one works for a year."""
    return _take("making-tokens", user.pk, most=20, seconds=60 * MINUTE)


def testing(user: User) -> int:
    """Tests of where notices go: each calls an address that somebody typed."""
    return _take("testing", user.pk, most=20, seconds=10 * MINUTE)


def calling(token: object) -> int:
    """Calls of one program."""
    return _take("calling", token, most=600, seconds=MINUTE)


DEVICE, DEVICE_SECONDS = "device", 365 * 24 * 3600
_signer = TimestampSigner(salt="teams.limits.device")


def guessing(request: HttpRequest, login: str) -> int:
    """Passwords tried for one account, from wherever; a browser in which it was signed in goes on."""
    if device_of(request, login):
        return 0
    account = hashlib.sha256(login.encode(errors="replace")).hexdigest()  # whatever was typed
    return _take("guessing", account, most=50, seconds=60 * MINUTE)


def telling_of_guesses(user: User) -> int:
    """Mails that say that somebody tries passwords."""
    return _take("told-of-guesses", user.pk, most=1, seconds=24 * 60 * MINUTE)


def new_device(user_id: str) -> str:
    """The value of the cookie by which a browser is known later."""
    return _signer.sign(f"{user_id}.{secrets.token_hex(8)}")


def is_device_of(request: HttpRequest, user_id: str) -> bool:
    return _device(request).partition(".")[0] == user_id


def device_of(request: HttpRequest, login: str) -> str:
    """Which known device this is, if the account with this address was signed in there before."""
    device = _device(request)
    theirs = device and User.objects.filter(pk=device.partition(".")[0], email__iexact=login).exists()
    return device if theirs else ""


def _device(request: HttpRequest) -> str:
    try:
        return _signer.unsign(request.COOKIES.get(DEVICE, ""), max_age=DEVICE_SECONDS)
    except BadSignature:
        return ""


def _take(name: str, who: object, *, most: int, seconds: int) -> int:
    now = time.time()
    key = f"limit:{name}:{int(now // seconds)}:{who}"
    cache.add(key, 0, seconds)
    if cache.incr(key) <= most:
        return 0
    return math.ceil(seconds - now % seconds)


def when(seconds: int) -> str:
    minutes = max(1, math.ceil(seconds / MINUTE))
    return ngettext("Try again in a minute.", "Try again in %(minutes)s minutes.", minutes) % {
        "minutes": minutes
    }


def words(seconds: int) -> str:
    """What happened and when to try again, for a message on a page."""
    return f"{_('That was asked for very often in a short time, so this one was not done.')} {when(seconds)}"


def refused(request: HttpRequest, seconds: int) -> HttpResponse:
    """The page that says it, where there is no other page to say it on."""
    page = render(request, "429.html", {"when": when(seconds)}, status=429)
    page.headers["Retry-After"] = str(seconds)
    return page
