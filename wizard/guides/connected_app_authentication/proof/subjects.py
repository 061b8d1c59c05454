"""What each signature is about, as far as it can be read: it falls when that changes (`base.Subject`)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from wizard.guides.base import Subject
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.lookups import (
    connected,
    connected_before,
    connected_wrongly,
    cut_off_soon,
    cut_off_users,
    ends_soon,
    is_known,
    moment,
    our_set,
    the_app,
)
from wizard.guides.connected_app_authentication.proof.audit_rows import (
    IP_ACTION,
    USERS_ACTION,
    our_rows,
)
from wizard.guides.connected_app_authentication.proof.endings import ending
from wizard.guides.connected_app_authentication.snapshot import Snapshot

Facts = dict[str, str]


def _app(snapshot: Snapshot, choices: Choices) -> Facts:
    if not is_known(snapshot, choices, "app"):
        return {}
    app = the_app(snapshot, choices)
    return {"app": app.id if app else ""}


def _about(snapshot: Snapshot, choices: Choices, facts: Facts, *actions: str) -> Subject:
    """With the last time that the audit trail saw the app come or go, or such a change of it.

    What may be about another app ends no signature: the app's id tells whether it is another one.
    """
    rows = our_rows(snapshot, choices, *actions).rows
    if not rows:
        return Subject(facts)
    newest = rows[0]
    return Subject(facts, _digest((newest.at, newest.action, newest.display)), moment(newest.at), newest.by)


def app(snapshot: Snapshot, choices: Choices) -> Subject:
    return _about(snapshot, choices, _app(snapshot, choices))


def permitted_users(snapshot: Snapshot, choices: Choices) -> Subject:
    return _about(snapshot, choices, _app(snapshot, choices), USERS_ACTION)


def ip_relaxation(snapshot: Snapshot, choices: Choices) -> Subject:
    return _about(snapshot, choices, _app(snapshot, choices), IP_ACTION)


def refresh_token(snapshot: Snapshot, choices: Choices) -> Subject:
    found = the_app(snapshot, choices) if is_known(snapshot, choices, "app") else None
    stored: Facts = {}
    if found and found.policies_seen:
        stored = {"stored": f"{found.refresh_period} {found.refresh_from_last_use}"}
    return _about(snapshot, choices, {**_app(snapshot, choices), **stored})


def _set(snapshot: Snapshot, choices: Choices) -> Facts:
    chosen = {"chosen": f"{choices.set_label}|{choices.set_name}|{choices.adopt}"}
    if not is_known(snapshot, choices, "sets"):
        return chosen
    ours = our_set(snapshot, choices)
    return {**chosen, "set": f"{ours.id} {ours.name} {ours.label}" if ours else ""}


def permission_set(snapshot: Snapshot, choices: Choices) -> Subject:
    return Subject(_set(snapshot, choices))


def everyone(snapshot: Snapshot, choices: Choices) -> Subject:
    return _people(snapshot, choices, choices.everyone)


def connection_user(snapshot: Snapshot, choices: Choices) -> Subject:
    return _people(snapshot, choices, (choices.connection_user,))


def _people(snapshot: Snapshot, choices: Choices, people: tuple[str, ...]) -> Subject:
    """Who is meant, and which of their assignments end soon: another end is another question."""
    facts = {**_set(snapshot, choices), "people": _digest(people)}
    if is_known(snapshot, choices, "sets", "assignments"):
        ids = {each.id for each in snapshot.sets.get(())}
        read_at = snapshot.assignments.read_at
        soon = [pair for pair in ending(snapshot, people, ids) if ends_soon(pair[1], read_at)]
        facts["ends"] = _digest(" ".join(pair) for pair in soon)
    return Subject(facts)


def set_on_app(snapshot: Snapshot, choices: Choices) -> Subject:
    return _about(snapshot, choices, {**_app(snapshot, choices), **_set(snapshot, choices)})


def connection(snapshot: Snapshot, choices: Choices) -> Subject:
    """The account that was compared; a user's other settings may change."""
    facts = {"expected": choices.mid}
    if is_known(snapshot, choices, "configuration"):
        facts["accounts"] = " ".join(sorted(f"{row.id}={row.mid}" for row in connected(snapshot)))
    return Subject(facts)


def readers(snapshot: Snapshot, choices: Choices) -> Subject:
    """Whoever signs means these people; who of them may read the records is another question each time."""
    facts = {"people": _digest(choices.everyone)}
    if is_known(snapshot, choices, "readers"):
        facts["may"] = _digest({row.user_id for row in snapshot.readers.get(())})
    return Subject(facts)


def cut_off(snapshot: Snapshot, choices: Choices) -> Subject:
    """Whoever signs means these people: one more who is cut off, now or soon, is another question."""
    if not is_known(snapshot, choices, "app", "tokens"):
        return Subject()
    ends = _digest(f"{use.user_id} {end}" for use, end in cut_off_soon(snapshot, choices))
    return Subject(
        {"cut_off": _digest(use.user_id for use in cut_off_users(snapshot, choices)), "ends": ends}
    )


def logged_out(snapshot: Snapshot, choices: Choices) -> Subject:
    """A wrong account came from a session that was open after all: whoever signed has to do it again."""
    if not is_known(snapshot, choices, "configuration"):
        return Subject()
    rows = connected_wrongly(snapshot, choices)
    if not rows:
        return Subject()
    newest = max(rows, key=lambda row: row.modified_at)
    key = _digest((newest.id, newest.mid, newest.modified_at))
    return Subject({}, key, moment(newest.modified_at))


def earlier_connection(snapshot: Snapshot, choices: Choices) -> Subject:
    """What was connected before this setup began; what it connects itself is no news."""
    if not is_known(snapshot, choices, "configuration"):
        return Subject()
    rows = connected_before(snapshot, choices)
    return Subject({"accounts": " ".join(sorted(f"{row.id}={row.mid}" for row in rows))})


def the_user(snapshot: Snapshot, choices: Choices) -> Subject:
    return Subject({"user": choices.connection_user})


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(texts)).encode()).hexdigest()[:16]
