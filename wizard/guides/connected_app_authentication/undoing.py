"""Taking back what we made: the app's grants, then the assignments, then the set."""

from __future__ import annotations

from collections.abc import Sequence

from orgs.salesforce.client import Client, Save, Sub, SubResult
from orgs.salesforce.errors import SalesforceError
from orgs.salesforce.soql import soql
from wizard.guides.changes import Change, Outcome, Watcher
from wizard.guides.connected_app_authentication.changes import DELETE_SET, REVOKE, UNASSIGN
from wizard.guides.connected_app_authentication.reading import APP_TYPES

BATCH = 200
MAX_GRANTS = 10
STILL_ASSIGNED = "SET_STILL_ASSIGNED"  # ours: other people hold the set, so it stays
USED_ELSEWHERE = "SET_USED_ELSEWHERE"  # ours: another app lets people in by it, so it stays
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
    """A set that somebody or another app was given meanwhile stays: it is asked right before the delete."""
    set_id = str(change.data["id"])
    if code := _needed_now(client, set_id, change):
        watcher.after_batch([Outcome(change, False, record_id=set_id, error_code=code)])
        return
    watcher.before_batch([change])
    results = client.composite([Sub("DELETE", f"sobjects/PermissionSet/{set_id}", "oldSet")])
    watcher.after_batch([_outcome(change, results[0])])


def _needed_now(client: Client, set_id: str, change: Change) -> str:
    """Why the set can't go, in one call; nothing if it can."""
    held = "SELECT Id FROM PermissionSetAssignment WHERE PermissionSetId = {set_id} LIMIT 1"
    used = (
        "SELECT SetupEntityId FROM SetupEntityAccess WHERE ParentId = {set_id} AND SetupEntityType IN {apps}"
    )
    holders, grants = client.composite(
        [
            Sub.query("holders", soql(held, set_id=set_id)),
            Sub.query("grants", soql(used, set_id=set_id, apps=APP_TYPES)),
        ]
    )
    for result in (holders, grants):
        if result.error:
            raise result.error
    ours = change.data.get("apps", ())
    if holders.records():
        return STILL_ASSIGNED
    return USED_ELSEWHERE if any(row["SetupEntityId"] not in ours for row in grants.records()) else ""


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
