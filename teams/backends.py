"""Who may sign in."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.http import HttpRequest

from teams.models import User


class Accounts(AuthenticationBackend):
    """allauth's sign-in by e-mail address; demo people exist in a try-out only."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        return None if user is None or _is_out_of_place(user) else user

    def user_can_authenticate(self, user: Any) -> bool:
        """Asked again for every request of a session, so that a demo person's session that was
        begun in a try-out is worth nothing on a database that became a real installation."""
        return bool(super().user_can_authenticate(user)) and not _is_out_of_place(user)


def _is_out_of_place(user: User) -> bool:
    return user.is_demo and not settings.TRYOUT
