"""/composite/graph: composite requests side by side, each of them all or nothing (section 8)."""

from __future__ import annotations

from typing import Any

from simulator import composite
from simulator.calls import Call, Reply
from simulator.errors import ApiError

_MOST_NODES = 500


def graph(call: Call) -> Reply:
    """Counts as one call. What fails in one graph leaves the others as they are."""
    graphs = composite.requests_of(call.body, "graphs")
    parts = [composite.requests_of(each, "compositeRequest") for each in graphs]
    for wanted in parts:
        composite.check_names(wanted)
    nodes = sum(map(len, parts))
    if nodes > _MOST_NODES:  # the limit is documented, this wording is not recorded
        raise ApiError("LIMIT_EXCEEDED", f"Graph request exceeds the limit of {_MOST_NODES} nodes: {nodes}")
    return Reply(
        200, {"graphs": [_one(call, each, wanted) for each, wanted in zip(graphs, parts, strict=True)]}
    )


def _one(call: Call, each: dict[str, Any], wanted: list[dict[str, Any]]) -> dict[str, Any]:
    answers = composite.run(call, wanted, all_or_none=True)
    return {
        "graphId": each.get("graphId"),
        "graphResponse": {"compositeResponse": answers},
        "isSuccessful": all(answer["httpStatusCode"] < 400 for answer in answers),
    }
