from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.test import Client

if TYPE_CHECKING:
    from teams.models import ApiToken, User
    from tests.answers import Answer


class Program:
    """Calls the API by a token, as a script would."""

    def __init__(self, token: ApiToken, secret: str) -> None:
        self.client = Client()
        self.token = token
        self.secret = secret

    def get(self, path: str, *, headers: Any = None, **query: Any) -> Answer:
        return self.client.get(f"/api/v1/{path}", query, headers=self._headers(headers))

    def post(self, path: str, *, key: str = "", **body: Any) -> Answer:
        sent = json.dumps(body) if body else b""
        headers = self._headers({"Idempotency-Key": key} if key else None)
        return self.client.post(f"/api/v1/{path}", sent, content_type="application/json", headers=headers)

    def _headers(self, more: dict[str, str] | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}", **(more or {})}


MakeProgram = Callable[..., Program]


@pytest.fixture(autouse=True)
def _no_calls_counted_yet() -> None:
    cache.clear()


@pytest.fixture
def program_of() -> MakeProgram:
    from teams.acting import tokens

    def make(person: User, scope: str = "act") -> Program:
        return Program(*tokens.make(person, "A script", scope))

    return make
