"""Who came back from Salesforce, and what follows where that is not simply "the org is connected".

A room above this one registers an end for its kind of sign-in. It decides whether the grant is kept
(`orgs.sign_in.flow.connect`) or ended at once (`turn_away`), and answers the browser.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from orgs import oauth
from orgs.connections import revocation
from orgs.hosts import Identity
from orgs.oauth import Grant
from orgs.plain_text import plain
from orgs.salesforce.client import Client
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


def discard_grant(arrival: SignInResult) -> None:
    """End a grant that is not kept, at once."""
    team_id = arrival.sign_in.team
    revocation.end_unwanted(arrival.identity.origin, arrival.seen.name, arrival.grant, team_id=team_id)


End = Callable[[HttpRequest, SignInResult], HttpResponse]
_ends: dict[str, End] = {}


def register(kind: str, end: End) -> None:
    _ends[kind] = end


def end_of(arrival: SignInResult) -> End:
    return _ends[arrival.sign_in.kind]
