"""Questions that checks and plans both ask of a snapshot. Pure; never raises for what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from wizard.guides.base import Finding
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.reading import APP_NAME, NAMESPACE, asked
from wizard.guides.connected_app_authentication.snapshot import (
    App,
    Assignment,
    Configuration,
    Grant,
    PermissionSet,
    SetKind,
    Snapshot,
    State,
    User,
)
from wizard.guides.text import Json, Text
from wizard.guides.text import gettext_noop as _

#: API name and label of the package's sets, which differ (fact sheet 0.6). Labels drift: they come second.
PACKAGED_SETS = (
    ("ExactTarget_Integration", "Marketing Cloud Connector"),
    ("ExactTarget_Integration_Admin", "Marketing Cloud Connector Admin"),
    ("Marketing_Cloud_System_User", "Marketing Cloud System User"),
)

PACKAGE_OBJECT = "et4ae5__Configuration__c"

#: What to say when Salesforce refuses a part, with its code.
UNREADABLE = {
    "rights": _("Salesforce did not let us read your permissions: {code}."),
    "app": _("Salesforce did not let us read the connected app: {code}."),
    "audit": _("Salesforce did not let us read the Setup Audit Trail: {code}."),
    "package": _("Salesforce did not let us read the package's licence: {code}."),
    "sets": _("Salesforce did not let us read the permission sets: {code}."),
    "assignments": _("Salesforce did not let us read the assignments: {code}."),
    "grants": _("Salesforce did not let us read the app's permission sets: {code}."),
    "connection_user": _("Salesforce did not let us read the connection user: {code}."),
    "login": _("Salesforce did not let us read whether the connection user is frozen: {code}."),
    "configuration": _("Salesforce did not let us read the package's configuration: {code}."),
    "logins": _("Salesforce did not let us read the login history: {code}."),
}


def unknown(snapshot: Snapshot, choices: Choices, *names: str) -> Finding | None:
    """A `cannot_check` when one of the parts was not read for these choices or can't be read."""
    for name in names:
        part = snapshot.part(name)
        if part.state is State.NOT_READ or part.asked != asked(name, choices):
            return Finding.cannot_check("not_read", Text(_("Not looked at yet.")))
        if part.state is State.UNREADABLE:
            return Finding.cannot_check(
                "unreadable",
                Text(UNREADABLE[name], {"code": part.code}),
                remedy=part.code,
                details=(part.message,) if part.message else (),
            )
    return None


def is_known(snapshot: Snapshot, choices: Choices, *names: str) -> bool:
    return unknown(snapshot, choices, *names) is None


def the_app(snapshot: Snapshot, choices: Choices | None = None) -> App | None:
    """The app that was chosen, while it is there; else the one of the name that it usually has."""
    apps = snapshot.app.get(())
    chosen = next((app for app in apps if choices and app.id == choices.app), None)
    return chosen or next((app for app in apps if app.name == usual_app_name(snapshot)), None)


def looks_like_ours(app: App) -> bool:
    """Whether it may be the app under another label."""
    return any(word in app.name.lower() for word in ("marketing cloud", "exacttarget"))


def app_name(snapshot: Snapshot, choices: Choices) -> str:
    """What the app is called in this org."""
    app = the_app(snapshot, choices)
    return app.name if app else usual_app_name(snapshot)


def usual_app_name(snapshot: Snapshot) -> str:
    return snapshot.facts.app_name or APP_NAME


def our_set(snapshot: Snapshot, choices: Choices) -> PermissionSet | None:
    """The new set: the adopted one, else the one with the approved API name. Only a plain set is one."""
    return next((each for each in _called_ours(snapshot, choices) if each.kind is SetKind.PLAIN), None)


def in_place_of_ours(snapshot: Snapshot, choices: Choices) -> PermissionSet | None:
    """What bears the approved API name, or was adopted, and is no plain set."""
    return next((each for each in _called_ours(snapshot, choices) if each.kind is not SetKind.PLAIN), None)


def _called_ours(snapshot: Snapshot, choices: Choices) -> list[PermissionSet]:
    local = [each for each in snapshot.sets.get(()) if not each.namespace]
    if choices.adopt:
        return [each for each in local if each.id == choices.adopt]
    wanted = choices.set_name.lower()
    if not wanted:
        return []
    made = snapshot.facts.made_sets or {}
    ours = [each for each in local if made.get(each.id, "").lower() == wanted]
    return ours or [each for each in local if each.name.lower() == wanted]


def is_renamed(ours: PermissionSet, snapshot: Snapshot, choices: Choices) -> bool:
    """Whether a set that we made is not called any more as it was approved."""
    if choices.adopt or ours.id not in (snapshot.facts.made_sets or {}):
        return False
    name, label = choices.set_name.lower(), choices.set_label.strip().lower()
    return (ours.name.lower(), ours.label.strip().lower()) != (name, label)


def twin(snapshot: Snapshot, choices: Choices) -> PermissionSet | None:
    """Another local set that looks like ours (same label, or the name with another label or use)."""
    if choices.adopt:
        return None
    local = [each for each in snapshot.sets.get(()) if not each.namespace]
    name, label = choices.set_name.lower(), choices.set_label.strip().lower()
    same = [each for each in local if each.name.lower() == name or each.label.strip().lower() == label]
    same.sort(key=lambda each: each.kind is SetKind.PLAIN)  # what can't be used at all is told first
    for each in same:
        if each.kind is SetKind.PLAIN and each.name.lower() == name and each.label.strip().lower() == label:
            return None
    return same[0] if same else None


def packaged(snapshot: Snapshot) -> dict[str, PermissionSet | None]:
    """The three sets of the package by label, None where the org has none like it."""
    sets = snapshot.sets.get(())
    there = [each for each in sets if each.namespace == NAMESPACE and each.kind is SetKind.PLAIN]
    by_name = {each.name: each for each in there}
    by_label = {each.label: each for each in there}
    return {label: by_name.get(name) or by_label.get(label) for name, label in PACKAGED_SETS}


def assignment(snapshot: Snapshot, user_id: str, set_id: str) -> Assignment | None:
    """The row that gives the set to the person; one that counts wins over one that does not."""
    rows = [row for row in snapshot.assignments_by_user.get(user_id, ()) if row.set_id == set_id]
    return next((row for row in rows if counts(row, snapshot)), rows[0] if rows else None)


def counts(row: Assignment, snapshot: Snapshot) -> bool:
    """Inactive or expired assignments don't count."""
    if not row.active or not row.expires:
        return row.active
    ends, now = moment(row.expires), moment(snapshot.assignments.read_at)
    return ends is not None and now is not None and ends > now


def holders(snapshot: Snapshot, set_id: str) -> frozenset[str]:
    """Who has the set, by assignments that count."""
    rows = snapshot.direct_assignments
    return frozenset(row.user_id for row in rows if row.set_id == set_id and counts(row, snapshot))


def former_holders(snapshot: Snapshot, set_id: str) -> frozenset[str]:
    """Who has only an assignment of the set that no longer counts."""
    rows = snapshot.direct_assignments
    return frozenset(row.user_id for row in rows if row.set_id == set_id) - holders(snapshot, set_id)


def grant(snapshot: Snapshot, set_id: str, app_id: str) -> Grant | None:
    rows = snapshot.grants.get(())
    return next((row for row in rows if row.set_id == set_id and row.app_id == app_id), None)


def is_ready_for_lock(snapshot: Snapshot, choices: Choices) -> bool:
    """Whether everyone chosen can still use the app once only approved people may."""
    if not is_known(snapshot, choices, "app", "sets", "assignments", "grants") or not choices.everyone:
        return False
    app, new = the_app(snapshot, choices), our_set(snapshot, choices)
    if app is None or new is None or grant(snapshot, new.id, app.id) is None:
        return False
    return holders(snapshot, new.id).issuperset(choices.everyone)


def the_user(snapshot: Snapshot, choices: Choices) -> User | None:
    rows = snapshot.connection_user.get(())
    return next((user for user in rows if user.id == choices.connection_user), None)


def connected(snapshot: Snapshot) -> tuple[Configuration, ...]:
    """The package's configuration rows that name an Engagement account."""
    return tuple(row for row in snapshot.configuration.get(()) if row.mid)


def connected_before(snapshot: Snapshot, choices: Choices) -> tuple[Configuration, ...]:
    """Connections that were there before this setup began."""
    return tuple(row for row in connected(snapshot) if not since_start(row.created_at, choices))


def since_start(at: str, choices: Choices) -> bool:
    """Whether `at` is not before the setup's start (Salesforce keeps whole seconds)."""
    when, start = moment(at), moment(choices.started_at)
    return when is not None and start is not None and when >= start.replace(microsecond=0)


def sees_everything(snapshot: Snapshot) -> bool:
    """Whether an empty list of records is evidence: only for a caller who may see all records."""
    rights = snapshot.rights.get({})
    return bool(rights.get("PermissionsModifyAllData") or rights.get("PermissionsViewAllData"))


def moment(text: str) -> datetime | None:
    """A date-time of Salesforce or of ours; None for none or an unreadable one."""
    try:
        when = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return when if when is None or when.tzinfo else when.replace(tzinfo=UTC)


def day(text: str) -> str:
    """A date for a sentence."""
    when = moment(text)
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if when else text


def package_is_new(old: Snapshot | None, new: Snapshot, known: Mapping[str, Json]) -> bool:
    """The package appeared after discovery looked, so its fields are not known yet."""
    had_it = old is not None and bool(old.package.get(()))
    return not had_it and bool(new.package.get(())) and PACKAGE_OBJECT in known.get("unreadable", {})
