"""What surrounds each request that reaches an org: limits of size, refusals in JSON, the log."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from simulator.errors import ApiError
from simulator.web.caller import counter
from simulator.web.context import world
from simulator.world import LogEntry, World

_LONGEST_ADDRESS = _LARGEST_HEADERS = 16_384  # section 8: 414 and 431 beyond it


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
    current = world()
    current.record(
        LogEntry(
            current.clock.now(),
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


def install(app: Flask, kept: World) -> None:
    app.extensions["world"] = kept
    app.before_request(before)
    app.after_request(after)
    app.register_error_handler(ApiError, api_error)
    app.register_error_handler(HTTPException, http_error)
