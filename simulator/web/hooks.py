"""What surrounds each request that reaches an org: limits of size, refusals in JSON, the log."""

from __future__ import annotations

import json
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import HTTPException

from simulator import errors, not_modelled
from simulator.errors import ApiError
from simulator.web.caller import counter
from simulator.web.context import world
from simulator.world import LogEntry, World

_LONGEST_ADDRESS = _LARGEST_HEADERS = 16_384  # section 8: 414 and 431 beyond it


def json_reply(body: object, status: int = 200) -> Response:
    if status == 204:
        return Response(status=204)
    text = json.dumps(body, separators=(",", ":"))
    return Response(text, status=status, content_type="application/json;charset=UTF-8")


def is_api_call(path: str) -> bool:
    """Whether a request to this path counts: REST but for the list of versions, and SOAP."""
    return path.startswith("/services/Soap/") or path.rstrip("/").startswith("/services/data/")


def is_its_own(host: str) -> bool:
    """Whether this machine is meant: any page in a browser could lead its own name here (DNS rebinding)."""
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return name == "localhost" or name.endswith(".localhost") or bool(ip_address(name))
    except ValueError:
        return False


def before() -> Response | None:
    """The one place before every request that reaches the org (simulator.faults sees it earlier)."""
    if not is_its_own(request.host):
        return json_reply(ApiError("HOST", f"The stand-in is not {request.host}.", status=421).body(), 421)
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


def http_error(error: HTTPException) -> Response | HTTPException | tuple[str, int]:
    """Flask's own refusals, in Salesforce's words: to a program as JSON, to a person as a page."""
    if error.response is not None or request.path.startswith("/stand-in/"):
        return error
    if not request.path.startswith("/services/"):
        return _error_page(error)
    service = not_modelled.service(request.path)
    if service:
        missing = errors.not_modelled(service)
        return json_reply(missing.body(), missing.status)
    codes = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED", 415: "UNSUPPORTED_MEDIA_TYPE"}
    status = error.code or 500
    message = "The requested resource does not exist" if status == 404 else str(error.description)
    return json_reply(ApiError(codes.get(status, "UNKNOWN_EXCEPTION"), message).body(), status)


def _error_page(error: HTTPException) -> tuple[str, int]:
    gone = error.code == 404
    heading = "URL No Longer Exists" if gone else str(error.name)
    page = render_template("no_such_page.html", heading=heading, path=request.path, gone=gone)
    return page, error.code or 500


def install(app: Flask, kept: World) -> None:
    app.extensions["world"] = kept
    app.before_request(before)
    app.after_request(after)
    app.register_error_handler(ApiError, api_error)
    app.register_error_handler(HTTPException, http_error)
