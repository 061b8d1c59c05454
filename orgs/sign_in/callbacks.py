"""Who came back from Salesforce, and what follows where that is not simply "the org is connected".

A room above this one registers an end for its kind of sign-in. It answers the browser, and says whether it
kept the grant (`orgs.sign_in.flow.connect`); one that it did not keep is ended by `flow.settle` alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from orgs import oauth
from orgs.hosts import Identity
from orgs.oauth import Grant
from orgs.plain_text import plain
from orgs.salesforce.client import Client
from orgs.sign_in.errors import SignInProblem
from orgs.sign_in.pending import SignIn

PATIENCE = 20.0  # seconds: a person waits at a page that loads


@dataclass(frozen=True)
class OrgIdentity:
    """What the first look around an org told."""

    org_id: str
    name: str
    is_sandbox: bool
    api_version: str
    known: dict[str, object]
    username: str
    display_name: str
    language: str = ""  # as in `User.LanguageLocaleKey`


@dataclass(frozen=True)
class SignInResult:
    """Somebody came back with a grant. Nothing of it is kept yet."""

    sign_in: SignIn
    grant: Grant
    identity: Identity
    seen: OrgIdentity

    @property
    def user_id(self) -> str:
        """The Salesforce user, in the 15 characters that every form of the id begins with."""
        return self.identity.user_id[:15]

    @property
    def person(self) -> str:
        return self.seen.display_name or self.seen.username


class FreshSession:
    """The grant that was just made: nothing to refresh yet."""

    def __init__(self, instance_url: str, token: str) -> None:
        self.instance_url = instance_url
        self._token = token

    def access_token(self) -> str:
        return self._token

    def refresh(self, stale: str) -> str:
        """The same: a token that is refused twice is refused with Salesforce's own words."""
        return self._token

    def moved(self, origin: str) -> None:
        """Told to the person who is signing in, by the error itself."""


def same_name(name: str, arrival: SignInResult) -> bool:
    """Whether the org that was signed in to has this name too."""
    return plain(name).casefold() == plain(arrival.seen.name).casefold()


def client_of(arrival: SignInResult) -> Client:
    """Reads as the person who came, with their own grant: before it is ended."""
    session = FreshSession(arrival.identity.origin, arrival.grant.access_token)
    return Client(session, arrival.seen.api_version, timeout=oauth.TIMEOUT, patience=PATIENCE)


End = Callable[[HttpRequest, SignInResult], tuple[HttpResponse, bool]]  # the answer; was the grant kept?
Failure = Callable[[HttpRequest, SignInProblem], HttpResponse]
_ends: dict[str, End] = {}
_failures: dict[str, Failure] = {}


def register(kind: str, end: End, *, failed: Failure | None = None) -> None:
    """`failed` answers where the sign-in did not work; without it a page explains the problem."""
    _ends[kind] = end
    if failed:
        _failures[kind] = failed


def end_of(arrival: SignInResult) -> End:
    return _ends[arrival.sign_in.kind]


def failure_of(problem: SignInProblem) -> Failure | None:
    return _failures.get(problem.sign_in.kind) if problem.sign_in else None
