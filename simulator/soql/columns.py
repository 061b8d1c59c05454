"""What `/query?columns=true` says of a query's columns; the shape is in the tests of `sf`'s plugin-data."""

from __future__ import annotations

from typing import Any

from simulator.schema.types import Field, ObjectType
from simulator.soql.names import Found, Names
from simulator.soql.tree import Count, Path, Query

_APEX_TYPES = {
    "id": "Id",
    "reference": "Id",
    "boolean": "Boolean",
    "int": "Integer",
    "double": "Double",
    "date": "Date",
    "datetime": "Datetime",
}


def describe(query: Query, kind: ObjectType, names: Names, children: list[dict[str, Any]]) -> dict[str, Any]:
    """Names and types of the columns; no row is read."""
    columns: list[dict[str, Any]] = []
    for item in query.items:
        if isinstance(item, Path):
            _put(columns, names.find(item))
    counted = any(isinstance(item, Count) for item in query.items)
    return {
        "columnMetadata": columns + children,
        "entityName": kind.name,
        "groupBy": False,
        "idSelected": not counted and any(each["columnName"] == "Id" for each in columns),
        "keyPrefix": kind.prefix or None,
    }


def of_children(name: str, columns: list[dict[str, Any]]) -> dict[str, Any]:
    """A child's SELECT is one column that joins its own."""
    return _joined(name) | {"aggregate": True, "joinColumns": columns}


def _put(columns: list[dict[str, Any]], found: Found) -> None:
    """A parent's field stands inside its relationship's column."""
    for step in found.steps:
        known = next((each for each in columns if each["columnName"] == step.relationship), None)
        if known is None:
            known = _joined(step.relationship)
            columns.append(known)
        columns = known["joinColumns"]
    columns.append(_column(found.field))


def _column(field: Field) -> dict[str, Any]:
    apex = _APEX_TYPES.get(field.type, "String")
    return _joined(field.name) | {
        "apexType": apex,
        "booleanType": apex == "Boolean",
        "custom": field.name.endswith("__c"),
        "numberType": apex in ("Integer", "Double"),
        "textType": apex == "String",
    }


def _joined(name: str) -> dict[str, Any]:
    return {
        "aggregate": False,
        "apexType": None,
        "booleanType": False,
        "columnName": name,
        "custom": False,
        "displayName": name,
        "foreignKeyName": None,
        "insertable": False,
        "joinColumns": [],
        "numberType": False,
        "textType": False,
        "updatable": False,
    }
