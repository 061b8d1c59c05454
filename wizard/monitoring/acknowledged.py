"""A difference that somebody knows: it is not told again until a date; another one of the same line is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import TypedDict

from wizard.guides.base import Finding
from wizard.guides.changes import fingerprint_of
from wizard.models import Setup


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
