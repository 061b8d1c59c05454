"""/composite/sobjects: up to 200 records of one call, each with its own outcome."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from simulator.errors import ApiError
from simulator.rest.call import Call, Reply
from simulator.schema.tables import ALL_TYPES

_MOST = 200
_MOST_TYPES = 10
_ROLLED_BACK = ApiError(
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using AllOrNone header",
)


class _Undo(Exception):
    """Takes the transaction back; the outcomes are already known."""


def create(call: Call) -> Reply:
    all_or_none, records = _read(call.body)

    def one(record: dict[str, Any]) -> str:
        return call.org.insert(record["attributes"]["type"], record, call.user_id)

    return Reply(200, _each(call, records, one, all_or_none))


def change(call: Call) -> Reply:
    all_or_none, records = _read(call.body)

    def one(record: dict[str, Any]) -> str:
        record_id = str(next((record[key] for key in ("Id", "id") if key in record), ""))
        values = {key: value for key, value in record.items() if key not in ("Id", "id")}
        call.org.update(record["attributes"]["type"], record_id, values, call.user_id)
        return record_id

    return Reply(200, _each(call, records, one, all_or_none))


def remove(call: Call) -> Reply:
    ids = [each for each in call.args.get("ids", "").split(",") if each]
    if not ids:
        raise ApiError("REQUIRED_FIELD_MISSING", "The ids parameter is required", ["ids"])
    _check_size(len(ids))

    def one(record_id: str) -> str:
        sobject = call.org.sobject_of(record_id)
        if sobject is None:
            raise ApiError("MALFORMED_ID", f"malformed id {record_id}", [])
        call.org.delete(sobject, record_id, call.user_id)
        return record_id

    return Reply(200, _each(call, ids, one, call.args.get("allOrNone", "false").lower() == "true"))


def _each(
    call: Call, things: Sequence[object], one: Callable[[Any], str], all_or_none: bool
) -> list[dict[str, object]]:
    results: list[dict[str, object]] = []
    try:
        with call.org.transaction():
            for thing in things:
                results.append(_outcome(one, thing))
            if all_or_none and not all(result["success"] for result in results):
                raise _Undo
    except _Undo:
        return [_failure(_ROLLED_BACK) if result["success"] else result for result in results]
    return results


def _outcome(one: Callable[[Any], str], thing: object) -> dict[str, object]:
    try:
        return {"id": one(thing), "success": True, "errors": []}
    except ApiError as error:
        return _failure(error)


def _failure(error: ApiError) -> dict[str, object]:
    return {"success": False, "errors": [error.row()]}


def _read(body: Any) -> tuple[bool, list[dict[str, Any]]]:
    records = body.get("records") if isinstance(body, dict) else None
    if not isinstance(records, list) or not records:
        raise ApiError("REQUIRED_FIELD_MISSING", "Required fields are missing: [records]", ["records"])
    _check_size(len(records))
    types = [_type(record) for record in records]
    _check_types(types)
    return bool(body.get("allOrNone", False)), records


def _check_size(count: int) -> None:
    if count > _MOST:  # the limit is documented, this wording is not recorded
        raise ApiError("LIMIT_EXCEEDED", f"record count exceeds limit of {_MOST}: {count}")


def _type(record: object) -> str:
    attributes = record.get("attributes") if isinstance(record, dict) else None
    kind = attributes.get("type") if isinstance(attributes, dict) else None
    if not isinstance(kind, str):
        raise ApiError(
            "REQUIRED_FIELD_MISSING",
            "Include entity type information as part of the record's attributes",
            ["type"],
        )
    return kind


def _check_types(types: list[str]) -> None:
    """At most ten runs of one type, and no second type beside one that belongs to Setup (section 4c)."""
    runs = 1 + sum(a.lower() != b.lower() for a, b in pairwise(types))
    if runs > _MOST_TYPES:
        raise ApiError(
            "LIMIT_EXCEEDED", f"Operation contains more than {_MOST_TYPES} chunks of different types"
        )
    setup = {kind.name.lower() for kind in ALL_TYPES if kind.setup}
    used = {each.lower() for each in types}
    if len(used) > 1 and used & setup:
        message = (
            "You can't create records for multiple object types in one call when one of the types is related "
            "to a feature in the Salesforce Setup area."
        )
        raise ApiError("INVALID_INPUT", message)
