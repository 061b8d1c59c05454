"""/composite: many requests in one call."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from simulator.errors import ApiError
from simulator.rest.call import Call, Reply
from simulator.schema.tables import ALL_TYPES

_MOST = 25
_MOST_QUERIES = 5  # queries and collections together
_LIMITED = re.compile(r"(tooling/)?query(All)?(/.*)?|composite/sobjects.*")
_REFERENCE = re.compile(r"@\{(\w+)((?:\.\w+|\[\d+\])*)\}")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_NAME = re.compile(r"[A-Za-z0-9]\w*")
_VERSIONED = re.compile(r"/?(?:services/data/)?v(\d+\.0)/(.*)")
_HALTED = [
    {
        "errorCode": "PROCESSING_HALTED",
        "message": "The transaction was rolled back since another operation in the same transaction failed.",
    }
]


class _Undo(Exception):
    """Takes the transaction back; the answers are already known."""


def composite(call: Call, tooling: str | None) -> Reply:
    """Counts as one call. References `@{ref.field}` reach into earlier answers.

    That of the Tooling API takes that API's own resources only (its guide; the wording is not recorded).
    """
    wanted = _requests_of(call.body)
    _check_names(wanted)
    if tooling and not all(_split_url(each)[1].startswith(tooling) for each in wanted):
        raise ApiError("INVALID_INPUT", "Only resources of the Tooling API can be used here")
    _check_limits(wanted)
    all_or_none = bool(call.body.get("allOrNone", False))
    return Reply(200, {"compositeResponse": _run(call, wanted, all_or_none=all_or_none)})


def _run(call: Call, wanted: list[dict[str, Any]], *, all_or_none: bool) -> list[dict[str, Any]]:
    """The answers, in order; with `all_or_none` one failure takes everything back."""
    answers: list[dict[str, Any]] = []
    if all_or_none and call.org.switches.mixed_dml_error:
        _check_mixture(wanted)
    try:
        with call.org.transaction():
            bodies: dict[str, Any] = {}
            for each in wanted:
                answer = _one(call, each, bodies)
                answers.append(answer)
                if answer["httpStatusCode"] < 300:
                    bodies[each["referenceId"]] = answer["body"]
                elif all_or_none:
                    raise _Undo
    except _Undo:
        answers = [_halted(each["referenceId"]) for each in wanted[: len(answers) - 1]] + answers[-1:]
        answers += [_halted(each["referenceId"]) for each in wanted[len(answers) :]]
    return answers


def _check_names(wanted: list[dict[str, Any]]) -> None:
    seen: set[str] = set()
    for each in wanted:
        name = each.get("referenceId")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise ApiError("JSON_PARSER_ERROR", f"Invalid reference Id: {name}. It must be alphanumeric.")
        if name in seen:
            raise ApiError("JSON_PARSER_ERROR", f"Duplicate ReferenceId provided: {name}")
        seen.add(name)


def _check_limits(wanted: list[dict[str, Any]]) -> None:
    """The limits are documented; the exact wording of their errors is not recorded."""
    if len(wanted) > _MOST:
        raise ApiError(
            "LIMIT_EXCEEDED", f"Composite API request exceeds the limit of {_MOST} subrequests: {len(wanted)}"
        )
    limited = sum(_LIMITED.fullmatch(urlsplit(_split_url(each)[1]).path) is not None for each in wanted)
    if limited > _MOST_QUERIES:
        message = (
            f"Composite API request exceeds the limit of {_MOST_QUERIES} queries or collections: {limited}"
        )
        raise ApiError("LIMIT_EXCEEDED", message)


def _check_mixture(wanted: list[dict[str, Any]]) -> None:
    """Setup objects and others written in one transaction: a limit of Apex that may hold here too (8)."""
    written = {
        match[1].lower()
        for each in wanted
        if str(each.get("method", "GET")).upper() != "GET"
        and (match := re.search(r"/sobjects/(\w+)", str(each.get("url"))))
    }
    setup = {kind.name.lower() for kind in ALL_TYPES if kind.setup}
    if written & setup and written - setup:
        message = (
            "DML operation on setup object is not permitted after you have updated a non-setup object "
            "(or vice versa)"
        )
        raise ApiError("MIXED_DML_OPERATION", message)


def _one(call: Call, each: Mapping[str, Any], bodies: Mapping[str, Any]) -> dict[str, Any]:
    try:
        url = _filled(each["url"], bodies)
        body = _filled(each.get("body"), bodies)
        reply = _send(call, str(each.get("method", "GET")), url, body)
    except ApiError as error:
        reply = Reply(error.status, error.body())
    return {
        "body": reply.body,
        "httpHeaders": dict(reply.headers),
        "httpStatusCode": reply.status,
        "referenceId": each["referenceId"],
    }


def _send(call: Call, method: str, url: str, body: Any) -> Reply:
    _version, rest = _split_url({"url": url})
    parts = urlsplit(rest)
    path = parts.path.strip("/")
    if path in ("composite", "tooling/composite"):
        raise ApiError(
            "INVALID_INPUT", f"The requested resource can't be used in a composite request: {path}"
        )
    args = dict(parse_qsl(parts.query, keep_blank_values=True))
    return call.dispatch(call.part(method.upper(), unquote(path), args, body))


def _split_url(each: Mapping[str, Any]) -> tuple[str, str]:
    match = _VERSIONED.fullmatch(str(each.get("url", "")))
    if match is None:
        raise ApiError(
            "NOT_FOUND", f"The url provided is not supported by this resource: {each.get('url')}", status=404
        )
    return match[1], match[2]


def _filled(value: Any, bodies: Mapping[str, Any]) -> Any:
    """`value` with every reference replaced by what it points to."""
    if isinstance(value, str):
        return _REFERENCE.sub(lambda match: _resolve(match, bodies), value)
    if isinstance(value, dict):
        return {key: _filled(inner, bodies) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, bodies) for inner in value]
    return value


def _resolve(match: re.Match[str], bodies: Mapping[str, Any]) -> str:
    name, path = match[1], match[2]
    try:
        value = bodies[name]
        for key, index in _STEP.findall(path):
            value = value[key] if key else value[int(index)]
    except (KeyError, IndexError, TypeError):
        message = f"Invalid reference specified. No value for {name}{path} found in {name}"
        raise ApiError("PROCESSING_HALTED", message) from None
    return value if isinstance(value, str) else json.dumps(value)


def _halted(name: str) -> dict[str, Any]:
    return {"body": _HALTED, "httpHeaders": {}, "httpStatusCode": 400, "referenceId": name}


def _requests_of(body: Any) -> list[dict[str, Any]]:
    wanted = body.get("compositeRequest") if isinstance(body, dict) else None
    if not isinstance(wanted, list) or not all(isinstance(each, dict) for each in wanted):
        message = "Required fields are missing: [compositeRequest]"
        raise ApiError("REQUIRED_FIELD_MISSING", message, ["compositeRequest"])
    return wanted
