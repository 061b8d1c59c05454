"""Which writes are needed, and which would take them back. Pure: nothing is sent here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from wizard.guides import names
from wizard.guides.changes import Change
from wizard.guides.connected_app_authentication import lookups
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.lookups import is_known, our_set
from wizard.guides.connected_app_authentication.snapshot import PermissionSet, Snapshot
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _

CREATE_SET, ASSIGN, GRANT = "create_permission_set", "assign", "grant_app"
DELETE_SET, UNASSIGN, REVOKE = "delete_permission_set", "unassign", "revoke_app"
ON_APP = "set_on_app"  # the step about the set on the app
DESCRIPTION = (
    "Lets people use the Salesforce Marketing Cloud connected app. It holds no permissions on purpose."
)

#: The part of the snapshot that shows what each kind of change makes or removes.
PARTS_OF = {
    CREATE_SET: "sets",
    DELETE_SET: "sets",
    ASSIGN: "assignments",
    UNASSIGN: "assignments",
    GRANT: "grants",
    REVOKE: "grants",
}

_ABSENT = Text(_("not there"))
_THERE = Text(_("there"))


def plan_set(snapshot: Snapshot, choices: Choices) -> list[Change]:
    if not is_known(snapshot, choices, "sets") or our_set(snapshot, choices) or choices.adopt:
        return []
    name, label = choices.set_name, choices.set_label
    if names.problem(name) or names.label_problem(label) or lookups.twin(snapshot, choices):
        return []
    params: dict[str, str | int] = {"label": label, "name": name}
    return [
        Change(
            kind=CREATE_SET,
            # The label too: whoever approved one label has not approved another.
            key=f"permission_set:{name}:{label}",
            step="set_created",
            what=Text(_("Create the permission set {label} ({name})"), params),
            before=_ABSENT,
            after=_THERE,
            data={"name": name, "label": label, "description": DESCRIPTION},
        )
    ]


def plan_connection_user_sets(snapshot: Snapshot, choices: Choices) -> list[Change]:
    if not choices.connection_user or not is_known(snapshot, choices, "sets", "assignments"):
        return []
    packaged = [each for each in lookups.packaged(snapshot).values() if each]
    step, people = "connection_user_sets", (choices.connection_user,)
    return [
        *_assign_new(snapshot, choices, people, step),
        *(change for each in packaged for change in _assign(snapshot, choices, people, each, step)),
    ]


def plan_people(snapshot: Snapshot, choices: Choices) -> list[Change]:
    return _assign_new(snapshot, choices, choices.everyone, "people_assigned")


def plan_system_user(snapshot: Snapshot, choices: Choices) -> list[Change]:
    people = (choices.connection_user,) if choices.connection_user else ()
    return _assign_new(snapshot, choices, people, "system_user_included")


def plan_app_access(snapshot: Snapshot, choices: Choices) -> list[Change]:
    if not is_known(snapshot, choices, "app", "sets", "grants"):
        return []
    app, new = lookups.the_app(snapshot, choices), _new_set(snapshot, choices)
    if app is None or new is None or (new.id and lookups.grant(snapshot, new.id, app.id)):
        return []
    return [
        Change(
            kind=GRANT,
            key=f"grant_app:.{new.name}:{app.id}",
            step=ON_APP,
            what=Text(
                _("Add {label} to the permission sets of {app}"), {"label": new.label, "app": app.name}
            ),
            before=_ABSENT,
            after=_THERE,
            data={"set_id": new.id, "set_name": new.name, "app_id": app.id},
        )
    ]


def _new_set(snapshot: Snapshot, choices: Choices) -> PermissionSet | None:
    """The new set as it is, or as it will be (without an id); None when it can't be made."""
    there = our_set(snapshot, choices)
    if there or not plan_set(snapshot, choices):
        return there
    return PermissionSet("", choices.set_name, choices.set_label)


def _assign_new(snapshot: Snapshot, choices: Choices, people: Iterable[str], step: str) -> list[Change]:
    if not is_known(snapshot, choices, "sets", "assignments"):
        return []
    new = _new_set(snapshot, choices)
    return _assign(snapshot, choices, people, new, step) if new else []


def _assign(
    snapshot: Snapshot, choices: Choices, people: Iterable[str], each: PermissionSet, step: str
) -> list[Change]:
    """One change per person without the set. An expired row is left to a person: it would be a duplicate."""
    held = {row.user_id for row in snapshot.direct_assignments if row.set_id == each.id}
    return [_assignment(choices, person, each, step) for person in people if person not in held]


def _assignment(choices: Choices, person: str, each: PermissionSet, step: str) -> Change:
    return Change(
        kind=ASSIGN,
        key=f"assign:{person}:{each.namespace}.{each.name}",
        step=step,
        what=Text(
            _("Give {user} the permission set {label}"),
            {"user": choices.name_of(person), "label": each.label},
        ),
        before=_ABSENT,
        after=_THERE,
        data={
            "user_id": person,
            "set_id": each.id,
            "set_name": each.name,
            "set_label": each.label,
            "namespace": each.namespace,
        },
        group=each.label,
    )


def undo_plan(
    done: Sequence[tuple[Change, str]], snapshot: Snapshot, standing: Sequence[tuple[Change, str]] = ()
) -> list[Change]:
    """The inverse of what we made, of the rows that are still there; access first, the set last.

    A set that somebody has after that stays: Salesforce would refuse to delete it. One that another
    app uses stays with its holders: they would lose that app, which is for a person to decide.
    """
    order = {GRANT: 0, ASSIGN: 1, CREATE_SET: 2}
    rows = sorted(done, key=lambda each: order.get(each[0].kind, -1))
    taken = {row_id for _change, row_id in rows}
    left = {row_id: change for change, row_id in standing if row_id not in taken}
    every = (*rows, *standing)
    apps = {str(change.data["app_id"]) for change, _row in every if change.kind == GRANT}
    made = {row_id for change, row_id in every if change.kind == CREATE_SET}
    shared = _shared(made, apps, snapshot)
    labels = _labels_now(snapshot)
    plan = [
        _inverse(change, row_id, labels) for change, row_id in rows if _is_there(change, row_id, snapshot)
    ]
    return [_kept_if_needed(each, taken, left, shared, apps, snapshot) for each in plan]


def _is_there(change: Change, row_id: str, snapshot: Snapshot) -> bool:
    """Whether the row is still in the org. What could not be read is tried: deleting is idempotent."""
    if change.kind not in PARTS_OF:
        return False
    part = snapshot.part(PARTS_OF[change.kind])
    return not part.is_known or any(row.id == row_id for row in part.get(()))


def _inverse(change: Change, row_id: str, labels: Mapping[str, str]) -> Change:
    label = labels.get(row_id) or str(change.data.get("set_label") or change.data.get("label") or "")
    named = {**change.what.params, "label": label}
    what = {
        GRANT: Text(_("Take the permission set off the connected app")),
        ASSIGN: Text(_("Take the permission set {label} back from {user}"), named),
        CREATE_SET: Text(_("Delete the permission set {label}"), {"label": label}),
    }[change.kind]
    return Change(
        kind={GRANT: REVOKE, ASSIGN: UNASSIGN, CREATE_SET: DELETE_SET}[change.kind],
        key=f"undo:{change.key}",
        step=change.step,
        what=what,
        before=_THERE,
        after=_ABSENT,
        data={
            "id": row_id,
            "undoes": change.key,
            "undoes_kind": change.kind,
            "set_label": label if change.kind == ASSIGN else "",
        },
        group=label if change.group else "",
    )


def _labels_now(snapshot: Snapshot) -> dict[str, str]:
    """What the sets are called in the org today: by their ids, and by those of their assignments."""
    sets = {each.id: each.label for each in snapshot.sets.get(())}
    return {**sets, **{row.id: sets.get(row.set_id, "") for row in snapshot.assignments.get(())}}


def _kept_if_needed(
    undo: Change,
    taken: Collection[str],
    left: Mapping[str, Change],
    shared: Mapping[str, str],
    apps: Collection[str],
    snapshot: Snapshot,
) -> Change:
    """`taken` are the rows that go with this undo, `left` those that we made and that it leaves.

    `shared` are rows that other apps need, with those apps' names; `apps` those we put a set on.
    """
    if others := shared.get(str(undo.data["id"])):
        message = _("stays: another app uses it too ({apps}). Decide in Salesforce who needs it.")
        return replace(undo, after=Text(message, {"apps": others}), idle=True)
    if undo.kind != DELETE_SET:
        return undo
    undo = replace(undo, data={**undo.data, "apps": sorted(_our_apps(apps, snapshot))})
    held = [row.id for row in snapshot.assignments.get(()) if row.set_id == undo.data["id"]]
    if not (held := [row_id for row_id in held if row_id not in taken]):
        return replace(undo, also=_goes_with_it(undo, taken, snapshot))
    ours = [left[row_id] for row_id in held if row_id in left]
    words = _why_it_stays(len(ours), len(held) - len(ours))
    first = sorted({change.step for change in ours})
    return replace(undo, after=words, idle=True, data={**undo.data, "first": first})


def _our_apps(apps: Collection[str], snapshot: Snapshot) -> set[str]:
    app = lookups.the_app(snapshot)
    return {*apps, app.id} if app else set(apps)


def _shared(made: Collection[str], apps: Collection[str], snapshot: Snapshot) -> dict[str, str]:
    """Our sets that other apps use, and their assignments -> those apps, by name where they have one here."""
    names, ours = {app.id: app.name for app in snapshot.app.get(())}, _our_apps(apps, snapshot)
    shared: dict[str, list[str]] = {}
    for row in snapshot.grants.get(()):
        if row.set_id in made and row.app_id not in ours:
            shared.setdefault(row.set_id, []).append(names.get(row.app_id, row.app_id))
    named = {set_id: ", ".join(sorted(each)) for set_id, each in shared.items()}
    held = {row.id: named[row.set_id] for row in snapshot.assignments.get(()) if row.set_id in named}
    return {**named, **held}


def _why_it_stays(ours: int, others: int) -> Text:
    """Who has the set still: people that we gave it to, and those that somebody else did."""
    if not ours:
        return Text(_("stays: assignments that are not ours are left ({count})"), {"count": others})
    if not others:
        return Text(_("stays: we gave it to people in another stage ({count})"), {"count": ours})
    return Text(
        _(
            "stays: we gave it to people in another stage ({count}), "
            "and assignments that are not ours are left ({others})"
        ),
        {"count": ours, "others": others},
    )


def _goes_with_it(undo: Change, taken: Collection[str], snapshot: Snapshot) -> tuple[str, ...]:
    """The step that a deleted set undoes too: its place on the app goes with it, whoever put it there."""
    grants = [row for row in snapshot.grants.get(()) if row.set_id == undo.data["id"]]
    return (ON_APP,) if any(row.id not in taken for row in grants) else ()


def found(change: Change, snapshot: Snapshot) -> str | None:
    """The row that satisfies the change; for an undo, the row's id once it is gone."""
    if change.kind in (REVOKE, UNASSIGN, DELETE_SET):
        return _gone(change, snapshot)
    if change.kind == CREATE_SET:
        return _set_id(change.data["name"], "", snapshot)
    set_id = _set_id(change.data["set_name"], change.data.get("namespace", ""), snapshot)
    if set_id is None:
        return None
    if change.kind == GRANT:
        row = lookups.grant(snapshot, set_id, change.data["app_id"])
        return row.id if row else None
    assigned = lookups.assignment(snapshot, change.data["user_id"], set_id)
    return assigned.id if assigned else None


def _set_id(name: str, namespace: str, snapshot: Snapshot) -> str | None:
    rows = snapshot.sets.get(())
    return next(
        (row.id for row in rows if row.namespace == namespace and row.name.lower() == name.lower()), None
    )


def _gone(change: Change, snapshot: Snapshot) -> str | None:
    part, row_id = snapshot.part(PARTS_OF[change.kind]), str(change.data["id"])
    return row_id if part.is_known and all(row.id != row_id for row in part.get(())) else None
