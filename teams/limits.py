"""How often one person may do what costs others something: one function for each limit.

Sign-in, codes, password resets and the like have django-allauth's own limits. Counted in the shared
cache, in fixed windows: at worst a person gets two windows' worth at the border of two.
"""

from __future__ import annotations

import math
import time

from django.core.cache import cache
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


def coming_as_guest(invitation: object) -> int:
    """Sign-ins at Salesforce that one link starts, whoever has it."""
    return _take("guest", invitation, most=20, seconds=10 * MINUTE)


def changing(user: User) -> int:
    """Applies and undos that one person starts, in all orgs: each writes to a client's org."""
    return _take("changing", user.pk, most=300, seconds=10 * MINUTE)


def writing(user: User) -> int:
    """Notes: each one stays for good."""
    return _take("writing", user.pk, most=60, seconds=10 * MINUTE)


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
