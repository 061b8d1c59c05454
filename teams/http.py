"""Types for views behind the sign-in."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from teams.models import User


class SignedInRequest(HttpRequest):
    """A request whose sender is known: `LoginRequiredMiddleware` lets nobody else through."""

    user: User
    htmx: HtmxDetails
