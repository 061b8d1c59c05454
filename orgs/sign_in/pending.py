"""Sign-ins that are under way, kept in the browser's session.

Several may be open in several tabs. Each is bound to its state, its PKCE verifier and
the host that the person was sent to; it is used once and lives 15 minutes.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import MutableMapping
from dataclasses import dataclass, fields
from typing import Any

LIFETIME = 15 * 60
AT_MOST = 10
_OPEN, _USED, _VISITOR = "sign_ins", "sign_ins_used", "sign_ins_of_a_visitor"

SessionData = MutableMapping[str, Any]


class StateProblem(Exception):
    """`code` is `state_lost`, `state_expired` or `state_used`; `org` what a used one connected."""

    def __init__(self, code: str, org: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.org = org


@dataclass(frozen=True)
class SignIn:
    origin: str
    verifier: str
    team: str
    org: str = ""  # the org that must come back, when reconnecting
    next_url: str = ""
    # A sign-in with an end of its own (`orgs.sign_in.callbacks`): which, about what, and where it began.
    kind: str = ""
    about: str = ""
    back: str = ""
    visitor: bool = False  # by somebody who needs no account here
    keeps: bool = True  # the person was told that the grant may become the org's connection
    fresh: bool = False  # Salesforce was asked to ask who it is; it never tells whether it did
    at: float = 0.0

    @classmethod
    def of(cls, raw: dict[str, Any]) -> SignIn:
        """As a session keeps it, also one that code of another version began."""
        return cls(**{name: value for name, value in raw.items() if name in _FIELDS})

    def kept(self) -> dict[str, Any]:
        """For a session: what is as always is left out, so that the version before can read it."""
        return {
            each.name: value for each in fields(self) if (value := getattr(self, each.name)) != each.default
        }


_FIELDS = {each.name for each in fields(SignIn)}


def add(session: SessionData, sign_in: SignIn) -> str:
    """Remember a sign-in; the oldest give way. Returns its state."""
    state = secrets.token_urlsafe(32)
    waiting = _alive(session.get(_OPEN, {})) | {state: sign_in.kept() | {"at": time.time()}}
    newest = sorted(waiting, key=lambda key: float(waiting[key]["at"]))[-AT_MOST:]
    session[_OPEN] = {key: waiting[key] for key in newest}
    if sign_in.visitor:
        session[_VISITOR] = True
    return state


def is_visitor(session: SessionData) -> bool:
    """Whether somebody without an account has begun a sign-in in this browser."""
    return bool(session.get(_VISITOR))


def take(session: SessionData, state: str) -> SignIn:
    """The sign-in of this state, once. Raises `StateProblem`."""
    waiting = dict(session.get(_OPEN, {}))
    raw = waiting.pop(state, None)
    if raw is None:
        used = session.get(_USED, {})
        if state and state in used:
            raise StateProblem("state_used", used[state])
        raise StateProblem("state_lost")
    session[_OPEN] = waiting
    note_used(session, state, "")
    if time.time() - raw["at"] > LIFETIME:
        raise StateProblem("state_expired")
    return SignIn.of(raw)


def note_used(session: SessionData, state: str, org: str) -> None:
    """Keep which org a state connected, so that the browser's reload leads there."""
    used = {key: value for key, value in session.get(_USED, {}).items() if key != state}
    newest = [*used.items()][-AT_MOST:]
    session[_USED] = dict(newest) | {state: org}


def _alive(waiting: dict[str, Any]) -> dict[str, Any]:
    # An expired one is kept a while, so that it can be told from one that never was.
    limit = time.time() - 4 * LIFETIME
    return {key: raw for key, raw in waiting.items() if raw["at"] > limit}
