"""Who of the app's users keeps access although they are not listed: asked only where there is such a person.

Most orgs have none of them, so it is no part of the full read, which stays within its two calls. Those
whom only Login History tells of are asked for by name beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from orgs.salesforce.client import SubResult
from orgs.salesforce.errors import Refused
from orgs.salesforce.hidden_fields import to_leave_out
from orgs.salesforce.soql import Names, soql
from wizard.guides.base import Reader
from wizard.guides.connected_app_authentication import lookups
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.reading.external_app import with_external_app
from wizard.guides.connected_app_authentication.reading.freezes import with_freezes
from wizard.guides.connected_app_authentication.reading.parsing import answered
from wizard.guides.connected_app_authentication.reading.parts import PART_OBJECTS
from wizard.guides.connected_app_authentication.reading.queries import read as read_parts
from wizard.guides.connected_app_authentication.reading.sign_ins import with_sign_ins
from wizard.guides.connected_app_authentication.snapshot import Snapshot, Use
from wizard.guides.text import Json

PEOPLE = 200  # in one query: its text has to fit into an address
#: A person holds the set of their profile by an assignment too, so this finds both (fact sheet 4c).
_APPROVALS = (
    "SELECT {fields} FROM {sobject} WHERE AssigneeId IN {people}"
    " AND PermissionSetId IN (SELECT ParentId FROM SetupEntityAccess WHERE SetupEntityId = {app})"
)
_NAMES = "SELECT Id, {fields} FROM User WHERE Id IN {people}"
_NAMED_BY = ("Name", "Username", "IsActive")


def read(
    client: Reader,
    inputs: Choices,
    parts: Iterable[str] | None = None,
    known: Mapping[str, Json] | None = None,
    also: Collection[str] = (),
) -> Snapshot:
    """The named parts; and, where people use the app who are not listed, what else approves them."""
    asking_for = {**(known or {}), "also": tuple(also)}
    snapshot = with_external_app(client, read_parts(client, inputs, parts, asking_for), inputs)
    snapshot = with_freezes(client, snapshot, inputs)
    snapshot = with_sign_ins(client, snapshot, inputs)
    app = lookups.the_app(snapshot, inputs)
    if app and app.admin_approved:
        return snapshot
    people = [use.user_id for use in lookups.not_on_list(snapshot, inputs)] if app else []
    unnamed = {use.user_id for use in snapshot.logins.get(())} - {
        use.user_id for use in snapshot.tokens.get(())
    }
    asking = _approval_queries(app.id if app else "", people) | _name_queries(unnamed, _NAMED_BY)
    if not asking:
        return snapshot
    results = client.queries(asking)
    if people:
        found = [each for each in results if each.ref.startswith("approvals")]
        now = datetime.now(UTC).isoformat()
        snapshot = replace(snapshot, approvals=answered("approvals", found, now))
    names = [each for each in results if each.ref.startswith("names")]
    return _with_names(snapshot, _without_hidden(client, names, unnamed))


def _approval_queries(app_id: str, people: Sequence[str]) -> dict[str, str]:
    source = PART_OBJECTS["approvals"]
    more = {"fields": Names(source.fields), "sobject": Names([source.sobject])}
    return _in_groups("approvals", _APPROVALS, people, app=app_id, **more)


def _name_queries(people: Collection[str], fields: Sequence[str]) -> dict[str, str]:
    return _in_groups("names", _NAMES, sorted(people), fields=Names(fields))


def _without_hidden(
    client: Reader, results: list[SubResult], people: Collection[str], fields: Sequence[str] = _NAMED_BY
) -> list[SubResult]:
    """The same, or asked once more without the fields that the org hides."""
    refused = next((each.error for each in results if isinstance(each.error, Refused)), None)
    hidden = to_leave_out(refused, fields) if refused else []
    left = [each for each in fields if each not in hidden]
    if not (hidden and left):
        return results
    return _without_hidden(client, client.queries(_name_queries(people, left)), people, left)


def _in_groups(name: str, query: str, people: Sequence[str], **more: Any) -> dict[str, str]:
    groups = [people[start : start + PEOPLE] for start in range(0, len(people), PEOPLE)]
    return {f"{name}{number}": soql(query, people=group, **more) for number, group in enumerate(groups)}


def _with_names(snapshot: Snapshot, results: Sequence[SubResult]) -> Snapshot:
    """Login History names its people by id alone; a refused answer leaves them so."""
    rows: dict[Any, Any] = {row["Id"]: row for each in results if not each.error for row in each.records()}
    if not rows:
        return snapshot
    uses = tuple(_named(use, rows.get(use.user_id, {})) for use in snapshot.logins.get(()))
    return replace(snapshot, logins=replace(snapshot.logins, value=uses))


def _named(use: Use, row: Mapping[str, Any]) -> Use:
    known = {"name": row.get("Name"), "username": row.get("Username")}
    return replace(use, active=row.get("IsActive"), **{key: value for key, value in known.items() if value})
