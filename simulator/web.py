"""What every Flask view of the stand-in needs: the world, the caller, the limit, the log."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from simulator.calls import Counter
from simulator.errors import ApiError, session_expired
from simulator.store import Org
from simulator.world import LogEntry, World

_LONGEST_ADDRESS = _LARGEST_HEADERS = 16_384  # section 8: 414 and 431 beyond it
_APP_LABEL = "Connect Guide"


def current_world() -> World:
    world: World = current_app.extensions["world"]
    return world


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
    world = current_world()
    token = bearer_token()
    return admit(world, token)


def admit(world: World, token: str) -> tuple[Org, str]:
    org, user_id = world.org_of_token(token)
    note_org(org)
    if not {"api", "full"} & set(world.tokens[token].scopes):
        raise ApiError(
            "INVALID_SESSION_ID", "This session is not valid for use with the REST API", status=401
        )
    user = org.get(user_id)
    if user is None or not user.get("IsActive") or _frozen(org, user_id):
        raise session_expired()
    count(org)
    return org, user_id


def count(org: Org) -> None:
    """One API call of the org's allowance (section 8)."""
    if org.switches.api_used >= org.switches.api_limit:
        raise ApiError("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", status=403)
    org.switches.api_used += 1
    org.changed = True
    g.usage = _usage(org)


def _usage(org: Org) -> str:
    """The header's value; the part for one app was seen in a client's tests only (section 8)."""
    used, ours = org.switches.api_used, org.switches.per_app_api_limit
    usage = f"api-usage={used}/{org.switches.api_limit}"
    return f"{usage}; per-app-api-usage={used}/{ours}(appName={_APP_LABEL})" if ours else usage


def _frozen(org: Org, user_id: str) -> bool:
    return any(row.get("IsFrozen") for row in org.find("UserLogin", UserId=user_id))


def json_reply(body: Any, status: int = 200) -> Response:
    if status == 204:
        return Response(status=204)
    text = json.dumps(body, separators=(",", ":"))
    return Response(text, status=status, content_type="application/json;charset=UTF-8")


def is_api_call(path: str) -> bool:
    """Whether a request to this path counts: REST but for the list of versions, and SOAP."""
    return path.startswith("/services/Soap/") or path.rstrip("/").startswith("/services/data/")


def before() -> Response | None:
    """The one place before every request that reaches the org (simulator.faults sees it earlier)."""
    if len(request.full_path) > _LONGEST_ADDRESS:
        return json_reply(ApiError("URI_TOO_LONG", "URI Too Long", status=414).body(), 414)
    if sum(len(name) + len(value) for name, value in request.headers.items()) > _LARGEST_HEADERS:
        message = "Request Header Fields Too Large"
        return json_reply(ApiError("REQUEST_HEADER_FIELDS_TOO_LARGE", message, status=431).body(), 431)
    return None


def after(response: Response) -> Response:
    """The one place after every request that reached the org."""
    if "usage" in g:
        response.headers["Sforce-Limit-Info"] = g.usage
    world = current_world()
    world.record(
        LogEntry(
            world.clock.now(),
            request.method,
            request.full_path.rstrip("?"),
            g.get("org_id", ""),
            is_api_call(request.path),
            response.status_code,
            counter().queries,
            request.environ.get("stand_in.fault", ""),
        )
    )
    return response


def api_error(error: ApiError) -> Response:
    return json_reply(error.body(), error.status)


def http_error(error: HTTPException) -> Response | HTTPException:
    """Flask's own refusals, in Salesforce's words where a program is listening."""
    if not request.path.startswith("/services/data"):
        return error
    codes = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED", 415: "UNSUPPORTED_MEDIA_TYPE"}
    status = error.code or 500
    message = "The requested resource does not exist" if status == 404 else str(error.description)
    return json_reply(ApiError(codes.get(status, "UNKNOWN_EXCEPTION"), message).body(), status)


def install(app: Flask, world: World) -> None:
    app.extensions["world"] = world
    app.before_request(before)
    app.after_request(after)
    app.register_error_handler(ApiError, api_error)
    app.register_error_handler(HTTPException, http_error)
