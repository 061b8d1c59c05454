"""What each fault does to a request. Words and statuses: fact sheet, sections 7 to 9."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from simulator.errors import ApiError, not_found
from simulator.faults.passing import Passing
from simulator.faults.row_locks import locking
from simulator.faults.rules import Rule
from simulator.metadata_soap.write_xml import fault as soap_fault
from simulator.oauth import grants
from simulator.world import World

_JSON = "application/json;charset=UTF-8"
_DEFAULT_HANG = 60.0
_PAGE = (
    "<!DOCTYPE html><html><head><title>{title}</title></head>"
    "<body><h1>{title}</h1><p>We apologize for the inconvenience. Please try again later.</p></body></html>"
)


class HangUp(Exception):
    """The connection ends without (the rest of) an answer."""


@dataclass
class Answer:
    """A whole answer; `cut` sends half of the body and then breaks off."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    cut: bool = False

    @property
    def status_line(self) -> str:
        try:
            return f"{self.status} {HTTPStatus(self.status).phrase}"
        except ValueError:  # 420 is Salesforce's own
            return f"{self.status} Unknown"

    def with_body(self, body: bytes) -> Answer:
        kept = [(name, value) for name, value in self.headers if name.lower() != "content-length"]
        return Answer(self.status, [*kept, ("Content-Length", str(len(body)))], body)


@dataclass(frozen=True)
class Passage:
    """A request, the rule that struck it, and the way on to the org."""

    rule: Rule
    passing: Passing
    world: World
    forward: Callable[[], Answer]

    def is_a(self, *kinds: str) -> bool:
        return not self.passing.kinds.isdisjoint(kinds)


def reply(status: int, kind: str, text: str, *headers: tuple[str, str]) -> Answer:
    return Answer(status, [("Content-Type", kind), *headers]).with_body(text.encode())


def page(status: int, title: str, *headers: tuple[str, str]) -> Answer:
    return reply(status, "text/html;charset=UTF-8", _PAGE.format(title=title), *headers)


def refuse(go: Passage, error: ApiError, *headers: tuple[str, str]) -> Answer:
    """In the shape that this endpoint's errors have."""
    if go.is_a("soap"):
        return reply(500, "text/xml;charset=UTF-8", soap_fault(error.code, error.message), *headers)
    if go.is_a("token", "revoke"):
        body: Any = {"error": error.code, "error_description": error.message}
        return reply(error.status, _JSON, json.dumps(body), *headers)
    return reply(error.status, _JSON, json.dumps(error.body()), *headers)


def expired_session(go: Passage) -> Answer:
    with go.world.lock:
        go.world.tokens.pop(go.passing.token, None)
    return go.forward()


def revoked_grant(go: Passage) -> Answer:
    with go.world.lock:
        token = go.world.tokens.pop(go.passing.token, None)
        grants.shelf(go.world, "codes").pop(go.passing.form.get("code", ""), None)
        entry = _refresh_entry(go)
        if chain := (token.chain if token else entry["chain"] if entry else ""):
            grants.end_chain(go.world, chain)
    return go.forward()


def reuse_detected(go: Passage) -> Answer:
    with go.world.lock:
        if entry := _refresh_entry(go):
            entry["used"] = True
    return go.forward()


def _refresh_entry(go: Passage) -> dict[str, Any] | None:
    found: dict[str, Any] | None = grants.shelf(go.world, "refresh_tokens").get(
        go.passing.form.get("refresh_token", "")
    )
    return found


def limit_reached(go: Passage) -> Answer:
    if go.is_a("token"):
        return refuse(go, ApiError("rate_limit_exceeded", "login rate exceeded"))
    error = ApiError("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", status=403)
    org = go.world.orgs.get(go.passing.org_id)
    limit = org.switches.api_limit if org else 15_000
    return refuse(go, error, ("Sforce-Limit-Info", f"api-usage={limit}/{limit}"))


def too_many(go: Passage) -> Answer:
    after = go.rule.retry_after
    return Answer(429, [("Retry-After", str(after))] if after is not None else []).with_body(b"")


def unavailable(go: Passage) -> Answer:
    return page(go.rule.status or 503, "Service Unavailable")


def server_unavailable(go: Passage) -> Answer:
    return refuse(go, ApiError("SERVER_UNAVAILABLE", "Server too busy.", status=503))


def maintenance(go: Passage) -> Answer:
    return page(go.rule.status or 200, "Salesforce is down for scheduled maintenance")


def unknown_exception(go: Passage) -> Answer:
    if go.rule.effect:
        go.forward()
    text = "An unexpected error occurred. Please include this ErrorId if you contact support: 1087654321-42"
    return refuse(go, ApiError("UNKNOWN_EXCEPTION", text, status=500))


def refused(go: Passage) -> Answer:
    rule = go.rule
    return refuse(
        go, ApiError(rule.code, rule.message or "The request was refused.", status=rule.status or 400)
    )


def composite_refused(go: Passage) -> Answer:
    text = "The REST API is not enabled for this Organization."
    return refuse(go, ApiError(go.rule.code or "API_DISABLED_FOR_ORG", text, status=go.rule.status or 403))


def row_lock(go: Passage) -> Answer:
    with locking(go.rule.sobject, go.rule.row):
        return go.forward()


def timeout(go: Passage) -> Answer:
    if go.rule.effect:
        go.forward()
    go.world.faults.wait(go.rule.seconds or _DEFAULT_HANG)
    raise HangUp


def slow(go: Passage) -> Answer:
    go.world.faults.wait(go.rule.seconds)
    return go.forward()


def dropped(go: Passage) -> Answer:
    if go.rule.effect:
        go.forward()
    raise HangUp


def truncated(go: Passage) -> Answer:
    answer = go.forward()
    if len(answer.body) < 2:
        raise HangUp
    answer.cut = True
    return answer


def invalid_json(go: Passage) -> Answer:
    answer = go.forward()
    return answer.with_body(answer.body[: max(1, len(answer.body) // 2)].rstrip(b"]}") or b"{")


def other_shape(go: Passage) -> Answer:
    return go.forward().with_body(b'{"unexpected":[1,null,{"records":3}]}')


def empty(go: Passage) -> Answer:
    return Answer(200, go.forward().headers).with_body(b"")


def old_version(go: Passage) -> Answer:
    highest = float(go.rule.version)
    if go.is_a("versions"):
        answer = go.forward()
        rows = [row for row in json.loads(answer.body) if float(row["version"]) <= highest]
        return answer.with_body(json.dumps(rows).encode())
    asked = go.passing.path.split("/")[3].removeprefix("v")
    return refuse(go, not_found()) if float(asked) > highest else go.forward()


ACTS: dict[str, Callable[[Passage], Answer]] = {
    act.__name__: act
    for act in (
        expired_session,
        revoked_grant,
        reuse_detected,
        limit_reached,
        too_many,
        unavailable,
        server_unavailable,
        maintenance,
        unknown_exception,
        refused,
        composite_refused,
        row_lock,
        timeout,
        slow,
        dropped,
        truncated,
        invalid_json,
        other_shape,
        empty,
        old_version,
    )
}
