"""Sending planned changes, packed into as few calls as possible.

The first call is one composite: the new set, up to 200 assignments and the app's grant,
tied together by references. What is left goes out as one collections call of up to 200
assignments each, so that a stop is honoured and progress shown between batches.
Every write has a natural key: what exists already is fine, and not ours to undo.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from orgs.salesforce.client import Client, Save, Sub, SubResult
from orgs.salesforce.errors import LOCKED, SalesforceError
from orgs.salesforce.soql import soql
from wizard.guides.base import Access, Status
from wizard.guides.changes import Change, Outcome, Watcher
from wizard.guides.connected_app_authentication.changes import ASSIGN, CREATE_SET, GRANT
from wizard.guides.connected_app_authentication.checks_rights import APP_ACCESS, check_right
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.snapshot import Snapshot
from wizard.guides.text import Json, Text
from wizard.guides.text import gettext_noop as _

BATCH = 200
MAX_GRANTS = 10  # in one composite, beside the set and the two collections
DUPLICATES = ("DUPLICATE_VALUE", "DUPLICATE_DEVELOPER_NAME")
HALTED = "PROCESSING_HALTED"
SET_MISSING = "SET_MISSING"  # ours: a change needs a set that is neither there nor planned
SET_REF = "newSet"
GRANT_REFUSED = "GRANT_REFUSED"  # ours: refused as if a permission were missing, and none is
NO_ACCESS = (
    "INSUFFICIENT_ACCESS",
    "INSUFFICIENT_ACCESS_OR_READONLY",
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
    "HTTP_403",
)

#: Everything that is ever created, and deleted again by an undo (`undoing`): nothing else is written.
WRITES = (
    Access(
        "PermissionSet",
        ("Name", "Label", "Description"),
        Text(_("One new, empty permission set for the app.")),
    ),
    Access(
        "PermissionSetAssignment",
        ("AssigneeId", "PermissionSetId"),
        Text(
            _(
                "The new permission set for the people you choose, and the "
                "four permission sets for the connection user."
            )
        ),
    ),
    Access(
        "SetupEntityAccess",
        ("ParentId", "SetupEntityId"),
        Text(_("The new permission set, added to the connected app Salesforce Marketing Cloud.")),
    ),
)


@dataclass
class _Sets:
    """Ids of the sets by (namespace, name); the new set has none before it is made."""

    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    failed: dict[tuple[str, str], str] = field(default_factory=dict)  # why it could not be made
    may_grant: bool = False  # the caller holds every permission that a place on the app needs

    def key(self, change: Change) -> tuple[str, str]:
        return change.data.get("namespace", ""), str(change.data["set_name"]).lower()

    def id_for(self, change: Change) -> str:
        return self.ids.get(self.key(change)) or str(change.data.get("set_id") or "")


def apply(
    client: Client, changes: Sequence[Change], snapshot: Snapshot, inputs: Choices, watcher: Watcher
) -> None:
    sets = _Sets({(each.namespace, each.name.lower()): each.id for each in snapshot.sets.get(())})
    sets.may_grant = check_right(APP_ACCESS)(snapshot, inputs).status is Status.DONE
    creates = [change for change in changes if change.kind == CREATE_SET]
    grants = [change for change in changes if change.kind == GRANT]
    assigns = [change for change in changes if change.kind == ASSIGN]
    creates = _without_existing(creates, sets, watcher)
    if creates or grants:
        first, assigns = assigns[:BATCH], assigns[BATCH:]
        again = _first_call(client, creates, first, grants[:MAX_GRANTS], sets, watcher)
        assigns = [*(change for change in again if change.kind == ASSIGN), *assigns]
        left = [change for change in again if change.kind == GRANT] + grants[MAX_GRANTS:]
        for start in range(0, len(left), MAX_GRANTS):
            _first_call(client, [], [], left[start : start + MAX_GRANTS], sets, watcher)
    assigns = _halt_orphans(assigns, sets, watcher)
    for start in range(0, len(assigns), BATCH):
        _assign_batch(client, assigns[start : start + BATCH], sets, watcher)


def _without_existing(creates: Sequence[Change], sets: _Sets, watcher: Watcher) -> list[Change]:
    there = {change.key: sets.ids.get(("", change.data["name"].lower())) for change in creates}
    existing = [Outcome(change, True, record_id=there[change.key]) for change in creates if there[change.key]]
    if existing:
        watcher.after_batch(existing)
    return [change for change in creates if not there[change.key]]


def _first_call(
    client: Client,
    creates: Sequence[Change],
    assigns: Sequence[Change],
    grants: Sequence[Change],
    sets: _Sets,
    watcher: Watcher,
) -> list[Change]:
    """One composite. Returns what has to be sent again in another call."""
    coming = {("", change.data["name"].lower()): change for change in creates}
    sendable = [each for each in (*assigns, *grants) if sets.id_for(each) or sets.key(each) in coming]
    orphans = [each for each in (*assigns, *grants) if each not in sendable]
    if orphans:
        watcher.after_batch([_orphan(each, sets) for each in orphans])
    batch = [*creates, *sendable]
    if not batch:
        return []
    ready = [each for each in sendable if each.kind == ASSIGN and sets.id_for(each)]
    waiting = [each for each in sendable if each.kind == ASSIGN and not sets.id_for(each)]
    allowed = [each for each in sendable if each.kind == GRANT]
    subs = [
        *(_create_sub(change) for change in creates[:1]),
        *_assign_subs("assignReady", ready, sets),
        *_assign_subs("assignNew", waiting, sets),
        *(
            Sub("POST", "sobjects/SetupEntityAccess", f"grant{i}", _grant_row(each, sets))
            for i, each in enumerate(allowed)
        ),
    ]
    watcher.before_batch(batch)
    results = {result.ref: result for result in client.composite(subs)}
    outcomes = [_single(change, results[SET_REF]) for change in creates[:1]]
    _learn(client, outcomes, sets)
    outcomes += _collection(ready, results.get("assignReady"))
    outcomes += _collection(waiting, results.get("assignNew"))
    outcomes += [_single(change, results[f"grant{i}"]) for i, change in enumerate(allowed)]
    again = [each.change for each in outcomes if _worth_another_call(each, sets)]
    final = [each for each in outcomes if each.change not in again]
    watcher.after_batch([_explained(each, sets) for each in final])
    return again


def _create_sub(change: Change) -> Sub:
    data = change.data
    body = {"Name": data["name"], "Label": data["label"], "Description": data["description"]}
    return Sub("POST", "sobjects/PermissionSet", SET_REF, body)


def _assign_subs(ref: str, changes: Sequence[Change], sets: _Sets) -> list[Sub]:
    if not changes:
        return []
    records = [
        {"attributes": {"type": "PermissionSetAssignment"}, **_assignment_row(each, sets)} for each in changes
    ]
    return [Sub("POST", "composite/sobjects", ref, {"allOrNone": False, "records": records})]


def _assignment_row(change: Change, sets: _Sets) -> dict[str, str]:
    set_id = sets.id_for(change) or f"@{{{SET_REF}.id}}"
    return {"AssigneeId": change.data["user_id"], "PermissionSetId": set_id}


def _grant_row(change: Change, sets: _Sets) -> dict[str, str]:
    """`SetupEntityType` must not be sent: it is not writable (fact sheet, section 4c)."""
    set_id = sets.id_for(change) or f"@{{{SET_REF}.id}}"
    return {"ParentId": set_id, "SetupEntityId": change.data["app_id"]}


def _assign_batch(client: Client, changes: Sequence[Change], sets: _Sets, watcher: Watcher) -> None:
    """One collections call; the client sends again, a bounded number of times, only rows that met a lock."""
    watcher.before_batch(changes)
    saves = client.create_many("PermissionSetAssignment", [_assignment_row(each, sets) for each in changes])
    watcher.after_batch([_saved(change, save) for change, save in zip(changes, saves, strict=True)])


def _single(change: Change, result: SubResult) -> Outcome:
    if (error := result.error) is not None:
        return _failed(change, error)
    return Outcome(change, True, created=True, record_id=result.body["id"])


def _collection(changes: Sequence[Change], result: SubResult | None) -> list[Outcome]:
    if result is None:
        return []
    if (error := result.error) is not None:
        return [_failed(change, error) for change in changes]
    return [_saved(change, save) for change, save in zip(changes, result.saves(), strict=True)]


def _saved(change: Change, save: Save) -> Outcome:
    if save.error is not None:
        return _failed(change, save.error)
    return Outcome(change, True, created=True, record_id=save.id)


def _failed(change: Change, error: SalesforceError) -> Outcome:
    if error.code in DUPLICATES:
        return Outcome(change, True)
    return Outcome(change, False, error_code=error.code, error_message=error.message)


def _learn(client: Client, created: Iterable[Outcome], sets: _Sets) -> None:
    """Keep the new set's id; somebody else's set of that name is looked up (the answer has no id)."""
    for outcome in created:
        key = ("", outcome.change.data["name"].lower())
        if outcome.record_id:
            sets.ids[key] = outcome.record_id
        elif outcome.ok:
            sets.ids.update((key, row_id) for row_id in _look_up(client, outcome.change.data))
        else:
            sets.failed[key] = outcome.error_code or ""


def _look_up(client: Client, data: Mapping[str, Json]) -> list[str]:
    where = "SELECT Id FROM PermissionSet WHERE Name = {name} AND NamespacePrefix = null"
    return [row["Id"] for row in client.query(soql(where, name=data["name"]))]


def _worth_another_call(outcome: Outcome, sets: _Sets) -> bool:
    """A row that met a lock, or one that was halted only because the set was there already."""
    if outcome.ok or outcome.change.kind == CREATE_SET:
        return False
    halted = outcome.error_code == HALTED and bool(sets.id_for(outcome.change))
    return halted or (outcome.error_code == LOCKED and outcome.change.kind == ASSIGN)


def _explained(outcome: Outcome, sets: _Sets) -> Outcome:
    """A halted row names the error that halted it; a refusal blames no permission that is held."""
    if outcome.change.kind == GRANT and outcome.error_code in NO_ACCESS and sets.may_grant:
        said = f"{outcome.error_code}: {outcome.error_message}"
        return Outcome(outcome.change, False, error_code=GRANT_REFUSED, error_message=said)
    if outcome.error_code != HALTED or outcome.change.kind == CREATE_SET:
        return outcome
    reason = sets.failed.get(sets.key(outcome.change), "")
    return Outcome(outcome.change, False, error_code=HALTED, error_message=reason or outcome.error_message)


def _halt_orphans(assigns: Sequence[Change], sets: _Sets, watcher: Watcher) -> list[Change]:
    """Without its set nothing can be assigned: said for each person, not sent."""
    orphans = [each for each in assigns if not sets.id_for(each)]
    if orphans:
        watcher.after_batch([_orphan(each, sets) for each in orphans])
    return [each for each in assigns if sets.id_for(each)]


def _orphan(change: Change, sets: _Sets) -> Outcome:
    reason = sets.failed.get(sets.key(change))
    return Outcome(change, False, error_code=HALTED if reason else SET_MISSING, error_message=reason)
