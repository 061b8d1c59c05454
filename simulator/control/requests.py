"""Bodies that come to the controls, and how a senseless one is refused."""

from __future__ import annotations

from flask import jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response


class Bad(Exception):
    """A request that makes no sense here: 400 with the reason."""


def refusal(status: int, reason: str) -> Response:
    answer = jsonify(error=reason)
    answer.status_code = status
    return answer


def bad_request(error: Exception) -> Response:
    return refusal(400, str(error))


def json_body() -> dict[str, object]:
    try:
        body = request.get_json()
    except HTTPException as error:
        raise Bad("send a JSON object with Content-Type: application/json") from error
    if not isinstance(body, dict):
        raise Bad("send a JSON object")
    return body
