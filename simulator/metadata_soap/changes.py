"""createMetadata, updateMetadata, upsertMetadata and deleteMetadata.

HTTP 200 whatever happens: each component has its own outcome (section 9). Permission sets go through
the same checks as by REST; the policies of an app that another org owns can't be written (section 2b).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from xml.etree.ElementTree import Element

from simulator.errors import ApiError
from simulator.metadata_soap.components import set_name
from simulator.metadata_soap.safe_xml import local, texts
from simulator.metadata_soap.write_xml import element
from simulator.store import Org, Record

MOST = 10  # components in one call
_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
# Section 7b: so says the page, and the API as well.
_NO_NEW_APPS = (
    "You can't create a connected app. To enable connected app creation, contact Salesforce Customer Support."
)
Change = Callable[[Org, str, str, str, Element | None], bool]  # org, actor, type, name, what to write


class TooMany(Exception):
    """More components than one call may have."""


def create(org: Org, actor_id: str, operation: Element) -> str:
    return _answer(org, actor_id, _components(operation), _create)


def update(org: Org, actor_id: str, operation: Element) -> str:
    return _answer(org, actor_id, _components(operation), _update)


def upsert(org: Org, actor_id: str, operation: Element) -> str:
    return _answer(org, actor_id, _components(operation), _upsert, tells_created=True)


def delete(org: Org, actor_id: str, operation: Element) -> str:
    kind = (texts(operation, "type") or [""])[0]
    named: list[tuple[str, str, Element | None]] = [
        (kind, name, None) for name in texts(operation, "fullNames")
    ]
    return _answer(org, actor_id, named, _delete)


def _components(operation: Element) -> list[tuple[str, str, Element | None]]:
    found: list[tuple[str, str, Element | None]] = []
    for each in operation:
        if local(each) == "metadata":
            kind = each.get(_XSI_TYPE, "").rpartition(":")[2]
            found.append((kind, (texts(each, "fullName") or [""])[0], each))
    return found


def _answer(
    org: Org,
    actor_id: str,
    components: list[tuple[str, str, Element | None]],
    change: Change,
    *,
    tells_created: bool = False,
) -> str:
    if len(components) > MOST:
        raise TooMany
    return element("result", [_outcome(org, actor_id, each, change, tells_created) for each in components])


def _outcome(
    org: Org, actor_id: str, component: tuple[str, str, Element | None], change: Change, tells_created: bool
) -> dict[str, Any]:
    kind, name, wanted = component
    created, errors = False, []
    try:
        with org.transaction():
            created = change(org, actor_id, kind, name, wanted)
    except ApiError as error:
        errors = [{"fields": error.fields or None, "message": error.message, "statusCode": error.code}]
    # The order of a SaveResult's elements; an UpsertResult begins with `created`.
    first = {"created": created} if tells_created else {}
    return first | {"errors": errors, "fullName": name, "success": not errors}


def _create(org: Org, actor_id: str, kind: str, name: str, wanted: Element | None) -> bool:
    if kind == "ConnectedApp":
        raise ApiError("FUNCTIONALITY_NOT_ENABLED", _NO_NEW_APPS)
    _check_kind(kind)
    org.insert("PermissionSet", {"Name": name} | _values(wanted), actor_id)
    return True


def _update(org: Org, actor_id: str, kind: str, name: str, wanted: Element | None) -> bool:
    org.update("PermissionSet", _existing(org, kind, name)["Id"], _values(wanted), actor_id)
    return False


def _upsert(org: Org, actor_id: str, kind: str, name: str, wanted: Element | None) -> bool:
    known = kind == "PermissionSet" and _find(org, name) is not None
    return (_update if known else _create)(org, actor_id, kind, name, wanted)


def _delete(org: Org, actor_id: str, kind: str, name: str, _wanted: Element | None) -> bool:
    org.delete("PermissionSet", _existing(org, kind, name)["Id"], actor_id)
    return False


def _existing(org: Org, kind: str, name: str) -> Record:
    row = None
    if kind != "ConnectedApp":  # owned by another org: there is nothing here to write to
        _check_kind(kind)
        row = _find(org, name)
    if row is None:
        raise ApiError("INVALID_CROSS_REFERENCE_KEY", f"no {kind} named {name} found")
    return row


def _check_kind(kind: str) -> None:
    if kind != "PermissionSet":
        raise ApiError("INVALID_TYPE_FOR_OPERATION", f"the stand-in does not write {kind}")


def _find(org: Org, name: str) -> Record | None:
    return next((row for row in _sets(org) if set_name(row) == name), None)


def _sets(org: Org) -> Iterable[Record]:
    return (row for row in org.rows("PermissionSet") if not row.get("IsOwnedByProfile"))


def _values(wanted: Element | None) -> dict[str, Any]:
    """The fields that both APIs have; what the message leaves out stays as it is."""
    if wanted is None:
        return {}
    found: dict[str, Any] = {}
    for tag, field in (("label", "Label"), ("description", "Description")):
        if text := texts(wanted, tag):
            found[field] = text[0]
    if activation := texts(wanted, "hasActivationRequired"):
        found["HasActivationRequired"] = activation[0] in ("true", "1")
    return found
