"""One record or one object type: describes, reads, writes."""

from __future__ import annotations

from typing import Any

from simulator import errors, not_modelled
from simulator.errors import ApiError
from simulator.org import rights, validation
from simulator.org.computed import value_of
from simulator.org.visibility import visible_rows
from simulator.rest import describe
from simulator.rest.call import Call, Reply
from simulator.schema.types import ObjectType


def kind_of(call: Call, sobject: str, *, tooling: bool = False) -> ObjectType:
    """The object type if it exists for this caller; else 404, as for any unknown resource."""
    kind = call.org.schema(tooling=tooling).find(sobject)
    seen = rights.seen_as(call.org, kind, call.user_id) if kind else None
    if seen is not None:
        return seen
    raise errors.not_modelled(sobject) if not_modelled.is_object(sobject) else errors.not_found()


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
        raise errors.not_found()
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
    raise errors.not_found() if kind is None else validation.read_only(kind, call.org.switches)


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
