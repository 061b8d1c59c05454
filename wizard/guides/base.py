"""What a guide is made of: frozen, typed data without Django, Celery or HTTP.

A step's kind is not stored anywhere: it follows from what the step has.

=====  ====  ====================================================
check  plan  on screen
=====  ====  ====================================================
yes    yes   "Do it for me" (preview, apply, undo), or by hand
yes    no    "Do this in Salesforce"; turns green by itself
no     no    "Confirm that you did this" (name and time recorded)
=====  ====  ====================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from wizard.guides.changes import Change
from wizard.guides.text import Json, Text


class Status(StrEnum):
    DONE = "done"
    TO_DO = "to_do"
    BLOCKED = "blocked"  # can't be done before something else is
    CANNOT_CHECK = "cannot_check"


class Proof(StrEnum):
    API = "api"
    AUDIT_TRAIL = "audit_trail"
    CONFIRMATION = "confirmation"


@dataclass(frozen=True)
class Alternative:
    """A way out that a finding offers: inputs which, if chosen, would put it right."""

    label: Text
    inputs: Mapping[str, Json]

    def to_json(self) -> dict[str, Json]:
        return {"label": self.label.to_json(), "inputs": dict(self.inputs)}

    @classmethod
    def load(cls, raw: Mapping[str, Json]) -> Alternative:
        return cls(Text.load(raw["label"]), raw["inputs"])


@dataclass(frozen=True)
class Finding:
    """What a check says of a snapshot. Build it with the named constructors.

    `code` is stable and is what code may branch on; `remedy`, if given, is a code
    of `wizard.messages.remedies`. `now` and `must` are the value read and the value wanted,
    in Salesforce's own labels.
    """

    status: Status
    code: str
    sentence: Text
    proof: Proof | None = None
    now: Text | None = None
    must: Text | None = None
    remedy: str | None = None
    details: tuple[str, ...] = ()  # names, e.g. of the people who are missing
    ways: tuple[Alternative, ...] = ()
    stored: tuple[str, ...] = ()  # the fields behind `now`, as Salesforce stores them

    @classmethod
    def done(cls, code: str, sentence: Text, proof: Proof = Proof.API, **more: Any) -> Finding:
        return cls(Status.DONE, code, sentence, proof, **more)

    @classmethod
    def to_do(cls, code: str, sentence: Text, **more: Any) -> Finding:
        return cls(Status.TO_DO, code, sentence, **more)

    @classmethod
    def blocked(cls, code: str, sentence: Text, **more: Any) -> Finding:
        return cls(Status.BLOCKED, code, sentence, **more)

    @classmethod
    def cannot_check(cls, code: str, sentence: Text, **more: Any) -> Finding:
        return cls(Status.CANNOT_CHECK, code, sentence, **more)

    def to_json(self) -> dict[str, Json]:
        return {
            "status": self.status.value,
            "code": self.code,
            "sentence": self.sentence.to_json(),
            "proof": self.proof.value if self.proof else None,
            "now": self.now.to_json() if self.now else None,
            "must": self.must.to_json() if self.must else None,
            "remedy": self.remedy,
            "details": list(self.details),
            "ways": [way.to_json() for way in self.ways],
            "stored": list(self.stored),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Json]) -> Finding:
        return cls(
            Status(raw["status"]),
            raw["code"],
            Text.load(raw["sentence"]),
            Proof(raw["proof"]) if raw.get("proof") else None,
            Text.from_json(raw.get("now")),
            Text.from_json(raw.get("must")),
            raw.get("remedy"),
            tuple(raw.get("details", ())),
            tuple(Alternative.load(way) for way in raw.get("ways", ())),
            tuple(raw.get("stored", ())),
        )


@dataclass(frozen=True)
class Link:
    """A deep link: `page` is a name that `orgs.hosts.deep_link` knows."""

    label: Text
    page: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Instruction:
    """One numbered action by hand. `classic` says where it is in Salesforce Classic."""

    text: Text
    link: Link | None = None
    classic: Text | None = None
    classic_link: Link | None = None


@dataclass(frozen=True)
class Subject:
    """What a person signs about, as far as it can be read.

    A signature is void once one of the `facts` is another one than when it was given, or once the
    org tells of a `change` after that, by its key. What can't be read now is left out.
    """

    facts: Mapping[str, str] = field(default_factory=dict)
    change: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True)
class Access:
    """One object that a guide reads or writes, exactly: what a client's IT team is told.

    `filters` are fields that only narrow a query down; their values are not fetched.
    """

    sobject: str
    fields: tuple[str, ...]
    why: Text
    filters: tuple[str, ...] = ()


S = TypeVar("S")  # the guide's snapshot type
I = TypeVar("I")  # noqa: E741 - the guide's inputs type


@dataclass(frozen=True)
class Step(Generic[S, I]):
    """One thing to get right.

    `lines` are the numbers of the source page that this step covers. `reads` names
    the parts of the snapshot that `check` and `plan` look at, so that watching one
    step does not read the whole org. `confirm` is what a person signs when the check
    says `cannot_check` with `confirmable` true, or when there is no check at all; `subject`
    tells what that signature is about, so that it falls when this changes; `then` is
    where that person goes next in the org, so that one button can sign and lead there.
    """

    key: str
    title: Text
    why: Text
    lines: tuple[int, ...] = ()
    reads: frozenset[str] = frozenset()
    check: Callable[[S, I], Finding] | None = None
    plan: Callable[[S, I], list[Change]] | None = None
    confirm: Text | None = None
    subject: Callable[[S, I], Subject] | None = None
    then: Link | None = None
    how: Callable[[S, I], tuple[Instruction, ...]] | None = None


@dataclass(frozen=True)
class Exemption(Generic[S, I]):
    """A setting that the source page asks for and that a security review will question.

    `applies` tells whether the org has it now; `compensated_by` are the steps that make up for it.
    """

    key: str
    what: Text
    why: Text
    compensation: Text
    applies: Callable[[S, I], bool]
    step: str = ""  # counts only when this step is done, confirmed or not
    compensated_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stage(Generic[S, I]):
    """A section of the guide. `needs` are the stages that must be done before it, `rights` the
    steps of the first stage that tell whether the signed-in person may do it at all, `stands_on`
    those without which it can't work: what is known to be wrong there is told here too.

    `how`, if given, is one list of instructions for all steps: where they are one visit to
    one page, nobody should read the way there three times.
    """

    key: str
    title: Text
    purpose: Text
    minutes: int
    steps: tuple[Step[S, I], ...]
    needs: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    stands_on: tuple[str, ...] = ()
    warning: Callable[[S, I], Text | None] | None = None
    how: Callable[[S, I], tuple[Instruction, ...]] | None = None


class InputKind(StrEnum):
    CHOICE = "choice"
    PERSON = "person"
    PEOPLE = "people"
    LABEL = "label"  # a label that gives an API name
    NUMBER_TEXT = "number_text"  # digits, kept as text


@dataclass(frozen=True)
class Input:
    """A choice made once per setup, asked in the first stage."""

    key: str
    kind: InputKind
    label: Text
    help: Text
    required: bool = True
    default: str = ""
    choices: tuple[tuple[str, Text], ...] = ()
    suggest: tuple[str, ...] = ()  # words in the names of the people or profiles that are usually meant

    def people_in(self, values: Mapping[str, Json]) -> tuple[str, ...]:
        """The user ids that were chosen for it; none where it does not ask for people."""
        if self.kind not in (InputKind.PERSON, InputKind.PEOPLE):
            return ()
        chosen = values.get(self.key) or ()
        return (chosen,) if isinstance(chosen, str) else tuple(chosen)


class Reader(Protocol):
    """The part of the Salesforce client that reading needs (`orgs.salesforce.client`)."""

    def composite_side_by_side(self, batches: Sequence[Sequence[Any]]) -> list[list[Any]]: ...


@dataclass(frozen=True)
class Guide(Generic[S, I]):
    """The page as data.

    - `parse_inputs` turns the stored JSON into the guide's inputs; it never raises for
      missing values (a half-filled setup is normal).
    - `read(client, inputs, parts, known)` reads the named parts (all if `None`) in as few
      calls as possible. `known` is what discovery kept for this org (fields that exist).
    - `merge(old, new)` lays freshly read parts over an older snapshot.
    - `dump` / `load` turn a snapshot into JSON and back, so that a page can be shown
      without asking Salesforce.
    - `apply(client, changes, snapshot, inputs, watcher)` and
      `undo(client, changes, watcher)` send changes, packed.
    - `found(change, snapshot)` is the id of the row that satisfies `change`, if it is
      there: how a write whose answer was lost is found by read-back.
    - `order(snapshot, inputs)`: the stages in the order that is safest in this org.
    - `rediscover(old, new, known)`: whether what discovery kept for this org is out of date.
    - `known_by_id` are the kinds of change whose rows `read` is told of (`known["made"]`: id -> data
      of the change), so that they are found whatever somebody has called them since.
    - `undo_plan(done, snapshot, standing)` is the inverse of recorded changes, diffed against the org;
      `standing` are all changes of the setup that still stand. What has to stay is in it too, as
      an `idle` change; `data["first"]` names steps whose changes have to be undone before.
    - `reads` and `writes` are everything that the above ever touch; a test compares them with
      the requests of a whole journey. `exemptions` are told to the client's security team.
    """

    key: str
    title: Text
    source: str  # the help page's title
    source_lines: Mapping[int, str]  # its lines, as numbered for this project
    stages: tuple[Stage[S, I], ...]
    inputs: tuple[Input, ...]
    parse_inputs: Callable[[Mapping[str, Json]], I]
    read: Callable[..., S]
    merge: Callable[[S | None, S], S]
    dump: Callable[[S], dict[str, Json]]
    load: Callable[[Mapping[str, Json]], S]
    apply: Callable[..., None]
    undo: Callable[..., None]
    found: Callable[[Change, S], str | None]
    undo_plan: Callable[..., list[Change]]
    rediscover: Callable[[S | None, S, Mapping[str, Json]], bool]
    order: Callable[[S | None, I], tuple[str, ...]]
    known_by_id: tuple[str, ...] = ()
    reads: tuple[Access, ...] = ()
    writes: tuple[Access, ...] = ()
    calibration_reads: tuple[str, ...] = ()  # objects that only `manage.py calibrate` looks at
    exemptions: tuple[Exemption[S, I], ...] = ()

    @property
    def preparation(self) -> Stage[S, I]:
        """The stage of choices, before anything is done in the org."""
        return self.stages[0]

    @property
    def handover(self) -> Stage[S, I]:
        """The stage that ends a setup; it has no steps."""
        return self.stages[-1]

    @property
    def work(self) -> tuple[Stage[S, I], ...]:
        """All stages but the preparation."""
        return self.stages[1:]

    def stage(self, key: str) -> Stage[S, I]:
        for stage in self.stages:
            if stage.key == key:
                return stage
        raise KeyError(key)

    def step(self, key: str) -> Step[S, I]:
        for stage in self.stages:
            for step in stage.steps:
                if step.key == key:
                    return step
        raise KeyError(key)

    def steps(self) -> list[Step[S, I]]:
        return [step for stage in self.stages for step in stage.steps]
