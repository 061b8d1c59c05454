"""Who is signed in where: every session is listed, and can be ended."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from teams.models import User


def note(sender: Any, request: HttpRequest, **more: Any) -> None:
    """List the session of a sign-in, whichever way it went (allauth lists its own only)."""
    if hasattr(request, "user"):  # Django's test client signs people in outside of any request
        UserSession.objects.create_from_request(request)


def alive(keys: Collection[str]) -> set[str]:
    """Which of these sessions have neither been ended nor run out."""
    rows = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return set(rows.values_list("session_key", flat=True))


def end_all(user: User) -> int:
    """Sign this person out everywhere, now."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)


def end_others(sender: Any, request: HttpRequest, user: User, **more: Any) -> None:
    """After a new password: whoever was signed in with the old one is not any more."""
    for session in UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key):
        session.end()
