"""Every event and everything that is waited for, as a sentence. Words live here, codes elsewhere."""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Any

from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _

WAITING = {
    "worker": Text(_("Waiting for a free worker")),
    "other_change": Text(_("Waiting until another change in this Salesforce org has ended")),
    "reading": Text(_("Reading what is in the org now")),
    "reading_people": Text(_("Reading the list of the org's users")),
    "reading_after_lost_answer": Text(_("Salesforce did not answer, so we look what happened")),
    "salesforce": Text(_("Waiting for Salesforce to make the changes")),
    "reading_back": Text(_("Reading everything back to be sure")),
}

EVENTS = {
    "setup_started": Text(_("Started this setup")),
    "input_changed": Text(_("Changed the choices of this setup: {labels}")),
    "check_requested": Text(_("Asked for a check")),
    "check_done": Text(_("Checked every line against the org")),
    "check_failed": Text(_("The check did not end well")),
    "check_stopped": Text(_("The check was stopped")),
    "people_requested": Text(_("Asked for the list of the org's users")),
    "people_done": Text(_("Read the list of the org's users")),
    "people_failed": Text(_("Reading the list of users did not end well")),
    "people_stopped": Text(_("Reading the list of users was stopped")),
    "apply_requested": Text(_("Approved the changes")),
    "apply_done": Text(_("Finished, and read everything back")),
    "apply_failed": Text(_("The work stopped with a problem")),
    "apply_stopped": Text(_("Stopped on request. What was done stays done.")),
    "undo_requested": Text(_("Asked to undo our changes")),
    "undo_done": Text(_("Undone, and read everything back")),
    "undo_failed": Text(_("Undoing stopped with a problem")),
    "undo_stopped": Text(_("Undoing was stopped on request")),
    "handover_requested": Text(_("Asked to hand over, on a fresh reading of every line")),
    "handover_done": Text(_("Read every line once more for the handover")),
    "handover_failed": Text(_("Nothing was handed over")),
    "handover_stopped": Text(_("The handover was stopped")),
    "line_fell": Text(_("Open now, and not when the handover was asked for: {title}")),
    "stop_requested": Text(_("Asked to stop after the current change")),
    "interrupted": Text(_("The worker was interrupted; another one carries on")),
    "answer_lost": Text(_("Salesforce's answer was lost; we look what happened before going on")),
    "planned": Text(_("Looked at the org again: {count} changes to make, the rest is already right")),
    "planned_one": Text(_("Looked at the org again: 1 change to make, the rest is already right")),
    "nothing_to_do": Text(_("Looked at the org again: everything is already right")),
    "confirmed": Text(_("Confirmed by hand: {title}")),
    "unconfirmed": Text(_("Took back the confirmation: {title}")),
    "left_over": Text(_("Still in the org: {what} ({why})")),
    "signature_void": Text(
        _("{name} had confirmed it, and that no longer counts: it has changed since. {title}")
    ),
    "seen_done": Text(_("Seen in Salesforce, put right there: {title}")),
    "seen_open": Text(_("Seen in Salesforce, changed there and no longer right: {title}")),
    "finished": Text(_("Handed the setup over")),
    "watching_kept": Text(_("Stayed connected, to look once a day whether it is still right")),
    "watching_ended": Text(_("Stopped looking once a day, because the org was disconnected")),
    "drifted": Text(_("Changed after the handover, and no longer right: {title}")),
    "mended": Text(_("Right again after the handover: {title}")),
    "reopened": Text(_("Opened the setup again")),
    "reconnected": Text(_("Signed in to the org again")),
    "connected": Text(_("Signed in to the org as {username}: this is its connection now")),
    "org_bound": Text(_("Signed in to {org}: from now on the setup is about this org")),
    "guest_invited": Text(_("Made a link for the client: {stage}")),
    "guest_link_revoked": Text(_("Took a link back: {stage}")),
    "guest_came": Text(_("Came by the link, as a guest: {stage}")),
    "guest_second": Text(_("{name} came by a link that somebody else has used, and was not let in: {stage}")),
    "guest_other_org": Text(
        _("{name} came by a link and signed in to another org, {org}, and was not let in: {stage}")
    ),
    "guest_late": Text(_("{name} came by a link that opens nothing any more, and was not let in: {stage}")),
    "guest_org_taken": Text(
        _("{name} came by a link and signed in to {org}, which has another open setup: not let in")
    ),
    "watch_stopped": Text(_("Stopped watching: Salesforce no longer lets us read this org")),
    "note": Text(_("Left a note: {text}")),
    "taken_over": Text(_("Took this setup over")),
    "taken_over_from": Text(_("Took this setup over from {name}")),
    "given_back": Text(_("Gave this setup back: nobody has it now")),
    "left_free": Text(_("{name} had this setup and may not work on it any more: nobody has it now")),
}

FOR_YOU = Text(_("Done for you"))
BY_HAND = Text(_("By hand"))
IN_SALESFORCE = Text(_("By hand in Salesforce"))
# How a thing was done, for the events that tell of one.
HOW = {
    "changed": FOR_YOU,
    "undone": FOR_YOU,
    "confirmed": BY_HAND,
    "unconfirmed": BY_HAND,
    "seen_done": IN_SALESFORCE,
    "seen_open": IN_SALESFORCE,
    "drifted": IN_SALESFORCE,
    "mended": IN_SALESFORCE,
}
SEEN = frozenset(kind for kind, how in HOW.items() if how is IN_SALESFORCE)
SOMEBODY_THERE = Text(_("Somebody in Salesforce"))
US = Text(_("Connect Guide itself"))
# What a history can be narrowed down to: words, and the kinds of events.
GROUPS: Mapping[str, tuple[Text, frozenset[str]]] = {
    "changes": (
        Text(_("Changes in the org")),
        frozenset({"changed", "undone", "seen_done", "seen_open", "drifted", "mended"}),
    ),
    "confirmations": (Text(_("Confirmations")), frozenset({"confirmed", "unconfirmed", "signature_void"})),
    "choices": (
        Text(_("Choices, sign-ins and handover")),
        frozenset(
            {
                *("setup_started", "input_changed", "finished", "reopened", "reconnected", "connected"),
                *("watching_kept", "watching_ended"),
                *("org_bound", "guest_invited", "guest_link_revoked", "guest_came", "guest_org_taken"),
                *("guest_second", "guest_other_org", "guest_late"),
            }
        ),
    ),
    "people": (
        Text(_("Notes, and who has it")),
        frozenset({"note", "taken_over", "taken_over_from", "given_back", "left_free"}),
    ),
    "checks": (
        Text(_("Checks")),
        frozenset(
            {
                *(f"check_{end}" for end in ("requested", "done", "failed", "stopped")),
                *(f"people_{end}" for end in ("requested", "done", "failed", "stopped")),
                "watch_stopped",
            }
        ),
    ),
    "work": (
        Text(_("How the work went")),
        frozenset(
            {
                *(f"apply_{end}" for end in ("requested", "done", "failed", "stopped")),
                *(f"undo_{end}" for end in ("requested", "done", "failed", "stopped")),
                *(f"handover_{end}" for end in ("requested", "done", "failed", "stopped")),
                *("planned", "nothing_to_do", "left_over", "stop_requested", "interrupted", "answer_lost"),
            }
        ),
    ),
    "problems": (
        Text(_("Problems")),
        frozenset(
            {
                *(f"{kind}_failed" for kind in ("check", "people", "apply", "undo", "handover")),
                *("interrupted", "answer_lost", "watch_stopped", "seen_open", "line_fell", "drifted"),
            }
        ),
    ),
}

# What was made, by kind of change: (one, several).
MADE = {
    "create_permission_set": (Text(_("Created the permission set {label} ({name})")), None),
    "assign": (
        Text(_("Gave {user} the permission set {label}")),
        Text(_("Gave {count} people the permission set {set}")),
    ),
    "grant_app": (Text(_("Added {label} to the permission sets of {app}")), None),
    "unassign": (
        Text(_("Took the permission set {label} back from {user}")),
        Text(_("Took the permission set {set} back from {count} people")),
    ),
    "revoke_app": (Text(_("Took the permission set off the connected app")), None),
    "delete_permission_set": (Text(_("Deleted the permission set {label}")), None),
}
REMOVALS = ("unassign", "revoke_app", "delete_permission_set")
THERE = Text(_("Already there: {what}"))
GONE = Text(_("It was gone already: {what}"))
REFUSED = Text(_("Salesforce refused this change: {what}"))
# Refusals that are ours: nothing was sent to Salesforce.
LEFT = {
    "SET_STILL_ASSIGNED": Text(_("Left as it is, because other people have it: {what}")),
    "SET_USED_ELSEWHERE": Text(_("Left as it is, because another app uses it: {what}")),
}
# What an undo has left, by kind of change: (one, several).
REMAINS = {
    "delete_permission_set": (Text(_("the permission set {label}")), None),
    "unassign": (
        Text(_("the permission set {label} of {user}")),
        Text(_("the permission set {set} of {count} people")),
    ),
    "revoke_app": (Text(_("the permission set on the connected app")), None),
}
NOT_TAKEN_BACK = Text(_("it was not taken back"))
SEVERAL = Text(_("{what}, and {count} more like it"))


def of_event(kind: str, data: Mapping[str, Any]) -> list[Text]:
    """The sentences for one event; a `changed` or `undone` event has one for each group of rows."""
    if kind in ("changed", "undone"):
        return [of_row(row) for row in data.get("rows", ())]
    if kind == "planned" and data.get("count") == 1:
        kind = "planned_one"
    text = EVENTS[kind]
    return [Text(text.message, {key: data[key] for key in text_names(text) if key in data})]


def of_row(row: Mapping[str, Any]) -> Text:
    """One group of outcomes, e.g. "Gave 21 people the permission set Marketing Cloud Connected App"."""
    what = Text.load(row["what"])
    count = int(row["count"])
    if row["result"] == "made":
        return _made(row, what, count)
    if count > 1:
        what = _several(what, count)
    if row["result"] == "refused":
        refused = LEFT.get(row.get("error_code", ""), REFUSED)
        return Text(refused.message, {"what": what.to_json()})
    return Text((GONE if row["kind"] in REMOVALS else THERE).message, {"what": what.to_json()})


def _made(row: Mapping[str, Any], what: Text, count: int) -> Text:
    several = MADE.get(row["kind"], (None, None))[1]
    if count > 1 and several is not None and row.get("group"):
        return Text(several.message, {"set": row["group"], "count": count})
    return _several(what, count) if count > 1 else made(row["kind"], what)


def made(kind: str, what: Text) -> Text:
    """One change, as something that happened."""
    one = MADE.get(kind, (None, None))[0]
    return Text(one.message, what.params) if one is not None else what


def remains(kind: str, what: Text, group: str, count: int) -> Text:
    """What is still there, as a thing."""
    one, several = REMAINS[kind]
    if count > 1 and several is not None:
        return Text(several.message, {"set": group, "count": count})
    return Text(one.message, what.params)


def _several(what: Text, count: int) -> Text:
    return Text(SEVERAL.message, {"what": what.to_json(), "count": count - 1})


def text_names(text: Text) -> list[str]:
    """The `{named}` placeholders of a text."""
    return [name for _literal, name, _spec, _conv in string.Formatter().parse(text.message) if name]
