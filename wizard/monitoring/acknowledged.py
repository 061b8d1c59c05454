"""A difference that somebody knows: it is not told again until a date; another one of the same line is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import TypedDict

from django.db import transaction

from teams.models import User
from wizard.guides.base import Finding
from wizard.guides.changes import fingerprint_of
from wizard.history.record import record_event
from wizard.live import publish
from wizard.models import Event, Setup
from wizard.state import snapshots


class Known(TypedDict):
    """As it is kept with the setup, by the line's key. Who said so and why is in the event."""

    difference: str
    until: str  # a day, as ISO 8601 writes it: the last one on which it is not told
    event: int
    stands: bool  # or it is right again, for now


def difference(finding: Finding) -> str:
    """The same for the same state of a line, however often it is read."""
    seen = finding.to_json()
    return fingerprint_of([json.dumps([seen.get(key) for key in ("code", "now", "details")], sort_keys=True)])


def still_known(setup: Setup, today: date) -> dict[str, Known]:
    """Without those whose last day is over."""
    return {key: each for key, each in setup.known_drift.items() if each["until"] >= today.isoformat()}


def standing(known: Mapping[str, Known]) -> set[str]:
    return {key for key, each in known.items() if each["stands"]}


def acknowledge(setup: Setup, key: str, person: User, reason: str, until: date) -> Event | None:
    """By whom it is known now: the first who says so. None where there is no such difference any more."""
    with transaction.atomic():
        locked = Setup.objects.select_for_update(no_key=True).get(pk=setup.pk)
        if key in standing(locked.known_drift):
            return setup.events.filter(pk=locked.known_drift[key]["event"]).first()
        finding = Finding.from_json(locked.drift_findings.get(key))
        if key not in locked.drifted or finding is None:
            return None
        title, day = setup.guide.step(key).title.to_json(), until.isoformat()
        said = record_event(setup, "drift_known", actor=person, step=key, title=title, text=reason, until=day)
        known = Known(difference=difference(finding), until=day, event=said.pk, stands=True)
        locked.known_drift = {**locked.known_drift, key: known}
        locked.drifted = [each for each in locked.drifted if each != key]
        locked.save(update_fields=["known_drift", "drifted"])
    publish.notify_changed(setup.pk)
    return said


def take_back(setup: Setup, key: str, person: User) -> bool:
    """Nobody knows it any more: it is told again, unless it is right just now. False: nobody did."""
    with transaction.atomic():
        locked = Setup.objects.select_for_update(no_key=True).get(pk=setup.pk)
        known = locked.known_drift.get(key)
        if known is None:
            return False
        locked.known_drift = {each: more for each, more in locked.known_drift.items() if each != key}
        if known["stands"]:
            wrong = {*locked.drifted, key}
            locked.drifted = [step.key for step in setup.guide.steps() if step.key in wrong]
        locked.save(update_fields=["known_drift", "drifted"])
        _record_taken_back(locked, key, person, stands=known["stands"])
    publish.notify_changed(setup.pk)
    return True


def _record_taken_back(setup: Setup, key: str, person: User, *, stands: bool) -> None:
    """With the values of the drift, so that its notice says the same."""
    state = setup.step_states.filter(step=key).first()
    was = Finding.from_json(state.finding) if state else None
    now = Finding.from_json(setup.drift_findings.get(key))
    record_event(
        setup,
        "drift_not_known",
        actor=person,
        step=key,
        title=setup.guide.step(key).title.to_json(),
        before=snapshots.value_of(was) if was else None,
        after=snapshots.value_of(now) if now else None,
        acknowledged=not stands,  # as `wizard.history.notices.KNOWN` names it
    )
