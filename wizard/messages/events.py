"""Every event and everything that is waited for, as a sentence. Words live here, codes elsewhere."""

from __future__ import annotations

import string
from collections.abc import Mapping

from wizard.guides.changes import ChangeWords
from wizard.guides.registry import GUIDES
from wizard.guides.text import Json, Text
from wizard.guides.text import gettext_noop as _

#: By the kind of a job: while it runs, once it has ended, and where it changed nothing.
JOB_TITLES = {
    "check": Text(_("Checking the org")),
    "apply": Text(_("Making the changes")),
    "undo": Text(_("Undoing our changes")),
    "people": Text(_("Reading the list of users")),
    "handover": Text(_("Reading every item before the handover")),
}
ENDED_TITLES = {
    "check": Text(_("The last check")),
    "apply": Text(_("The changes that we made")),
    "undo": Text(_("What we undid")),
    "people": Text(_("The list of users")),
    "handover": Text(_("The handover")),
}
NOTHING_TITLES = {
    "apply": Text(_("No change was made")),
    "undo": Text(_("Nothing was undone")),
}

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
    "input_found": Text(_("Chosen by what the org shows: {label}")),
    "overridden": Text(_("Went on before it was safe: {stage}. The reason: {reason}")),
    "check_requested": Text(_("Asked for a check")),
    "check_done": Text(_("Checked every item against the org")),
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
    "handover_requested": Text(_("Asked to hand over, on a fresh reading of every item")),
    "handover_done": Text(_("Read every item once more for the handover")),
    "handover_failed": Text(_("Nothing was handed over")),
    "handover_stopped": Text(_("The handover was stopped")),
    "line_fell": Text(_("Open now, and not when the handover was asked for: {title}")),
    "stop_requested": Text(_("Asked to stop")),
    "interrupted": Text(_("The worker was interrupted; another one carries on")),
    "answer_lost": Text(_("Salesforce's answer was lost; we look what happened before going on")),
    "planned": Text(_("Looked at the org again: {count} changes to make, the rest is already right")),
    "planned_one": Text(_("Looked at the org again: 1 change to make, the rest is already right")),
    "nothing_to_do": Text(_("Looked at the org again: everything is already right")),
    "confirmed": Text(_("Confirmed by hand: {title}")),
    "signed_for": Text(_("Signed for it, with these names: {title}. {says} {names}")),
    "unconfirmed": Text(_("Took back the confirmation: {title}")),
    "left_over": Text(_("Still in the org: {what} ({why})")),
    "signature_void": Text(
        _("{name} had confirmed it, and that no longer counts: it has changed since. {title}")
    ),
    "alarm": Text(_("Seen in Salesforce: {says}")),
    "seen_done": Text(_("Seen in Salesforce, put right there: {title}")),
    "seen_open": Text(_("Seen in Salesforce, changed there and no longer right: {title}")),
    "finished": Text(_("Handed the setup over")),
    "watching_kept": Text(_("Stayed connected, to look once a day whether it is still right")),
    "watching_ended": Text(_("Stopped looking once a day, because our access to the org was ended")),
    "watch_moved": Text(
        _("The org has another address now, {host}: sign in there once, so that it is watched again")
    ),
    "package_upgraded": Text(_("Marketing Cloud Connect was upgraded in the org: {before}, now {after}")),
    "look_requested": Text(_("Asked to look whether all is still right")),
    "drifted": Text(_("Changed after the handover, and no longer right: {title}")),
    "drift_known": Text(_("Knows this difference until {until}: {title}. The reason: {text}")),
    "drift_not_known": Text(_("Took back that this difference is all right: {title}")),
    "mended": Text(_("Right again after the handover: {title}")),
    "archived": Text(_("Archived this setup: no list shows it any more")),
    "unarchived": Text(_("Took this setup back out of the archive")),
    "reopened": Text(_("Opened the setup again")),
    "reconnected": Text(_("Signed in to the org again")),
    "disconnected": Text(_("Ended our access to the org: this setup waits for a new sign-in")),
    "user_changed": Text(_("Signed in to the org as another Salesforce user: {username}, before {earlier}")),
    "wrong_org": Text(_("Had signed in to the wrong org: that sign-in was ended again")),
    "connected": Text(_("Signed in to the org as {username}: this is its connection now")),
    "org_bound": Text(_("Signed in to {org}: from now on the setup is about this org")),
    "handed_over_before": Text(_("{org} has another setup already, which is handed over")),
    "guest_invited": Text(_("Made a link for the client: {stage}")),
    "guest_mailed": Text(_("Sent the client a link by e-mail: {stage}")),
    "guest_done": Text(_("The client's part is done: {stage}")),
    "guest_link_revoked": Text(_("Took a link back: {stage}")),
    "guest_came": Text(_("Came by the link, as a guest: {stage}")),
    "guest_second": Text(_("{name} came by a link that somebody else has used, and was not let in: {stage}")),
    "guest_other_org": Text(
        _("{name} came by a link and signed in to another org, {org}, and was not let in: {stage}")
    ),
    "guest_late": Text(_("{name} came by a link that does not work any more, and was not let in: {stage}")),
    "guest_org_taken": Text(
        _("{name} came by a link and signed in to {org}, which has another open setup: not let in")
    ),
    "watch_stopped": Text(_("Stopped watching: Salesforce no longer lets us read this org")),
    "note": Text(_("Left a note: {text}")),
    "taken_over": Text(_("Took this setup over")),
    "taken_over_from": Text(_("Took this setup over from {name}")),
    "given_back": Text(_("Gave this setup back: it is not assigned now")),
    "left_free": Text(_("{name} may not work on this setup any more: it is not assigned now")),
}

FOR_YOU = Text(_("Done for you"))
BY_HAND = Text(_("By hand"))
IN_SALESFORCE = Text(_("By hand in Salesforce"))
# How a thing was done, for the events that tell of one.
HOW = {
    "changed": FOR_YOU,
    "undone": FOR_YOU,
    "confirmed": BY_HAND,
    "signed_for": BY_HAND,
    "unconfirmed": BY_HAND,
    "seen_done": IN_SALESFORCE,
    "seen_open": IN_SALESFORCE,
    "alarm": IN_SALESFORCE,
    "drifted": IN_SALESFORCE,
    "package_upgraded": IN_SALESFORCE,
    "watch_moved": IN_SALESFORCE,
    "mended": IN_SALESFORCE,
}
SEEN = frozenset(kind for kind, how in HOW.items() if how is IN_SALESFORCE)
SOMEBODY_THERE = Text(_("Somebody in Salesforce"))
US = Text(_("Connect Guide itself"))


def no_member(kind: str, data: Mapping[str, Json]) -> Text:
    """Whose act it was, where no person of ours did it."""
    if kind not in SEEN:
        return US
    return Text(_("{name} in Salesforce"), {"name": data["by"]}) if data.get("by") else SOMEBODY_THERE


# What a history can be narrowed down to: words, and the kinds of events.
GROUPS: Mapping[str, tuple[Text, frozenset[str]]] = {
    "changes": (
        Text(_("Changes in the org")),
        frozenset({"changed", "undone", "seen_done", "seen_open", "alarm", "drifted", "mended"})
        | {"package_upgraded", "watch_moved"},
    ),
    "confirmations": (
        Text(_("Confirmations")),
        frozenset(
            {"confirmed", "signed_for", "unconfirmed", "signature_void", "drift_known", "drift_not_known"}
        ),
    ),
    "choices": (
        Text(_("Choices, sign-ins and handover")),
        frozenset(
            {
                *(
                    "setup_started",
                    "input_changed",
                    "input_found",
                    "overridden",
                    "finished",
                    "reopened",
                    "reconnected",
                    "connected",
                ),
                *("archived", "unarchived", "user_changed", "wrong_org", "disconnected"),
                "handed_over_before",
                *("watching_kept", "watching_ended"),
                *("org_bound", "guest_invited", "guest_link_revoked", "guest_came", "guest_org_taken"),
                *("guest_second", "guest_other_org", "guest_late", "guest_mailed", "guest_done"),
            }
        ),
    ),
    "people": (
        Text(_("Notes, and who is assigned")),
        frozenset({"note", "taken_over", "taken_over_from", "given_back", "left_free"}),
    ),
    "checks": (
        Text(_("Checks")),
        frozenset(
            {
                *(f"check_{end}" for end in ("requested", "done", "failed", "stopped")),
                *(f"people_{end}" for end in ("requested", "done", "failed", "stopped")),
                *("watch_stopped", "look_requested"),
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
                *("interrupted", "answer_lost", "watch_stopped", "seen_open", "alarm"),
                *("line_fell", "drifted", "watch_moved"),
            }
        ),
    ),
}

THERE = Text(_("Already there: {what}"))
GONE = Text(_("It was gone already: {what}"))
REFUSED = Text(_("Salesforce refused this change: {what}"))
NOT_TAKEN_BACK = Text(_("it was not taken back"))
SEVERAL = Text(_("{what}, and {count} more like it"))


def of_event(kind: str, data: Mapping[str, Json]) -> list[Text]:
    """The sentences for one event; a `changed` or `undone` event has one for each group of rows."""
    if kind in ("changed", "undone"):
        return [of_row(row) for row in data.get("rows", ())]
    if kind == "planned" and data.get("count") == 1:
        kind = "planned_one"
    text = EVENTS[kind]
    return [Text(text.message, {key: data[key] for key in text_names(text) if key in data})]


def of_row(row: Mapping[str, Json]) -> Text:
    """One group of outcomes, e.g. "Gave 21 people the permission set Marketing Cloud Connected App"."""
    what = Text.load(row["what"])
    count = int(row["count"])
    if row["result"] == "made":
        return _made(row, what, count)
    if count > 1:
        what = _several(what, count)
    if row["result"] == "refused":
        refused = _left(row.get("error_code", "")) or REFUSED
        return Text(refused.message, {"what": what.to_json()})
    return Text((GONE if _takes_away(row["kind"]) else THERE).message, {"what": what.to_json()})


def _made(row: Mapping[str, Json], what: Text, count: int) -> Text:
    words = _words_of(row["kind"])
    several = words.several_made if words else None
    if count > 1 and several is not None and row.get("group"):
        return Text(several.message, {"set": row["group"], "count": count})
    return _several(what, count) if count > 1 else made(row["kind"], what)


def _words_of(kind: str) -> ChangeWords | None:
    """What the guides say of a kind of change."""
    return next((each.change_words[kind] for each in GUIDES.values() if kind in each.change_words), None)


def _left(code: str) -> Text | None:
    """What they say of a change that they refuse to send themselves."""
    return next((each.left[code] for each in GUIDES.values() if code in each.left), None)


def _takes_away(kind: str) -> bool:
    words = _words_of(kind)
    return words is not None and words.takes_away


def made(kind: str, what: Text) -> Text:
    """One change, as something that happened."""
    words = _words_of(kind)
    return Text(words.made.message, what.params) if words else what


def remains(kind: str, what: Text, group: str, count: int) -> Text:
    """What is still there, as a thing."""
    words = _words_of(kind)
    if words and words.several_remain and count > 1:
        return Text(words.several_remain.message, {"set": group, "count": count})
    return Text(words.remains.message, what.params) if words and words.remains else what


def _several(what: Text, count: int) -> Text:
    return Text(SEVERAL.message, {"what": what.to_json(), "count": count - 1})


def text_names(text: Text) -> list[str]:
    """The `{named}` placeholders of a text."""
    return [name for _literal, name, _spec, _conv in string.Formatter().parse(text.message) if name]
