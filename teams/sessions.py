"""Who is signed in where: every session is listed, and can be ended. `settings.SESSION_ENGINE`.

A stored key opens nothing: the browser has a secret, the database only its digest. Whoever reads the database
or a backup can't act as anybody. `session_key` is the digest everywhere but in the middleware.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import get_random_string

from teams.models import User

_LENGTH = 40  # what a row takes
_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


class Key(str):
    """The key under which a session is stored, with the secret of its browser where that is known."""

    secret = ""


def key_of(secret: str) -> Key:
    key = Key(hashlib.sha256(secret.encode(errors="replace")).hexdigest()[:_LENGTH])
    key.secret = secret
    return key


class SessionStore(db.SessionStore):
    @classmethod
    def opened_by(cls, secret: str) -> SessionStore:
        """The session of a browser that has this cookie; an empty one for a secret that nobody gave out."""
        return cls(key_of(secret) if secret else None)

    @property
    def secret(self) -> str:
        """Kept with the key: allauth makes a store anew from its key."""
        return getattr(self.session_key, "secret", "")

    def _get_new_session_key(self) -> str:
        while True:
            key = key_of(get_random_string(_LENGTH, _CHARACTERS))
            if not self.exists(key):
                return key


def note(sender: object, request: HttpRequest, **more: object) -> None:
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


def end_others(sender: object, request: HttpRequest, user: User, **more: object) -> None:
    """After a new password: whoever was signed in with the old one is not any more."""
    for session in UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key):
        session.end()
