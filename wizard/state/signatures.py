"""When a person's signature stops counting: what it is about is another thing now, or was changed since."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.guides.base import AnyStep, Subject
from wizard.guides.text import Json
from wizard.history.record import record_event
from wizard.models import Setup, StepState

# Beside the finding: what was known of the subject, and the last change to it, when it was read.
KEPT, CHANGE = "subject", "subject_change"


def kept(before: StepState | None, subject: Subject) -> dict[str, Json]:
    """What to keep with the finding. What can't be read now is what it was."""
    facts, change = {**_facts(before), **subject.facts}, subject.change or _change(before)
    return {**({KEPT: facts} if facts else {}), **({CHANGE: change} if change else {})}


def is_void(before: StepState, subject: Subject) -> bool:
    if before.confirmed_at is None:
        return False
    was = _facts(before)
    if any(key in was and was[key] != value for key, value in subject.facts.items()):
        return True
    if subject.changed_at is None or subject.change == _change(before):
        return False
    # Salesforce keeps whole seconds; a change that was known when it was signed is caught above.
    return subject.changed_at >= before.confirmed_at.replace(microsecond=0)


def withdraw(setup: Setup, step: AnyStep, state: StepState) -> None:
    """Take the signature off, in the caller's transaction, and tell whose it was."""
    name = state.confirmed_name
    state.confirmed_by_id, state.confirmed_name, state.confirmed_at = None, "", None
    row = StepState.objects.filter(setup=setup, step=step.key)
    row.update(confirmed_by=None, confirmed_name="", confirmed_at=None)
    record_event(setup, "signature_void", step=step.key, title=step.title.to_json(), name=name)


def _facts(state: StepState | None) -> Mapping[str, str]:
    found: Mapping[str, str] = ((state.finding if state else None) or {}).get(KEPT) or {}
    return found


def _change(state: StepState | None) -> str:
    return str(((state.finding if state else None) or {}).get(CHANGE) or "")
