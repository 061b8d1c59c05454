"""/services/data over HTTP: versions, the caller's session, and bodies in and out of JSON."""

from __future__ import annotations

import json
import re

from flask import Blueprint, Response, request

from simulator.errors import ApiError, not_found
from simulator.org import rights
from simulator.rest.call import Call
from simulator.rest.routes import dispatch
from simulator.web import caller
from simulator.web.context import origin, world
from simulator.web.hooks import json_reply

blueprint = Blueprint("data_api", __name__)

_OLDEST = 31
_METHODS = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"]


def versions(highest: str) -> list[dict[str, str]]:
    """Three releases a year: Winter '15 was 32.0, Winter '27 is 68.0."""
    found = []
    for number in range(_OLDEST, int(float(highest)) + 1):
        year, season = divmod(number - 32, 3)
        label = f"{('Winter', 'Spring', 'Summer')[season]} '{15 + year}"
        found.append({"label": label, "url": f"/services/data/v{number}.0", "version": f"{number}.0"})
    return found


@blueprint.get("/services/data", strict_slashes=False)
def list_versions() -> Response:
    """Needs no session. With one, the org's own list: an org may be older than the rest."""
    with world().lock:
        highest = world().switches.highest_api_version
        try:
            org, _user_id = world().org_of_token(caller.bearer_token())
        except ApiError:  # nobody in particular asks
            pass
        else:
            caller.note_org(org)
            highest = org.switches.highest_api_version
    return json_reply(versions(highest))


@blueprint.route("/services/data/<version>", defaults={"path": ""}, methods=_METHODS, strict_slashes=False)
@blueprint.route("/services/data/<version>/<path:path>", methods=_METHODS)
def answer(version: str, path: str) -> Response:
    with world().lock:
        org, user_id = caller.caller()
        if not org.switches.api_enabled:
            message = "The REST API is not enabled for this Organization."
            raise ApiError("API_DISABLED_FOR_ORG", message, status=403)
        if not rights.has_right(org, user_id, "ApiEnabled"):
            raise ApiError("API_CURRENTLY_DISABLED", "API is disabled for this User", status=403)
        _check_version(version, org.switches.highest_api_version)
        call = Call(
            world(),
            org,
            user_id,
            version[1:],
            request.method,
            path.strip("/"),
            dispatch,
            request.args,
            _body(),
            origin(),
            caller.counter(),
        )
        reply = dispatch(call)
        response = json_reply(reply.body, reply.status)
    response.headers.extend(dict(reply.headers))
    return response


def _check_version(version: str, highest: str) -> None:
    match = re.fullmatch(r"v(\d+)\.0", version)
    if match is None or not _OLDEST <= int(match[1]) <= int(float(highest)):
        raise not_found()


def _body() -> object:
    """The JSON body of a write; 415 for another content type, 400 for broken JSON."""
    data = request.get_data()
    if request.method not in ("POST", "PATCH", "PUT") or not data:
        return None
    if "json" not in (request.mimetype or ""):
        message = f"Unsupported Media Type: {request.mimetype}"
        raise ApiError("UNSUPPORTED_MEDIA_TYPE", message, status=415)
    try:
        return json.loads(data)
    except ValueError as problem:
        raise ApiError("JSON_PARSER_ERROR", f"Unexpected input in the JSON body: {problem}") from None
