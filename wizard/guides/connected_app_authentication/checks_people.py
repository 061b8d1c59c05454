"""The new permission set, who has it, and whether it may use the app."""

from __future__ import annotations

from wizard.guides import names
from wizard.guides.base import Alternative, Finding, Status
from wizard.guides.connected_app_authentication import lookups
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.lookups import our_set, unknown
from wizard.guides.connected_app_authentication.proof.endings import with_ends
from wizard.guides.connected_app_authentication.snapshot import PermissionSet, SetKind, Snapshot
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _

FOUR = 4  # the new set, and three of the package


def check_set_name(snapshot: Snapshot, choices: Choices) -> Finding:
    """Lines 14 and 15: a memorable label, and an API name that was looked at and approved."""
    if finding := unknown(snapshot, choices, "sets"):
        return finding
    if choices.adopt:
        return _adopted(snapshot, choices)
    must = Text("{name}", {"name": names.api_name(choices.set_label)})
    trouble = names.label_problem(choices.set_label)
    if trouble is None and not choices.set_name:
        return Finding.to_do(
            "name_not_approved",
            Text(_("Approve the API name that the label gives.")),
            must=must,
            remedy="NAME_NOT_APPROVED",
        )
    trouble = trouble or names.problem(choices.set_name)
    if trouble:
        return Finding.to_do("name_invalid", trouble, must=must, remedy="NAME_INVALID")
    ours = our_set(snapshot, choices)
    if ours and lookups.is_renamed(ours, snapshot, choices):
        return Finding.to_do(
            "set_renamed",
            Text(
                _("The permission set that we made is called {label} ({name}) in the org now."),
                {"label": ours.label, "name": ours.name},
            ),
            remedy="SET_RENAMED",
            ways=_ways_out(ours, snapshot, choices),
        )
    if other := lookups.twin(snapshot, choices):
        return _taken(other, snapshot, choices)
    if not snapshot.sets.get(()):
        return Finding.cannot_check(
            "no_sets_seen",
            Text(_("No permission set is visible to you, so we can't tell whether the name is free.")),
            must=must,
        )
    return Finding.done(
        "name_valid", Text(_("The API name {name} is valid and approved."), {"name": choices.set_name})
    )


def _taken(other: PermissionSet, snapshot: Snapshot, choices: Choices) -> Finding:
    """Something in the org bears the name already."""
    named = {"label": other.label, "name": other.name}
    if other.kind is not SetKind.PLAIN:
        code, message = _TAKEN[other.kind]
        ways = (_new_name(snapshot, choices),)
        return Finding.to_do(code, Text(message, named), remedy="NAME_TAKEN_OTHERWISE", ways=ways)
    return Finding.to_do(
        "name_taken",
        Text(
            _(
                "The org has a permission set like it: {label} "
                "({name}). Use that one, or choose another label."
            ),
            named,
        ),
        remedy="NAME_TAKEN",
        ways=_ways_out(other, snapshot, choices),
    )


#: What bears the name and is no plain set, so that it can be neither used nor named twice.
_TAKEN = {
    SetKind.GROUP: (
        "name_taken_by_group",
        _("The permission set group {label} ({name}) has that name. Choose another label."),
    ),
    SetKind.SESSION: (
        "name_taken_by_session_set",
        _("The session-based permission set {label} ({name}) has that name. Choose another label."),
    ),
    SetKind.OTHER: (
        "name_taken_by_other",
        _("{label} ({name}) is no plain permission set of this org. Choose another label."),
    ),
}


def _ways_out(other: PermissionSet, snapshot: Snapshot, choices: Choices) -> tuple[Alternative, ...]:
    """Adopt the set that is there, or take a name that is free."""
    use = Text(_("Use the existing permission set {label}"), {"label": other.label})
    return Alternative(use, {"adopt": other.id}), _new_name(snapshot, choices)


def _new_name(snapshot: Snapshot, choices: Choices) -> Alternative:
    """A name that is free, among the sets that were read."""
    taken = {each.name for each in snapshot.sets.get(())} | {choices.set_name}
    free = names.proposal(choices.set_name or choices.set_label, taken)
    label = free.replace("_", " ")
    return Alternative(
        Text(_("Make a new one named {label} ({name})"), {"label": label, "name": free}),
        {"set_label": label, "set_name": free, "adopt": ""},
    )


def _adopted(snapshot: Snapshot, choices: Choices) -> Finding:
    adopted = our_set(snapshot, choices)
    if adopted is None and (other := lookups.in_place_of_ours(snapshot, choices)):
        code, message = _TAKEN[other.kind]
        return Finding.to_do(
            code,
            Text(message, {"label": other.label, "name": other.name}),
            remedy="NAME_TAKEN_OTHERWISE",
            ways=(_new_name(snapshot, choices),),
        )
    if adopted is None:
        return Finding.to_do(
            "adopted_gone",
            Text(_("The permission set that was chosen is no longer in the org.")),
            ways=(Alternative(Text(_("Make a new permission set instead")), {"adopt": ""}),),
            remedy="ADOPTED_SET_GONE",
        )
    return Finding.done(
        "name_adopted",
        Text(
            _("The permission set {label} ({name}) is used."), {"label": adopted.label, "name": adopted.name}
        ),
    )


def check_set(snapshot: Snapshot, choices: Choices) -> Finding:
    """Line 16: the set is in the org, and people of any licence can hold it without activation."""
    if finding := unknown(snapshot, choices, "sets"):
        return finding
    ours, other = our_set(snapshot, choices), lookups.in_place_of_ours(snapshot, choices)
    if ours is None and other and other.kind is SetKind.SESSION:
        return Finding.to_do(
            "set_needs_activation",
            Text(
                _("{label} works only in activated sessions. Choose another permission set."),
                {"label": other.label},
            ),
            remedy="SET_NEEDS_ACTIVATION",
        )
    if ours is None and choices.adopt:
        return _adopted(snapshot, choices)
    if ours is None:
        return Finding.to_do(
            "set_missing",
            Text(_("The permission set is not there yet.")),
            must=Text("{label} ({name})", {"label": choices.set_label, "name": choices.set_name or "?"}),
        )
    return Finding.done(
        "set_there",
        Text(_("The permission set {label} is in the org."), {"label": ours.label}),
        now=Text("{label} ({name})", {"label": ours.label, "name": ours.name}),
    )


def check_connection_user_sets(snapshot: Snapshot, choices: Choices) -> Finding:
    """Line 17: the Salesforce-side connection user has all four sets."""
    if finding := _not_ready(snapshot, choices):
        return finding
    ours = our_set(snapshot, choices)
    wanted = {**({ours.label: ours} if ours else {choices.set_label: None}), **lookups.packaged(snapshot)}
    person = choices.connection_user
    lacking = [
        label
        for label, each in wanted.items()
        if each is None or person not in lookups.holders(snapshot, each.id)
    ]
    params: dict[str, str | int] = {"user": choices.name_of(person), "count": len(lacking)}
    if not lacking:
        sentence = Text(_("{user} has all four permission sets."), params)
        held = {each.id for each in wanted.values() if each}
        return with_ends(Finding.done("has_all_sets", sentence), snapshot, choices, (person,), held)
    absent = tuple(label for label, each in lookups.packaged(snapshot).items() if each is None)
    if absent:
        return Finding.blocked(
            "packaged_sets_missing",
            Text(_("The package's permission sets are not all in this org.")),
            remedy="PACKAGED_SETS_MISSING",
            details=absent,
        )
    if ours is None:
        return _set_first()
    expired = _expired(snapshot, (person,), [each for each in wanted.values() if each])
    if expired:
        return _expired_finding(expired, choices)
    return Finding.to_do(
        "lacks_sets",
        Text(_lacking(len(lacking)), params),
        details=tuple(lacking),
    )


def _lacking(count: int) -> str:
    if count == 1:
        return _("{user} lacks one of the four permission sets.")
    if count == FOUR:
        return _("{user} has none of the four permission sets.")
    return _("{user} lacks {count} of the four permission sets.")


def nobody_chosen(snapshot: Snapshot, choices: Choices) -> Text | None:
    if choices.people or not choices.connection_user:
        return None
    return Text(
        _(
            "Nobody else was chosen, so only the connection user gets the "
            "permission set. Choose the people in **Before you start**."
        )
    )


def check_people(snapshot: Snapshot, choices: Choices) -> Finding:
    """Lines 18 to 26: everyone chosen has the new set."""
    return _assigned(snapshot, choices, choices.everyone)


def check_system_user(snapshot: Snapshot, choices: Choices) -> Finding:
    """Line 24: the Salesforce system user is among them."""
    finding = _assigned(snapshot, choices, (choices.connection_user,))
    ours = our_set(snapshot, choices)
    if ours is None or finding.code not in ("all_assigned", "some_unassigned"):
        return finding
    params = {"user": choices.name_of(choices.connection_user), "label": ours.label}
    if finding.status is Status.DONE:
        has = Finding.done("user_has_set", Text(_("{user} has {label}."), params))
        return with_ends(has, snapshot, choices, (choices.connection_user,), {ours.id})
    return Finding.to_do("user_lacks_set", Text(_("{user} does not have {label} yet."), params))


def _assigned(snapshot: Snapshot, choices: Choices, people: tuple[str, ...]) -> Finding:
    if finding := _not_ready(snapshot, choices):
        return finding
    ours = our_set(snapshot, choices)
    if ours is None:
        return _set_first()
    holders = lookups.holders(snapshot, ours.id)
    missing = [each for each in people if each not in holders]
    having = len(people) - len(missing)
    params: dict[str, str | int] = {"count": len(people), "having": having, "label": ours.label}
    everyone = Text(_("Assigned: {count} of {count}"), params)
    if not missing:
        done = Finding.done(
            "all_assigned", Text(_("Everyone who was chosen has {label}."), params), now=everyone
        )
        return with_ends(done, snapshot, choices, people, {ours.id})
    if expired := _expired(snapshot, tuple(missing), [ours]):
        return _expired_finding(expired, choices)
    return Finding.to_do(
        "some_unassigned",
        Text(_("Not everyone who was chosen has {label}."), params),
        now=Text(_("Assigned: {having} of {count}"), params),
        must=everyone,
        details=tuple(choices.name_of(each) for each in missing),
    )


def _not_ready(snapshot: Snapshot, choices: Choices) -> Finding | None:
    if not choices.connection_user:
        return Finding.blocked(
            "no_connection_user",
            Text(_("Choose the Salesforce-side connection user first.")),
            remedy="NO_CONNECTION_USER",
        )
    return unknown(snapshot, choices, "sets", "assignments")


def _expired(snapshot: Snapshot, people: tuple[str, ...], sets: list[PermissionSet]) -> list[str]:
    """People whose assignment is there but no longer counts: only a person can end or renew it."""
    former = frozenset().union(*(lookups.former_holders(snapshot, each.id) for each in sets))
    return [person for person in people if person in former]


def _expired_finding(expired: list[str], choices: Choices) -> Finding:
    return Finding.to_do(
        "assignment_expired",
        Text(_("An assignment has expired or is not active. Remove it, then assign again.")),
        remedy="ASSIGNMENT_EXPIRED",
        details=tuple(choices.name_of(each) for each in expired),
    )


def _set_first() -> Finding:
    return Finding.blocked(
        "set_missing", Text(_("The permission set is not in the org yet.")), remedy="SET_MISSING"
    )


def check_app_access(snapshot: Snapshot, choices: Choices) -> Finding:
    """Lines 27 to 33: the new set is on the app."""
    if finding := unknown(snapshot, choices, "app", "sets"):
        return finding
    app, ours = lookups.the_app(snapshot, choices), our_set(snapshot, choices)
    if app is None:
        return lookups.no_app(snapshot, choices)
    if ours is None:
        return _set_first()
    if finding := unknown(snapshot, choices, "grants"):
        return finding
    params: dict[str, str | int] = {"label": ours.label, "app": app.name}
    if lookups.grant(snapshot, ours.id, app.id):
        return Finding.done("set_on_app", Text(_("{label} may use {app}."), params))
    return Finding.to_do("set_not_on_app", Text(_("{label} is not among the app's permission sets."), params))
