"""Who calls: a program, by a token of its person."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from api.problems import Refused
from teams import limits
from teams.acting import tokens
from teams.acting.acts import NotDone
from teams.backends import Accounts
from teams.models import ApiToken, User


class Caller:
    """A program's token, and its person with their rights of today."""

    def __init__(self, token: ApiToken, person: User) -> None:
        self.token = token
        self.person = person


class ProgramRequest(HttpRequest):
    auth: Caller


#: In the environment of a call that is made within this process (`api.local`): nobody outside can set it.
LOCAL = "connect_guide.caller"


class ByToken(HttpBearer):
    """Asked anew with each call: a token that is taken back is worth nothing from the next call on."""

    def __call__(self, request: HttpRequest) -> Caller | None:
        found = request.META.get(LOCAL)
        if isinstance(found, Caller):  # what comes from outside is text
            return found
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        found = tokens.find(token)
        if found is None:
            return None
        if found.revoked_at:
            raise Refused(401, "token_revoked")
        if not tokens.is_open(found):
            raise Refused(401, "token_expired")
        person = Accounts().get_user(found.user_id)
        if person is None:
            return None
        if seconds := limits.calling(found.pk):
            raise NotDone("too_often", seconds=seconds)
        tokens.note_use(found)
        return Caller(found, person)
