"""Taking back what we made: the app's grants, then the assignments, then the set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orgs.salesforce.client import Client, Save, Sub, SubResult
from orgs.salesforce.errors import SalesforceError
from orgs.salesforce.soql import soql
from wizard.guides.changes import Change, Outcome, Watcher
from wizard.guides.connected_app_authentication.applying import BATCH, MAX_GRANTS
from wizard.guides.connected_app_authentication.changes import DELETE_SET, REVOKE, UNASSIGN
from wizard.guides.connected_app_authentication.checks_rights import LABELS
from wizard.guides.connected_app_authentication.reading.parts import APP_TYPES

STILL_ASSIGNED = "SET_STILL_ASSIGNED"  # ours: other people hold the set, so it stays
USED_ELSEWHERE = "SET_USED_ELSEWHERE"  # ours: another app lets people in by it, so it stays
HOLDS_MORE = "SET_HOLDS_MORE"  # ours: we made it empty, and somebody has added permissions since, so it stays
MOST_NAMES = 10  # of what was added
ALREADY_GONE = ("ENTITY_IS_DELETED", "NOT_FOUND", "INVALID_CROSS_REFERENCE_KEY")


def undo(client: Client, changes: Sequence[Change], watcher: Watcher) -> None:
    """`Outcome.created` means here that we deleted the row; `ok` without it, that it was gone."""
    grants = [change for change in changes if change.kind == REVOKE]
    assigns = [change for change in changes if change.kind == UNASSIGN]
    for start in range(0, len(grants), MAX_GRANTS):
        _revoke(client, grants[start : start + MAX_GRANTS], watcher)
    for start in range(0, len(assigns), BATCH):
        _unassign(client, assigns[start : start + BATCH], watcher)
    for change in changes:
        if change.kind == DELETE_SET:
            _delete_set(client, change, watcher)


def _revoke(client: Client, changes: Sequence[Change], watcher: Watcher) -> None:
    subs = [
        Sub("DELETE", f"sobjects/SetupEntityAccess/{change.data['id']}", f"grant{i}")
        for i, change in enumerate(changes)
    ]
    watcher.before_batch(changes)
    results = client.composite(subs)
    watcher.after_batch([_outcome(change, result) for change, result in zip(changes, results, strict=True)])


def _unassign(client: Client, changes: Sequence[Change], watcher: Watcher) -> None:
    watcher.before_batch(changes)
    saves = client.delete_many([str(change.data["id"]) for change in changes])
    watcher.after_batch([_saved(change, save) for change, save in zip(changes, saves, strict=True)])


def _delete_set(client: Client, change: Change, watcher: Watcher) -> None:
    """A set that somebody or another app was given meanwhile stays, and one that was given permissions:
    it is asked right before the delete."""
    set_id = str(change.data["id"])
    code, names = _needed_now(client, set_id, change)
    if code:
        message = ", ".join(names[:MOST_NAMES])
        watcher.after_batch(
            [Outcome(change, False, record_id=set_id, error_code=code, error_message=message)]
        )
        return
    watcher.before_batch([change])
    results = client.composite([Sub("DELETE", f"sobjects/PermissionSet/{set_id}", "oldSet")])
    watcher.after_batch([_outcome(change, results[0])])


_ASKED_BEFORE = {
    "holders": "SELECT Id FROM PermissionSetAssignment WHERE PermissionSetId = {set_id} LIMIT 1",
    "entities": "SELECT SetupEntityId, SetupEntityType FROM SetupEntityAccess WHERE ParentId = {set_id}",
    "objects": "SELECT SobjectType FROM ObjectPermissions WHERE ParentId = {set_id}",
    "fields": "SELECT Field FROM FieldPermissions WHERE ParentId = {set_id}",
}


def _needed_now(client: Client, set_id: str, change: Change) -> tuple[str, list[str]]:
    """Why the set can't go, in one call, and what it lets people do by now; nothing if it can."""
    subs = [Sub.query(ref, soql(text, set_id=set_id)) for ref, text in _ASKED_BEFORE.items()]
    results = client.composite([*subs, Sub("GET", f"sobjects/PermissionSet/{set_id}", "row")])
    row = results[-1]
    if row.error and row.error.code in ALREADY_GONE:
        return "", []
    for result in results:
        if result.error:
            raise result.error
    holders, entities, objects, fields = (result.records() for result in results[:-1])
    if holders:
        return STILL_ASSIGNED, []
    apps = [each for each in entities if each["SetupEntityType"] in APP_TYPES]
    if any(each["SetupEntityId"] not in change.data.get("apps", ()) for each in apps):
        return USED_ELSEWHERE, []
    added = _switched_on(row.body)
    added += [str(each["SetupEntityType"]) for each in entities if each not in apps]
    added += [str(each["SobjectType"]) for each in objects] + [str(each["Field"]) for each in fields]
    return (HOLDS_MORE, added) if added else ("", [])


def _switched_on(row: object) -> list[str]:
    """The system permissions that a set gives, as Salesforce's screen calls them where we know that."""
    rights = row if isinstance(row, Mapping) else {}
    names = [str(name) for name, given in rights.items() if given is True]
    named = [name for name in sorted(names) if name.startswith("Permissions")]
    return [LABELS.get(name, name.removeprefix("Permissions")) for name in named]


def _outcome(change: Change, result: SubResult) -> Outcome:
    return _judged(change, result.error)


def _saved(change: Change, save: Save) -> Outcome:
    return _judged(change, save.error)


def _judged(change: Change, error: SalesforceError | None) -> Outcome:
    row_id = str(change.data["id"])
    if error is None:
        return Outcome(change, True, created=True, record_id=row_id)
    if error.code in ALREADY_GONE:
        return Outcome(change, True, record_id=row_id)
    return Outcome(change, False, record_id=row_id, error_code=error.code, error_message=error.message)
