"""Who may sign in."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings

from teams.models import User


def is_out_of_place(user: User) -> bool:
    """Demo people exist in a try-out only."""
    return user.is_demo and not settings.TRYOUT


class Accounts(AuthenticationBackend):
    """allauth's sign-in by e-mail address, without demo people in a real installation.

    Asked again for every request of a session, so a demo person's session that was begun in a
    try-out is worth nothing on a database that became a real installation.
    """

    def user_can_authenticate(self, user: User) -> bool:
        return bool(super().user_can_authenticate(user)) and not is_out_of_place(user)

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session, and in the same query what every page asks about them."""
        # Both need all models, and Django imports backends early.
        from teams.access import Action, may_somewhere
        from teams.mfa import is_missing

        people = User.objects.annotate(
            lacks_second_factor=is_missing(),
            is_a_member=may_somewhere(Action.SEE),
            connects_orgs=may_somewhere(Action.CONNECT),
            manages_a_team=may_somewhere(Action.MANAGE),
        )
        user = people.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
