"""What PostgreSQL plans for a query: says that it stays quick, however slow the machine is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet


def whole_tables_again_and_again(query: QuerySet[Any]) -> list[dict[str, Any]]:
    """Parts of the plan that read a whole table for each row of another."""
    (plan,) = json.loads(query.explain(format="json", analyze=True))
    scans = [node for node in _nodes(plan["Plan"]) if node["Node Type"] == "Seq Scan"]
    return [node for node in scans if node["Actual Loops"] > 3 and node["Actual Rows"] > 100]


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)
