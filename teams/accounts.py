"""What we want of django-allauth that is not a setting."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from teams.backends import is_out_of_place
from teams.models import User


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are added by their team (`manage.py add_person`), nobody signs up."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """allauth lets a person whom the backend refused through, to show why; a demo person
        in a real installation gets the same answer as a stranger."""
        user: User | None = super().authenticate(request, **credentials)
        return None if user is None or is_out_of_place(user) else user
