"""Django's test client, where a session's key is only the digest of its cookie (`teams.sessions`)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest
from django.test import Client

from teams.models import User
from teams.sessions import SessionStore


def keep_secrets() -> None:
    """Let every test client sign people in by a cookie of its own. Django's takes the key for the cookie."""
    Client.session = property(_session)  # type: ignore[assignment]
    setattr(Client, "_login", _sign_in)  # noqa: B010 - the stubs do not know it


def _session(client: Client) -> SessionStore:
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    store = SessionStore.opened_by(cookie.value if cookie else "")
    if not cookie:
        store.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = store.secret
    return store


def _sign_in(client: Client, user: User, backend: str | None = None) -> None:
    request = HttpRequest()
    request.session = kept = _session(client)
    login(request, user, backend)
    kept.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = kept.secret
