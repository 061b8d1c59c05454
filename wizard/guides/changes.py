"""A write that a guide plans, what became of it, and how the sending of it is watched."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from wizard.guides.text import Json, Text


@dataclass(frozen=True)
class ChangeWords:
    """A kind of change in sentences, of one and of a whole group; `remains`: what an undo has left."""

    made: Text
    several_made: Text | None = None
    remains: Text | None = None
    several_remain: Text | None = None

    @property
    def takes_away(self) -> bool:
        return self.remains is not None


@dataclass(frozen=True)
class Change:
    """One API-side write that we plan to make (or, in an undo plan, to take back).

    `kind` names what is written or taken back: the guide has `ChangeWords` for it. `key` is the
    natural key that makes the write idempotent: equal keys mean the same change,
    whenever it is planned. `data` is JSON and holds what `apply` needs. `group`
    gathers changes that are one row on screen ("8 people: ...").
    """

    kind: str
    key: str
    step: str  # the step that needs it
    what: Text
    before: Text
    after: Text
    data: Mapping[str, Json] = field(default_factory=dict)
    group: str = ""
    also: tuple[str, ...] = ()  # further steps that need the same change, or that an undo undoes too
    idle: bool = False  # told in the plan as what stays; nothing is sent for it

    def to_json(self) -> dict[str, Json]:
        return {
            "kind": self.kind,
            "key": self.key,
            "step": self.step,
            "what": self.what.to_json(),
            "before": self.before.to_json(),
            "after": self.after.to_json(),
            "data": dict(self.data),
            "group": self.group,
            "also": list(self.also),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Json]) -> Change:
        return cls(
            raw["kind"],
            raw["key"],
            raw["step"],
            Text.load(raw["what"]),
            Text.load(raw["before"]),
            Text.load(raw["after"]),
            raw.get("data", {}),
            raw.get("group", ""),
            tuple(raw.get("also", ())),
        )


def fingerprint_of(keys: Iterable[str]) -> str:
    """Tells whether the plan that was shown is the one that was approved, by the keys of its changes."""
    return hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()


@dataclass(frozen=True)
class Outcome:
    """What became of one change. `record_id` is the id of the row that we made.

    `ok` without `created` means that it was there already: done, not an error, and
    not ours to undo.
    """

    change: Change
    ok: bool
    created: bool = False
    record_id: str | None = None
    error_code: str | None = None  # Salesforce's errorCode
    error_message: str | None = None  # Salesforce's own words, shown under "Details"


class Stop(Exception):
    """Raised by `Watcher.before_batch` when the person asked to stop, or the claim is lost."""


class Watcher(Protocol):
    """How `apply` and `undo` tell what they do. The runner implements it.

    `before_batch` is called before each API call with the changes that it will send:
    the intent is saved, a stop is honoured here (by raising `Stop`). `after_batch` is
    called with the outcomes as soon as the answer is known.
    """

    def before_batch(self, changes: Sequence[Change]) -> None: ...

    def after_batch(self, outcomes: Sequence[Outcome]) -> None: ...
