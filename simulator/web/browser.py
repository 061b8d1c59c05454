"""Who is signed in to Salesforce's pages in this browser: the `sid` cookie."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from flask import request
from werkzeug.wrappers import Response

from simulator import engagement
from simulator.clock import stamp
from simulator.errors import ApiError
from simulator.org.rights import has_right
from simulator.org.security import may_sign_in_by, proof
from simulator.org.store import Org, Record
from simulator.web.context import world
from simulator.world import Token, World

COOKIE = "sid"
_KEPT = timedelta(hours=12)
# A browser session is a token as well, but not one of ours to refresh or count.
BROWSER = "browser"


class LoginRefused(Exception):
    """What the login page says."""


@dataclass(frozen=True)
class Visitor:
    """A person in a browser."""

    org: Org
    user: Record
    sid: str

    def may(self, *rights: str) -> bool:
        return all(has_right(self.org, self.user["Id"], right) for right in rights)


def visitor() -> Visitor | None:
    """The signed-in person, if the session still counts: inactive and frozen people are out."""
    sid = request.cookies.get(COOKIE, "")
    token = world().tokens.get(sid)
    if token is None or token.client_id != BROWSER:
        return None
    try:
        org, user_id = world().org_of_token(sid)
    except ApiError:  # expired
        return None
    user = org.get(user_id)
    if user is None or not may_log_in(org, user):
        return None
    engagement.advance(org)
    return Visitor(org, user, sid)


def find_user(here: World, username: str) -> tuple[Org, Record] | None:
    """Usernames are unique over all orgs, as in Salesforce."""
    for org in here.orgs.values():
        for row in org.find("User", Username=username.strip()):
            return org, row
    return None


def log_in(here: World, username: str, host: str) -> str:
    """A new session's `sid`; LoginRefused when the person can't sign in."""
    found = find_user(here, username)
    if found is None:
        raise LoginRefused("No user of any org here has this username.")
    org, user = found
    status = "Success" if may_log_in(org, user) else "User is Inactive"
    engagement.log_use(
        org,
        user["Id"],
        status=status,
        LoginType="Application",
        LoginSubType=None,
        Application="Browser",
        LoginUrl=host,
        SourceIp=request.remote_addr or "127.0.0.1",
    )
    if status == "Success":
        verify(org, user["Id"])
    else:
        raise LoginRefused(
            "Please check your username and password. "
            "If you still can't log in, contact your Salesforce administrator."
        )
    return start_session(here, org, user)


def verify(org: Org, user_id: str) -> None:
    """The second proof at the login page; what was used goes into the history."""
    method = org.switches.login_verified_by
    if not may_sign_in_by(org, user_id, method):
        raise LoginRefused("You need a passkey, a built-in authenticator or a security key to log in here.")
    if method:
        shown = proof(user_id, method, stamp(org.clock.now()))
        org.add("VerificationHistory", **{key: value for key, value in shown.items() if key != "Id"})


def may_log_in(org: Org, user: Record) -> bool:
    return bool(user["IsActive"]) and not engagement.is_frozen(org, user["Id"])


def start_session(here: World, org: Org, user: Record) -> str:
    """The `sid` of a new session in a browser."""
    org.patch(user["Id"], LastLoginDate=org.clock.now())
    sid = new_token_value(org)
    here.tokens[sid] = Token(sid, org.id, user["Id"], here.clock.now() + _KEPT, ("web",), BROWSER)
    here.changed = True
    return sid


def new_token_value(org: Org) -> str:
    """`00D…!AQ…`: the org's 15-character id, then what nobody can guess."""
    return f"{org.id[:15]}!AQ{secrets.token_urlsafe(66).replace('-', '.')}"


def keep(response: Response, sid: str) -> Response:
    response.set_cookie(COOKIE, sid, httponly=True, samesite="Lax", path="/")
    return response


def log_out(response: Response) -> Response:
    world().tokens.pop(request.cookies.get(COOKIE, ""), None)
    world().changed = True
    response.delete_cookie(COOKIE, path="/")
    return response


def local_path(text: str | None) -> str:
    """A path on this host to go on to, never another site."""
    safe = text and text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    if text and safe:
        return text
    return "/lightning/setup/SetupOneHome/home"


def people_to_offer(org: Org) -> list[tuple[Record, str]]:
    """The people whom the login and switch pages name, with what they are for."""
    wanted = (
        (org.admin_id, "System Administrator"),
        (org.connection_user_id, "Salesforce-side connection user"),
        (str(org.extra.get("limited_admin_id", "")), "administrator who may not manage permission sets"),
    )
    return [(user, why) for user_id, why in wanted if (user := org.get(user_id)) is not None]
