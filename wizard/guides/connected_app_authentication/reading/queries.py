"""The reading of the org's parts.

One query for each part, but that the sets bring their grants with them where both are asked for:
a full read is ten queries, two composites of five that are sent side by side. The slow parts are two
more beside them, one of them of the Tooling API: the other has room for what comes after the connection,
for up to a thousand people. For more people than that it is one more for each 2,500.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from orgs.salesforce.client import SubResult
from orgs.salesforce.errors import Refused
from orgs.salesforce.hidden_fields import to_leave_out
from orgs.salesforce.soql import Names, soql
from wizard.guides.base import Reader
from wizard.guides.connected_app_authentication.calibration.assumptions import SETTINGS
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.reading.parsing import NAMESPACE, answered, known_from
from wizard.guides.connected_app_authentication.reading.parts import (
    APP_NAME,
    APP_TYPES,
    AUDIT_ACTIONS,
    PART_OBJECTS,
    asked,
    fields_of,
)
from wizard.guides.connected_app_authentication.snapshot import PARTS, Facts, Part, Snapshot, State
from wizard.guides.text import Json


def read(
    client: Reader,
    inputs: Choices,
    parts: Iterable[str] | None = None,
    known: Mapping[str, Json] | None = None,
) -> Snapshot:
    """The named parts in one round trip; if None, all but the extra and slow ones, and `known["also"]`."""
    known = known or {}
    wanted = [name for name in PARTS if _is_wanted(name, parts, known)]
    together = _TOGETHER.issubset(wanted)
    now = datetime.now(UTC).isoformat()
    first = [name for name in wanted if not (together and name == "grants")]
    answers = _answers(client, first, inputs, known, together=together)
    if together and not answers["sets"].is_known:  # whoever may read the sets may be refused their grants
        answers |= _answers(client, sorted(_TOGETHER), inputs, known, together=False)
    stamped = {name: _stamp(part, asked(name, inputs), now) for name, part in answers.items()}
    return Snapshot(**stamped, facts=_facts(client, known), read_at=now)


#: Read by one query: the grants are the child rows of their sets (jsforce's schema of PermissionSet).
_TOGETHER = frozenset({"sets", "grants"})
_ITEMS = "SetupEntityAccessItems"


def _answers(
    client: Reader, names: Sequence[str], inputs: Choices, known: Mapping[str, Json], *, together: bool
) -> dict[str, Part[Any]]:
    answers: dict[str, Part[Any]] = {}
    asking: dict[str, list[str]] = {}
    for name in names:
        fields = fields_of(name, known)
        if fields is None:
            answers[name] = _unreadable("FIELDS_MISSING", PART_OBJECTS[name].sobject)
        else:
            asking[name] = fields
    while asking:
        queries = {
            ref: text
            for name, fields in asking.items()
            for ref, text in _queries(name, fields, inputs, known, with_grants=together and name == "sets")
        }
        tooling = [name for name in queries if PART_OBJECTS[name.rstrip(_DIGITS)].tooling]
        results: dict[str, list[SubResult]] = {}
        for result in client.queries(queries, tooling=tooling):
            results.setdefault(result.ref.rstrip(_DIGITS), []).append(result)
        answers |= {name: answered(name, each) for name, each in results.items()}
        if together and "sets" in results and answers["sets"].is_known:
            answers["grants"] = _grants_of(results["sets"][0])
        # Each time fewer: it ends.
        asking = {
            name: fewer for name, each in results.items() if (fewer := _fewer(name, each, asking[name]))
        }
    return answers


_DIGITS = "0123456789"


def _queries(
    name: str, fields: Sequence[str], choices: Choices, known: Mapping[str, Json], *, with_grants: bool
) -> list[tuple[str, str]]:
    """The part's query by its name; numbered where it is about more people than one can name."""
    if name != "readers":
        text = _query(name, fields, choices, known, with_grants=with_grants)
        return [(name, text)] if text else []
    people = [choices.everyone[start : start + PEOPLE] for start in range(0, len(choices.everyone), PEOPLE)]
    fill = partial(soql, _READERS, fields=Names(fields), sobject=PART_OBJECTS["configuration"].sobject)
    return [(f"{name}{number}", fill(people=each)) for number, each in enumerate(people)]


def _fewer(name: str, results: Sequence[SubResult], fields: Sequence[str]) -> list[str]:
    """What to ask for once more, where the org hides a field that the part can do without."""
    refused = next((each.error for each in results if isinstance(each.error, Refused)), None)
    if refused is None:
        return []
    hidden = to_leave_out(refused, [each for each in fields if each in PART_OBJECTS[name].optional])
    return [each for each in fields if each not in hidden] if hidden else []


def _grants_of(result: SubResult) -> Part[Any]:
    rows: list[Mapping[str, Any]] = []
    for row in result.records():
        items = row.get(_ITEMS)
        if isinstance(items, Mapping):
            if not items.get("done", True):
                return _unreadable("MORE_ROWS", _ITEMS)
            rows += items["records"]
    return known_from("grants", rows)


def _is_wanted(name: str, parts: Iterable[str] | None, known: Mapping[str, Json]) -> bool:
    if parts is None:
        source = PART_OBJECTS[name]
        return not (source.extra or source.slow) or name in known.get("also", ())
    return name in frozenset(parts)


def _query(
    name: str,
    fields: Sequence[str],
    choices: Choices,
    known: Mapping[str, Json],
    *,
    with_grants: bool = False,
) -> str:
    """The part's query, or nothing when there is nobody to ask about."""
    source = PART_OBJECTS[name]
    start = "SELECT {fields} FROM {sobject}"
    person, by_id = choices.connection_user, _known_sets(choices, known)
    caller = (known.get("caller") or {}).get("id")
    more = {"fields": Names(fields), "sobject": Names([source.sobject])}
    match name:
        case "app":
            # All of them: a set of ours may be on another app, and names may begin alike.
            return soql(f"{start} ORDER BY Name LIMIT 2000", **more)
        case "audit":
            return soql(
                f"{start} WHERE Action IN {{actions}} ORDER BY CreatedDate DESC, Id DESC LIMIT 200",
                actions=AUDIT_ACTIONS,
                **more,
            )
        case "package":
            return soql(f"{start} WHERE NamespacePrefix = {{namespace}}", namespace=NAMESPACE, **more)
        case "sets":
            return _sets_query(start, more, choices, by_id, with_grants=with_grants)
        case "assignments":
            return _assignments_query(start, more, choices, by_id, caller)
        case "grants":
            return soql(
                f"{start} WHERE SetupEntityType IN {{apps}}",
                apps=APP_TYPES,
                **more,
            )
        case "tokens":
            # By more names than one: which app is ours is known only once the apps are read.
            names = "AppName LIKE '%Marketing Cloud%' OR AppName LIKE '%ExactTarget%' OR AppName = {app}"
            return soql(f"{start} WHERE {names}", app=known.get("app_name") or APP_NAME, **more)
        case "configuration" | "units" | "wizard":
            return soql(f"{start} {_OF_THE_PACKAGE[name]}", **more)
        case "approvals" | "logins" | "external" | "freezes":
            return ""  # asked once it is known who uses which app (see `approvals`, `sign_ins`, `freezes`)
    if name not in _OF_THE_CONNECTION_USER:
        return soql(start, **more)
    where = _OF_THE_CONNECTION_USER[name]
    return soql(f"{start} {where}", person=person, **more) if person else ""


_OF_THE_PACKAGE = {
    "configuration": "ORDER BY LastModifiedDate DESC LIMIT 50",
    "units": "ORDER BY Name LIMIT 2000",
    "wizard": "LIMIT 50",
}
_OF_THE_CONNECTION_USER = {
    "connection_user": "WHERE Id = {person}",
    "login": "WHERE UserId = {person}",
    "proofs": "WHERE UserId = {person} ORDER BY VerificationTime DESC LIMIT 2000",
}


PEOPLE = 500  # in one query: with them its address is just short of what Salesforce takes (section 8)
#: A person holds the set of their profile by an assignment too, so this finds both (fact sheet 4c).
_READERS = (
    "SELECT {fields} FROM PermissionSetAssignment WHERE AssigneeId IN {people} AND PermissionSetId IN"
    " (SELECT ParentId FROM ObjectPermissions WHERE SobjectType = {sobject} AND PermissionsRead = true)"
)
_WITH_ITEMS = "(SELECT {items} FROM SetupEntityAccessItems WHERE SetupEntityType IN {apps})"
_SETS = "WHERE IsOwnedByProfile = false AND (NamespacePrefix = {{namespace}} OR ({})))"


def _known_sets(choices: Choices, known: Mapping[str, Json]) -> list[str]:
    """Sets that we made, put on the app or were told to use: somebody may have renamed or replaced them."""
    made = known.get("made") or {}
    ids = {row_id if _is_set(data) else str(data.get("set_id") or "") for row_id, data in made.items()}
    return sorted({*ids, choices.adopt} - {""})


def _is_set(data: Mapping[str, Json]) -> bool:
    return "name" in data


def _sets_query(
    start: str, more: Mapping[str, Names], choices: Choices, by_id: list[str], *, with_grants: bool
) -> str:
    """Our sets by their ids too, and with them the apps that they are on."""
    ours = "NamespacePrefix = null AND (Label = {label} OR Name = {name}"
    values: dict[str, Any] = {"label": choices.set_label, "name": choices.set_name, "namespace": NAMESPACE}
    if by_id:
        ours += " OR Id IN {by_id}"
        values["by_id"] = by_id
    if with_grants:
        start = start.replace("{fields}", f"{{fields}}, {_WITH_ITEMS}")
        values |= {"items": Names(PART_OBJECTS["grants"].fields), "apps": APP_TYPES}
    return soql(f"{start} {_SETS.format(ours)}", **values, **more)


def _assignments_query(
    start: str, more: Mapping[str, Names], choices: Choices, by_id: list[str], caller: str | None
) -> str:
    """Of the connection user, of whoever is signed in, and of the new set."""
    wanted: list[str] = []
    values: dict[str, Any] = {}
    if people := list(dict.fromkeys(filter(None, (choices.connection_user, caller)))):
        wanted.append("AssigneeId IN {people}")
        values["people"] = people
    if by_id:
        wanted.append("PermissionSetId IN {by_id}")
        values["by_id"] = by_id
    if choices.set_name and not choices.adopt:
        wanted.append("(PermissionSet.NamespacePrefix = null AND PermissionSet.Name = {name})")
        values["name"] = choices.set_name
    return soql(f"{start} WHERE {' OR '.join(wanted)}", **values, **more) if wanted else ""


def _unreadable(code: str, message: str) -> Part[Any]:
    return Part(State.UNREADABLE, code=code, message=message)


def _stamp(part: Part[Any], asked_for: str, now: str) -> Part[Any]:
    return Part(part.state, part.value, part.code, part.message, asked_for, now)


def _facts(client: Reader, known: Mapping[str, Json]) -> Facts:
    """Usage as the last answer gave it; else what the runner had from before."""
    usage, before = getattr(client, "usage", None), known.get("usage") or {}
    caller = known.get("caller") or {}
    used, limit = usage[:2] if usage else (before.get("used"), before.get("limit"))
    return Facts(
        package_version=known.get("package_version"),
        is_sandbox=known.get("is_sandbox"),
        api_used=used,
        api_limit=limit,
        caller_id=caller.get("id"),
        caller_name=caller.get("name"),
        made_sets={
            row_id: str(data["name"]) for row_id, data in (known.get("made") or {}).items() if _is_set(data)
        },
        **{name: known.get(name) for name in SETTINGS},
    )
