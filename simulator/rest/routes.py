"""Which resource answers which path and method of /services/data/vXX.X/."""

from __future__ import annotations

import re
from collections.abc import Callable

from simulator import errors, not_modelled
from simulator.errors import ApiError
from simulator.rest import about_org, collections, composite, queries, records
from simulator.rest.call import Call, Reply

Handler = Callable[..., Reply]


def dispatch(call: Call) -> Reply:
    """Answer one call; ApiError is left to whoever made the call."""
    for pattern, handlers in ROUTES:
        match = pattern.fullmatch(call.path)
        if match:
            handler = handlers.get("GET" if call.method == "HEAD" else call.method)
            if handler is None:
                raise wrong_method(handlers)
            return handler(call, *match.groups())
    resource = not_modelled.resource(call.path)
    raise errors.not_modelled(resource) if resource else errors.not_found()


def wrong_method(handlers: dict[str, Handler]) -> ApiError:
    allowed = ",".join(sorted({*handlers, "HEAD"} if "GET" in handlers else handlers))
    return ApiError("METHOD_NOT_ALLOWED", f"HTTP Method not allowed. Allowed are {allowed}", status=405)


_SOBJECT = r"sobjects/(\w+)"
_TABLE: list[tuple[str, dict[str, Handler]]] = [
    (r"", {"GET": about_org.resources}),
    (r"limits", {"GET": about_org.limits}),
    (r"(tooling/)?query", {"GET": queries.query}),
    (r"(tooling/)?queryAll", {"GET": queries.query}),
    (r"(tooling/)?query(?:All)?/(\w+-\d+)", {"GET": queries.more}),
    (r"(tooling/)?composite", {"POST": composite.composite}),
    (
        r"composite/sobjects",
        {
            "POST": collections.create,
            "PATCH": collections.change,
            "DELETE": collections.remove,
        },
    ),
    (r"(tooling/)?sobjects", {"GET": records.global_describe}),
    (
        r"tooling/sobjects/(\w+)",
        {"POST": records.tooling_write, "GET": lambda call, name: records.basic(call, "tooling/", name)},
    ),
    (
        r"tooling/sobjects/(\w+)/(\w{15}|\w{18})",
        {
            "PATCH": records.tooling_write,
            "DELETE": records.tooling_write,
            "GET": lambda call, name, key: records.retrieve(call, "tooling/", name, key),
        },
    ),
    (_SOBJECT, {"GET": lambda call, name: records.basic(call, None, name), "POST": records.create}),
    (rf"(tooling/)?{_SOBJECT}/describe", {"GET": records.full_describe}),
    (
        rf"{_SOBJECT}/(\w{{15}}|\w{{18}})",
        {
            "GET": lambda call, name, key: records.retrieve(call, None, name, key),
            "PATCH": records.change,
            "DELETE": records.remove,
        },
    ),
    (
        rf"{_SOBJECT}/(\w+)/(.+)",
        {"GET": records.external_id, "PATCH": records.external_id, "DELETE": records.external_id},
    ),
]
ROUTES = [(re.compile(pattern), handlers) for pattern, handlers in _TABLE]
