"""Questions that checks and plans both ask of a snapshot. Pure; never raises for what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from wizard.guides.base import Finding
from wizard.guides.connected_app_authentication.inputs import REPAIR, Choices
from wizard.guides.connected_app_authentication.reading.parsing import NAMESPACE
from wizard.guides.connected_app_authentication.reading.parts import APP_NAME, asked
from wizard.guides.connected_app_authentication.snapshot import (
    App,
    Assignment,
    Configuration,
    ExternalApp,
    Grant,
    PermissionSet,
    SetKind,
    Snapshot,
    State,
    Use,
    User,
)
from wizard.guides.text import Json, Text, at
from wizard.guides.text import gettext_noop as _

#: API name and label of the package's sets, which differ (fact sheet 0.6). Labels drift: they come second.
PACKAGED_SETS = (
    ("ExactTarget_Integration", "Marketing Cloud Connector"),
    ("ExactTarget_Integration_Admin", "Marketing Cloud Connector Admin"),
    ("Marketing_Cloud_System_User", "Marketing Cloud System User"),
)

PACKAGE_OBJECT = "et4ae5__Configuration__c"

#: An assignment that ends within that time does not count as done without a signature.
SOON = timedelta(days=30)

#: What to say when Salesforce refuses a part, with its code.
UNREADABLE = {
    "rights": _("Salesforce did not let us read your permissions: {code}."),
    "app": _("Salesforce did not let us read the connected app: {code}."),
    "external": _("Salesforce did not let us read the External Client Apps: {code}."),
    "audit": _("Salesforce did not let us read the Setup Audit Trail: {code}."),
    "package": _("Salesforce did not let us read the package's licence: {code}."),
    "sets": _("Salesforce did not let us read the permission sets: {code}."),
    "assignments": _("Salesforce did not let us read the assignments: {code}."),
    "grants": _("Salesforce did not let us read the app's permission sets: {code}."),
    "connection_user": _("Salesforce did not let us read the connection user: {code}."),
    "login": _("Salesforce did not let us read whether the connection user is frozen: {code}."),
    "configuration": _("Salesforce did not let us read the package's configuration: {code}."),
    "tokens": _("Salesforce did not let us read who uses the app: {code}."),
    "approvals": _("Salesforce did not let us read who else may use the app: {code}."),
    "logins": _("Salesforce did not let us read the login history: {code}."),
    "units": _("Salesforce did not let us read the business units: {code}."),
    "wizard": _("Salesforce did not let us read whether the package's wizard is done: {code}."),
    "readers": _("Salesforce did not let us read who may read the package's records: {code}."),
    "freezes": _("Salesforce did not let us read who froze the connection user: {code}."),
    "proofs": _("Salesforce did not let us read how the connection user proved its identity: {code}."),
    "security": _("Salesforce did not let us read the session settings: {code}."),
    "sites": _("Salesforce did not let us read the remote sites: {code}."),
    "version": _("Salesforce did not let us read the package's version: {code}."),
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


def looks_like_ours(app: App | ExternalApp) -> bool:
    """Whether it may be the app under another label."""
    return any(word in app.name.lower() for word in ("marketing cloud", "exacttarget"))


def app_name(snapshot: Snapshot, choices: Choices) -> str:
    """What the app is called in this org."""
    app = the_app(snapshot, choices)
    return app.name if app else usual_app_name(snapshot)


def no_app(snapshot: Snapshot, choices: Choices) -> Finding:
    """Why a line about the app can't be judged where it is not among the connected apps."""
    name = {"app": app_name(snapshot, choices)}
    if external := [app.name for app in snapshot.external.get(()) if looks_like_ours(app)]:
        return Finding.cannot_check(
            "app_external",
            Text(_("{app} is an External Client App in this org, and no connected app."), name),
            remedy="APP_EXTERNAL",
            details=tuple(external),
        )
    return Finding.blocked(
        "app_missing", Text(_("{app} has to be installed first."), name), remedy="APP_MISSING"
    )


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
    read_at = snapshot.assignments.read_at
    return next((row for row in rows if counts(row, read_at)), rows[0] if rows else None)


def counts(row: Assignment, read_at: str) -> bool:
    """Inactive assignments, and those that had ended when they were read, don't count."""
    if not row.active or not row.expires:
        return row.active
    ends, now = moment(row.expires), moment(read_at)
    return ends is not None and now is not None and ends > now


def lets_in_uninstalled(snapshot: Snapshot, user_id: str) -> bool | None:
    """Whether one of the person's permission sets, the one of the profile among them, has that right (N5)."""
    rows, read_at = snapshot.assignments.get(()), snapshot.assignments.read_at
    told = [row.lets_in_uninstalled for row in rows if row.user_id == user_id and counts(row, read_at)]
    return True if any(told) else None if not told or None in told else False


def ends_soon(end: str, read_at: str) -> bool:
    """Whether what counted when it was read will not for long; an empty end is none."""
    ends, now = moment(end), moment(read_at)
    return bool(end) and (ends is None or now is None or ends - now <= SOON)


def holders(snapshot: Snapshot, set_id: str) -> frozenset[str]:
    """Who has the set, by assignments that count."""
    rows = snapshot.direct_assignments
    return frozenset(
        row.user_id for row in rows if row.set_id == set_id and counts(row, snapshot.assignments.read_at)
    )


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


def users_of_app(snapshot: Snapshot, choices: Choices) -> tuple[Use, ...]:
    """The active people who use the app today, each once with the last use, who used it last first."""
    name, users = app_name(snapshot, choices), dict[str, Use]()
    rows = (*snapshot.logins.get(()), *snapshot.tokens.get(()))
    for use in sorted(rows, key=lambda each: each.last):
        if use.app == name and use.active is not False:
            users[use.user_id] = _together(use, users.get(use.user_id, use))
    return tuple(sorted(users.values(), key=lambda each: each.last, reverse=True))


def _together(use: Use, earlier: Use) -> Use:
    """What two lists tell of a person: each may lack what the other has."""
    return replace(
        use,
        name=use.name or earlier.name,
        username=use.username or earlier.username,
        active=earlier.active if use.active is None else use.active,
    )


def not_on_list(snapshot: Snapshot, choices: Choices) -> tuple[Use, ...]:
    """Those of them who were not chosen and do not have the set for long."""
    listed, read_at = set(choices.everyone), snapshot.assignments.read_at
    listed |= {row.user_id for row in _of_our_set(snapshot, choices) if not ends_soon(row.expires, read_at)}
    return tuple(use for use in users_of_app(snapshot, choices) if use.user_id not in listed)


def _of_our_set(snapshot: Snapshot, choices: Choices) -> list[Assignment]:
    """The assignments of the set that count."""
    ours, read_at = our_set(snapshot, choices), snapshot.assignments.read_at
    rows = snapshot.direct_assignments if ours else ()
    return [row for row in rows if ours and row.set_id == ours.id and counts(row, read_at)]


def approved_until(snapshot: Snapshot, choices: Choices) -> dict[str, str]:
    """Who has the set, or is approved otherwise -> until when; empty for good."""
    others = [row for row in snapshot.approvals.get(()) if counts(row, snapshot.approvals.read_at)]
    ends: dict[str, str] = {}
    for row in (*_of_our_set(snapshot, choices), *others):
        earlier = ends.get(row.user_id, row.expires)
        ends[row.user_id] = max(earlier, row.expires) if earlier and row.expires else ""
    return ends


def cut_off_users(snapshot: Snapshot, choices: Choices) -> tuple[Use, ...]:
    """Those of them whom nothing else approves either."""
    approved = approved_until(snapshot, choices)
    return tuple(use for use in not_on_list(snapshot, choices) if use.user_id not in approved)


def cut_off_soon(snapshot: Snapshot, choices: Choices) -> tuple[tuple[Use, str], ...]:
    """Those of them whom something approves, but not for long, with its end; the next to end first."""
    approved = approved_until(snapshot, choices)
    read_at = snapshot.approvals.read_at or snapshot.assignments.read_at
    unlisted = [(use, approved.get(use.user_id, "")) for use in not_on_list(snapshot, choices)]
    return tuple(sorted((each for each in unlisted if ends_soon(each[1], read_at)), key=lambda each: each[1]))


def is_in_use(snapshot: Snapshot, choices: Choices) -> bool:
    """Whether people work with it now, as far as anybody has told: then the safe order is the right one."""
    told = connected(snapshot) or account_unseen(snapshot) or users_of_app(snapshot, choices)
    return choices.mode == REPAIR or bool(told)


def the_user(snapshot: Snapshot, choices: Choices) -> User | None:
    rows = snapshot.connection_user.get(())
    return next((user for user in rows if user.id == choices.connection_user), None)


def connected(snapshot: Snapshot) -> tuple[Configuration, ...]:
    """The package's configuration rows that name an Engagement account."""
    return tuple(row for row in snapshot.configuration.get(()) if row.mid)


def account_unseen(snapshot: Snapshot) -> bool:
    """Whether there is a record of a connection, and the org hides which account it is to."""
    return any(not row.mid_seen for row in snapshot.configuration.get(()))


def connected_wrongly(snapshot: Snapshot, choices: Choices) -> tuple[Configuration, ...]:
    """The connections, where none of them is to the account that is expected."""
    rows = connected(snapshot)
    return () if not choices.mid or any(row.mid == choices.mid for row in rows) else rows


def connected_before(snapshot: Snapshot, choices: Choices) -> tuple[Configuration, ...]:
    """Connections that were there before this setup began."""
    return tuple(row for row in connected(snapshot) if not since_start(row.created_at, choices))


def connected_here(snapshot: Snapshot, choices: Choices) -> bool:
    """Whether it came into use by a first connection in this setup, when its policies were right already."""
    app = the_app(snapshot, choices)
    before = choices.mode == REPAIR or connected_before(snapshot, choices)
    return bool(app and app.admin_approved and connected(snapshot) and not before)


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


def day(text: str) -> Json:
    """A moment for a sentence, shown as its reader's country writes it; an unreadable one as it came."""
    when = moment(text)
    return at(when) if when else text


def dated(name: str, text: str) -> Text:
    """A name of a list with its moment."""
    return Text("{name}: {day}", {"name": name, "day": day(text)})


def package_is_new(old: Snapshot | None, new: Snapshot, known: Mapping[str, Json]) -> bool:
    """The package appeared after discovery looked, so its fields are not known yet."""
    had_it = old is not None and bool(old.package.get(()))
    return not had_it and bool(new.package.get(())) and PACKAGE_OBJECT in known.get("unreadable", {})
