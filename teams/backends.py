"""Who may sign in."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings


class Accounts(AuthenticationBackend):
    """allauth's sign-in by e-mail address; demo people exist in a try-out only.

    Asked again for every request of a session, so a demo person's session that was begun in a
    try-out is worth nothing on a database that became a real installation.
    """

    def user_can_authenticate(self, user: Any) -> bool:
        if user.is_demo and not settings.TRYOUT:
            return False
        return bool(super().user_can_authenticate(user))
