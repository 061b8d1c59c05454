"""The checks that every write goes through, whatever the object."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.clock import parse, stamp
from simulator.errors import ApiError, not_found
from simulator.ids import to18
from simulator.org.rows import EVERYTHING, Record
from simulator.org.state import OrgState
from simulator.schema.types import Field, ObjectType
from simulator.switches import Switches


def writable(kind: ObjectType | None, call: str, switches: Switches) -> ObjectType:
    """The object type, if the call (`createable`, `updateable`, `deletable`) exists for it."""
    if kind is None:
        raise not_found()
    if not getattr(kind, call):
        raise read_only(kind, switches)
    return kind


def read_only(kind: ObjectType, switches: Switches) -> ApiError:
    """An object that no API call may write; the exact code is not recorded (13b), so it is a switch."""
    code = (
        switches.connected_application_write_error
        if kind.name == "ConnectedApplication"
        else "METHOD_NOT_ALLOWED"
    )
    if code == "METHOD_NOT_ALLOWED":
        return ApiError(code, "HTTP Method not allowed. Allowed are HEAD,GET", status=405)
    return ApiError(code, f"entity type cannot be inserted or updated: {kind.label}", [])


def existing(org: OrgState, kind: ObjectType, record_id: str) -> Record:
    full = to18(record_id)
    if full is None:
        raise ApiError(
            "NOT_FOUND",
            "Provided external ID field does not exist or is not accessible: " + record_id,
            status=404,
        )
    record = org.tables[kind.name].get(full)
    if record is not None:
        return record
    if full in org.deleted and full.startswith(kind.prefix):
        raise ApiError("ENTITY_IS_DELETED", "entity is deleted", [], status=404)
    raise not_found()


def clean(kind: ObjectType, values: Mapping[str, object], *, creating: bool) -> dict[str, object]:
    """`values` under their exact field names, in stored form; ApiError for the first thing wrong."""
    result: dict[str, object] = {}
    for name, value in values.items():
        if name == "attributes":
            continue
        field = kind.field(name)
        if field is None:
            raise ApiError("INVALID_FIELD", f"No such column '{name}' on sobject of type {kind.name}")
        if not (field.createable if creating else field.updateable):
            raise ApiError("INVALID_FIELD_FOR_INSERT_UPDATE", _not_writable(field), [field.name])
        result[field.name] = _value(kind, field, value)
    if creating:
        missing = [f.name for f in kind.fields.values() if f.required and result.get(f.name) in (None, "")]
        if missing:
            raise ApiError(
                "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(missing)}]", missing
            )
    return result


def _not_writable(field: Field) -> str:
    return (
        f"Unable to create/update fields: {field.name}. Please check the security settings of this field and "
        "verify that it is read/write for your profile or permission set."
    )


def _value(kind: ObjectType, field: Field, value: object) -> object:
    if value is None or value == "":
        return False if field.type == "boolean" and value is None else None
    reader = {
        "boolean": _boolean,
        "int": _number,
        "double": _number,
        "reference": _reference,
        "datetime": _moment,
    }
    return reader.get(field.type, _text)(kind, field, value)


def _boolean(kind: ObjectType, field: Field, value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise _bad_json("boolean", value)


def _number(kind: ObjectType, field: Field, value: object) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _bad_json("double" if field.type == "double" else "int", value)
    return value


def _reference(kind: ObjectType, field: Field, value: object) -> str:
    full = to18(value) if isinstance(value, str) else None
    named = EVERYTHING.of_id(full) if full else None
    if full is None or (named is not None and field.to and named.name not in field.to):
        raise ApiError("MALFORMED_ID", f"{_label(field)}: id value of incorrect type: {value}", [field.name])
    return full


def _moment(kind: ObjectType, field: Field, value: object) -> str:
    try:
        return stamp(parse(str(value)))
    except ValueError:
        raise _bad_json("datetime", value) from None


def _text(kind: ObjectType, field: Field, value: object) -> str:
    if isinstance(value, dict | list):
        raise _bad_json("string", value)
    text = str(value)
    if len(text) > field.length:
        raise ApiError(
            "STRING_TOO_LONG",
            f"{_label(field)}: data value too large: {text} (max length={field.length})",
            [field.name],
        )
    return text


def _label(field: Field) -> str:
    return field.label or (field.name[:-2] + " ID" if field.name.endswith("Id") else field.name)


def _bad_json(kind: str, value: object) -> ApiError:
    return ApiError("JSON_PARSER_ERROR", f"Cannot deserialize instance of {kind} from value {value!s}")
