"""The REST resources: records, describes, limits; and the table of all routes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from simulator import collections_api, composite, describe, queries, rights, validation
from simulator.calls import Call, Reply
from simulator.errors import ApiError, not_found
from simulator.objects.computed import value_of
from simulator.objects.sources import visible_rows
from simulator.schema import ObjectType

Handler = Callable[..., Reply]


def dispatch(call: Call) -> Reply:
    """Answer one call; ApiError is left to whoever made the call."""
    method = call.method
    if method == "POST" and "_HttpMethod" in call.args:  # documented way round for clients without PATCH
        method = call.args["_HttpMethod"].upper()
    for pattern, handlers in _ROUTES:
        match = pattern.fullmatch(call.path)
        if match:
            handler = handlers.get("GET" if method == "HEAD" else method)
            if handler is None:
                raise wrong_method(handlers)
            return handler(call, *match.groups())
    raise not_found()


def wrong_method(handlers: dict[str, Handler]) -> ApiError:
    allowed = ",".join(sorted({*handlers, "HEAD"} if "GET" in handlers else handlers))
    return ApiError("METHOD_NOT_ALLOWED", f"HTTP Method not allowed. Allowed are {allowed}", status=405)


def resources(call: Call) -> Reply:
    names = ("tooling/query", "sobjects", "query", "queryAll", "limits", "composite")
    links = {name: f"{call.base}/{name}" for name in names}
    return Reply(200, {"identity": f"{call.origin}/id/{call.org.id}/{call.user_id}"} | links)


def limits(call: Call) -> Reply:
    """Needs View Setup and Configuration (section 8)."""
    if not rights.has_right(call.org, call.user_id, "ViewSetup"):
        raise ApiError("FORBIDDEN", "You do not have access to this resource.", status=403)
    switches = call.org.switches
    made = sum(
        not row.get("IsOwnedByProfile") and not row.get("NamespacePrefix")
        for row in call.org.rows("PermissionSet")
    )
    most = 1500
    return Reply(
        200,
        {
            "DailyApiRequests": {
                "Max": switches.api_limit,
                "Remaining": max(0, switches.api_limit - switches.api_used),
            },
            "PermissionSets": {
                "Max": most,
                "Remaining": most - made,
                "CreateCustom": {"Max": 1000, "Remaining": max(0, 1000 - made)},
            },
        },
    )


def kind_of(call: Call, sobject: str, *, tooling: bool = False) -> ObjectType:
    """The object type if it exists for this caller; else 404, as for any unknown resource."""
    kind = call.org.schema(tooling=tooling).find(sobject)
    seen = rights.seen_as(call.org, kind, call.user_id) if kind else None
    if seen is None:
        raise not_found()
    return seen


def global_describe(call: Call, tooling: str | None) -> Reply:
    kinds = call.org.schema(tooling=bool(tooling)).types.values()
    base = call.base + ("/tooling" if tooling else "")
    seen = [describe.summary(kind, base) for kind in kinds if rights.can_see(call.org, kind, call.user_id)]
    return Reply(200, {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": seen})


def basic(call: Call, tooling: str | None, sobject: str) -> Reply:
    kind = kind_of(call, sobject, tooling=bool(tooling))
    return Reply(200, {"objectDescribe": describe.summary(kind, call.base), "recentItems": []})


def full_describe(call: Call, tooling: str | None, sobject: str) -> Reply:
    return Reply(200, describe.full(kind_of(call, sobject, tooling=bool(tooling)), call.base))


def retrieve(call: Call, tooling: str | None, sobject: str, record_id: str) -> Reply:
    kind = kind_of(call, sobject, tooling=bool(tooling))
    record = validation.existing(call.org, kind, record_id)
    seen = list(visible_rows(call.org, kind, call.user_id, [record]))
    if not seen:
        raise not_found()
    names = [name for name in call.args.get("fields", "").split(",") if name]
    fields = [_column(kind, name.strip()) for name in names] or list(kind.fields.values())
    url = f"{call.base}/sobjects/{kind.name}/{record['Id']}"
    return Reply(
        200,
        {"attributes": {"type": kind.name, "url": url}}
        | {field.name: value_of(call.org, kind, field)(seen[0]) for field in fields},
    )


def _column(kind: ObjectType, name: str) -> Any:
    field = kind.field(name)
    if field is None:
        raise ApiError("INVALID_FIELD", f"No such column '{name}' on sobject of type {kind.name}")
    return field


def create(call: Call, sobject: str) -> Reply:
    record_id = call.org.insert(sobject, _object(call.body), call.user_id)
    location = f"{call.base}/sobjects/{sobject}/{record_id}"
    return Reply(201, {"id": record_id, "success": True, "errors": []}, {"Location": location})


def change(call: Call, sobject: str, record_id: str) -> Reply:
    call.org.update(sobject, record_id, _object(call.body), call.user_id)
    return Reply(204)


def remove(call: Call, sobject: str, record_id: str) -> Reply:
    call.org.delete(sobject, record_id, call.user_id)
    return Reply(204)


def tooling_write(call: Call, sobject: str, *_more: str) -> Reply:
    """Nothing that this stand-in knows is written through Tooling; one repository says otherwise (4c)."""
    if sobject.lower() == "setupentityaccess" and call.org.switches.tooling_setup_entity_access_write:
        return create(call, sobject)
    kind = call.org.schema(tooling=True).find(sobject)
    raise not_found() if kind is None else validation.read_only(kind, call.org.switches)


def external_id(call: Call, sobject: str, field: str, _value: str) -> Reply:
    kind_of(call, sobject)
    message = f"Provided external ID field does not exist or is not accessible: {field}"
    raise ApiError("NOT_FOUND", message, status=404)


def _object(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise ApiError(
            "JSON_PARSER_ERROR", "The HTTP entity body is required, but this request has no entity body."
        )
    return body


_SOBJECT = r"sobjects/(\w+)"
_TABLE: list[tuple[str, dict[str, Handler]]] = [
    (r"", {"GET": resources}),
    (r"limits", {"GET": limits}),
    (r"(tooling/)?query", {"GET": queries.query}),
    (r"(tooling/)?queryAll", {"GET": queries.query}),
    (r"(tooling/)?query(?:All)?/(\w+-\d+)", {"GET": queries.more}),
    (r"composite", {"POST": composite.composite}),
    (
        r"composite/sobjects",
        {
            "POST": collections_api.create,
            "PATCH": collections_api.change,
            "DELETE": collections_api.remove,
        },
    ),
    (r"(tooling/)?sobjects", {"GET": global_describe}),
    (
        r"tooling/sobjects/(\w+)",
        {"POST": tooling_write, "GET": lambda call, name: basic(call, "tooling/", name)},
    ),
    (
        r"tooling/sobjects/(\w+)/(\w{15}|\w{18})",
        {
            "PATCH": tooling_write,
            "DELETE": tooling_write,
            "GET": lambda call, name, key: retrieve(call, "tooling/", name, key),
        },
    ),
    (_SOBJECT, {"GET": lambda call, name: basic(call, None, name), "POST": create}),
    (rf"(tooling/)?{_SOBJECT}/describe", {"GET": full_describe}),
    (
        rf"{_SOBJECT}/(\w{{15}}|\w{{18}})",
        {
            "GET": lambda call, name, key: retrieve(call, None, name, key),
            "PATCH": change,
            "DELETE": remove,
        },
    ),
    (rf"{_SOBJECT}/(\w+)/(.+)", {"GET": external_id, "PATCH": external_id, "DELETE": external_id}),
]
_ROUTES = [(re.compile(pattern), handlers) for pattern, handlers in _TABLE]
