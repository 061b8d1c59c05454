"""Who makes an API call: their session, and the org's allowance of calls."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, request

from simulator import client_apps
from simulator.engagement import advance, is_frozen
from simulator.errors import ApiError, session_expired
from simulator.org.store import Org
from simulator.web.context import world


@dataclass
class Counter:
    """Shared by a call and its parts, for the request log."""

    queries: int = 0


def bearer_token() -> str:
    """The access token of an API call; the browser's cookie is no good there."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() in ("bearer", "oauth") else ""


def note_org(org: Org) -> None:
    """Tell the request log whose request this is."""
    g.org_id = org.id


def counter() -> Counter:
    """Where this request counts its queries."""
    if "counter" not in g:
        g.counter = Counter()
    found: Counter = g.counter
    return found


def caller() -> tuple[Org, str]:
    """The org and user of the bearer token, with one API call counted; ApiError if it may not call.

    Hold `world.lock`. The SOAP and REST endpoints both start here.
    """
    return admit(bearer_token())


def admit(token: str) -> tuple[Org, str]:
    org, user_id = world().org_of_token(token)
    note_org(org)
    if not {"api", "full"} & set(world().tokens[token].scopes):
        raise ApiError(
            "INVALID_SESSION_ID", "This session is not valid for use with the REST API", status=401
        )
    user = org.get(user_id)
    if user is None or not user.get("IsActive") or is_frozen(org, user_id):
        raise session_expired()
    advance(org)
    count(org, client_apps.label_of(world(), world().tokens[token].client_id))
    return org, user_id


def count(org: Org, app_label: str) -> None:
    """One API call of the org's allowance (section 8)."""
    if org.switches.api_used >= org.switches.api_limit:
        raise ApiError("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", status=403)
    org.switches.api_used += 1
    org.changed = True
    g.usage = _usage(org, app_label)


def _usage(org: Org, app_label: str) -> str:
    """The header's value; the part for one app was seen in a client's tests only (section 8)."""
    used, ours = org.switches.api_used, org.switches.per_app_api_limit
    usage = f"api-usage={used}/{org.switches.api_limit}"
    return f"{usage}; per-app-api-usage={used}/{ours}(appName={app_label})" if ours else usage
