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

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, Protocol, TypedDict, TypeVar, Unpack

from wizard.guides.changes import Change, ChangeWords
from wizard.guides.text import Json, Text

Detail = str | Text  # a name, or a sentence


class Status(StrEnum):
    DONE = "done"
    TO_DO = "to_do"
    BLOCKED = "blocked"  # can't be done before something else is
    CANNOT_CHECK = "cannot_check"


#: Code of a finding that is done because nobody has to do it in this org. A signature is still told.
NOT_NEEDED = "not_needed"


class Proof(StrEnum):
    API = "api"
    AUDIT_TRAIL = "audit_trail"
    CONFIRMATION = "confirmation"
    CHOICE = "choice"  # what a person chose here


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


class Told(TypedDict, total=False):
    """What a finding may say beside its sentence."""

    now: Text | None
    must: Text | None
    remedy: str | None
    details: tuple[Detail, ...]
    ways: tuple[Alternative, ...]
    stored: tuple[str, ...]
    alarm: bool
    signable: bool


@dataclass(frozen=True)
class Finding:
    """What a check says of a snapshot. Build it with the named constructors.

    `code` is stable and is what code may branch on; `remedy`, if given, is a code
    of `wizard.messages.remedies`. `now` and `must` are the value read and the value wanted,
    in Salesforce's own labels. An `alarm` is harm that is being done: every page of the setup
    begins with it, and its appearance is an event. `signable` is something to do that a person may
    leave as it is, by signing for what is named in `details`.
    """

    status: Status
    code: str
    sentence: Text
    proof: Proof | None = None
    now: Text | None = None
    must: Text | None = None
    remedy: str | None = None
    details: tuple[Detail, ...] = ()  # names, e.g. of the people who are missing
    ways: tuple[Alternative, ...] = ()
    stored: tuple[str, ...] = ()  # the fields behind `now`, as Salesforce stores them
    alarm: bool = False
    signable: bool = False

    @classmethod
    def done(cls, code: str, sentence: Text, proof: Proof = Proof.API, **more: Unpack[Told]) -> Finding:
        return cls(Status.DONE, code, sentence, proof, **more)

    @classmethod
    def to_do(cls, code: str, sentence: Text, **more: Unpack[Told]) -> Finding:
        return cls(Status.TO_DO, code, sentence, **more)

    @classmethod
    def blocked(cls, code: str, sentence: Text, **more: Unpack[Told]) -> Finding:
        return cls(Status.BLOCKED, code, sentence, **more)

    @classmethod
    def cannot_check(cls, code: str, sentence: Text, **more: Unpack[Told]) -> Finding:
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
            "details": [each if isinstance(each, str) else each.to_json() for each in self.details],
            "ways": [way.to_json() for way in self.ways],
            "stored": list(self.stored),
            "alarm": self.alarm,
            "signable": self.signable,
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Json] | None) -> Finding | None:
        return cls.load(raw) if raw else None

    @classmethod
    def load(cls, raw: Mapping[str, Json]) -> Finding:
        return cls(
            Status(raw["status"]),
            raw["code"],
            Text.load(raw["sentence"]),
            Proof(raw["proof"]) if raw.get("proof") else None,
            Text.from_json(raw.get("now")),
            Text.from_json(raw.get("must")),
            raw.get("remedy"),
            tuple(each if isinstance(each, str) else Text.load(each) for each in raw.get("details", ())),
            tuple(Alternative.load(way) for way in raw.get("ways", ())),
            tuple(raw.get("stored", ())),
            bool(raw.get("alarm", False)),
            bool(raw.get("signable", False)),
        )


@dataclass(frozen=True)
class Link:
    """A deep link: `page` is a name that `orgs.hosts.deep_link` knows."""

    label: Text
    page: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Instruction:
    """One numbered action by hand. `classic` says where it is in Salesforce Classic; `people` is whom
    it is about, where they are too many for a sentence."""

    text: Text
    link: Link | None = None
    classic: Text | None = None
    classic_link: Link | None = None
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class Subject:
    """What a person signs about, as far as it can be read.

    A signature is void once one of the `facts` is another one than when it was given, or once the
    org tells of a `change` after that, by its key. What can't be read now is left out.
    """

    facts: Mapping[str, str] = field(default_factory=dict)
    change: str = ""
    changed_at: datetime | None = None
    changed_by: str = ""  # in Salesforce, as far as it says so


@dataclass(frozen=True)
class Seen:
    """What a check said of one step, and what a signature under it would be about."""

    finding: Finding
    subject: Subject


@dataclass(frozen=True)
class Settled:
    """Why the work of a stage is not to be done again: shown in its place, which is folded away."""

    says: Text
    stops: tuple[Text, ...]  # what doing it again would stop
    first: Text  # what would have to be done before


@dataclass(frozen=True)
class Harm:
    """What an undo does to people who work with the org: who is shut out, what stays, where to mend it."""

    says: tuple[Text, ...]
    names: tuple[str, ...] = ()
    stays: tuple[Text, ...] = ()
    link: Link | None = None


@dataclass(frozen=True)
class Access:
    """One object that a guide reads or writes, exactly: what a client's IT team is told.

    `filters` are fields that only narrow a query down; their values are not fetched.
    """

    sobject: str
    fields: tuple[str, ...]
    why: Text
    filters: tuple[str, ...] = ()


class Snapshot(Protocol):
    """What a guide saw in an org at one moment: only the guide itself looks into it."""


class Inputs(Protocol):
    """What people chose for a setup, typed by its guide: only the guide itself looks into it."""


S = TypeVar("S", bound=Snapshot)
I = TypeVar("I", bound=Inputs)  # noqa: E741


@dataclass(frozen=True)
class Step(Generic[S, I]):
    """One thing to get right.

    `lines` are the numbers of the source page that this step covers. `reads` names
    the parts of the snapshot that `check` and `plan` look at, so that watching one
    step does not read the whole org. `confirm` is what a person signs when the check
    says `cannot_check` with `confirmable` true, or when there is no check at all; `subject`
    tells what that signature is about, so that it falls when this changes; `then` is
    where that person goes next in the org, so that one button can sign and lead there. `watched`:
    whether what is seen of it is history, and drift after the handover; not where it is about how to begin.
    `reported`: a line of ours that the report tells although it is not watched.
    `recommended`: good to have signed, but nothing waits for it and it keeps no stage open.
    """

    key: str
    title: Text
    why: Text
    lines: tuple[int, ...] = ()
    reads: frozenset[str] = frozenset()
    check: Callable[[S, I], Finding] | None = None
    plan: Callable[[S, I], list[Change]] | None = None
    confirm: Text | None = None
    watched: bool = True
    reported: bool = False
    recommended: bool = False
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

    `endangers` are steps of the first stage that tell whom this one would harm: told in it, with
    their ways out, until they are done.
    `how`, if given, is one list of instructions for all steps: where they are one visit to
    one page, nobody should read the way there three times. `settled` tells when its work was
    done before and does harm if it is done again.
    """

    key: str
    title: Text
    purpose: Text
    minutes: int
    steps: tuple[Step[S, I], ...]
    needs: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    stands_on: tuple[str, ...] = ()
    endangers: tuple[str, ...] = ()
    warning: Callable[[S, I], Text | None] | None = None
    settled: Callable[[S, I], Settled | None] | None = None
    makes_choices: bool = False  # on its page the choices of the setup are made
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
    name_key: str = ""  # of a label: where the API name that it gives is kept
    suggest: tuple[str, ...] = ()  # words in the names of the people or profiles that are usually meant

    def people_in(self, values: Mapping[str, Json]) -> tuple[str, ...]:
        """The user ids that were chosen for it; none where it does not ask for people."""
        if self.kind not in (InputKind.PERSON, InputKind.PEOPLE):
            return ()
        chosen = values.get(self.key) or ()
        return (chosen,) if isinstance(chosen, str) else tuple(chosen)


class Reader(Protocol):
    """The part of the Salesforce client that reading needs (`orgs.salesforce.client`)."""

    def queries(self, texts: Mapping[str, str], *, tooling: Collection[str] = ()) -> list[Any]: ...


@dataclass(frozen=True)
class Guide(Generic[S, I]):
    """The page as data.

    - `parse_inputs` turns the stored JSON into the guide's inputs; it never raises for
      missing values (a half-filled setup is normal).
    - `read(client, inputs, parts, known, also)` reads the named parts (all but the slow ones if
      `None`), and those of `also`, in as few calls as possible. `known` is what discovery kept for
      this org (fields that exist).
    - `slow_parts` cost calls of their own and seldom change: they are read at the start, when
      somebody asks on a page that shows them, at the handover and in the daily look after it.
      `slow_due(snapshot, inputs)`: whether they are to be read because they never were for these choices.
      `polled_parts` are those of them that are read again and again while such a page is open.
    - `merge(old, new)` lays freshly read parts over an older snapshot.
    - `dump` / `load` turn a snapshot into JSON and back, so that a page can be shown
      without asking Salesforce.
    - `apply(client, changes, snapshot, inputs, watcher)` and
      `undo(client, changes, watcher)` send changes, packed.
    - `found(change, snapshot)` is the id of the row that satisfies `change`, if it is
      there: how a write whose answer was lost is found by read-back.
    - `order(snapshot, inputs)`: the stages in the order that is safest in this org. A stage that it
      moves back waits for those that it moves it behind, unless a person gives a reason.
    - `found_inputs(snapshot, inputs)` are choices that the org itself answers while nobody has, and
      `refused_input(snapshot, inputs, key, value)` says why it rules a choice out. No such choice
      decides what is read.
    - `read_late(old, new)` are parts that a read left out and that what it saw calls for.
    - `rediscover(old, new, known)`: whether what discovery kept for this org is out of date.
    - `known_by_id` are the kinds of change whose rows `read` is told of (`known["made"]`: id -> data
      of the change), so that they are found whatever somebody has called them since.
    - `says_nothing` are the codes of findings of what could not be seen: they tell nothing of the org.
    - `change_words` say each kind of change; `left` says, by its code, what we refuse to send ourselves.
    - `undo_plan(done, snapshot, standing)` is the inverse of recorded changes, diffed against the org;
      `standing` are all changes of the setup that still stand. What has to stay is in it too, as
      an `idle` change; `data["first"]` names steps whose changes have to be undone before.
    - `harm_of_undo(snapshot, inputs, plan)` is what this undo would do to an org in use, and
      `harm_undone(snapshot, inputs)` what an undo did to it.
    - `user_step` is the step that says whether the org's own user for the connection can be used.
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
    slow_parts: frozenset[str] = frozenset()
    polled_parts: frozenset[str] = frozenset()
    slow_due: Callable[[S | None, I], bool] = lambda snapshot, inputs: False
    package_version: Callable[[S], str | None] = lambda snapshot: None  # if it was seen
    says_nothing: frozenset[str] = frozenset()
    change_words: Mapping[str, ChangeWords] = field(default_factory=dict)
    left: Mapping[str, Text] = field(default_factory=dict)
    found_inputs: Callable[[S, I], Mapping[str, Json]] = lambda snapshot, inputs: {}
    proposed_inputs: Callable[[S, I], Mapping[str, Json]] = lambda snapshot, inputs: {}
    refused_input: Callable[[S, I, str, Json], Text | None] = lambda snapshot, inputs, key, value: None
    harm_of_undo: Callable[[S, I, Sequence[Change]], Harm | None] = lambda snapshot, inputs, plan: None
    harm_undone: Callable[[S, I], Harm | None] = lambda snapshot, inputs: None
    read_late: Callable[[S | None, S], frozenset[str]] = lambda old, new: frozenset()
    known_by_id: tuple[str, ...] = ()
    user_step: str = ""
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

    @property
    def automatic(self) -> tuple[str, ...]:
        """Keys of the stages with a step that we can do."""
        return tuple(each.key for each in self.stages if any(step.plan for step in each.steps))

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

    def people_in(self, values: Mapping[str, Json]) -> list[str]:
        """The user ids that were chosen, whatever for."""
        return [user_id for each in self.inputs for user_id in each.people_in(values)]

    def steps(self) -> list[Step[S, I]]:
        return [step for stage in self.stages for step in stage.steps]

    def has_slow_lines(self, stage_key: str) -> bool:
        return any(step.reads & self.slow_parts for step in self.stage(stage_key).steps)

    def look(self, snapshot: S, inputs: I, parts: Collection[str] | None = None) -> dict[str, Seen]:
        """What is seen of each step that can be checked and looks at one of these parts (`None`: all)."""
        seen: dict[str, Seen] = {}
        for step in self.steps():
            if step.check is not None and (parts is None or step.reads & set(parts)):
                subject = step.subject(snapshot, inputs) if step.subject is not None else Subject()
                seen[step.key] = Seen(step.check(snapshot, inputs), subject)
        return seen

    def plan(self, snapshot: S, inputs: I, stages: Iterable[str]) -> list[Change]:
        """Every change that these stages need, in order, each once, with all the steps that it serves."""
        changes: dict[str, Change] = {}
        for key in stages:
            for step in self.stage(key).steps:
                for change in step.plan(snapshot, inputs) if step.plan is not None else ():
                    there = changes.get(change.key)
                    changes[change.key] = replace(there, also=(*there.also, step.key)) if there else change
        return list(changes.values())

    def parts_read_by(self, stages: Iterable[str]) -> frozenset[str]:
        """The parts that the steps with a plan in these stages look at: what a read-back needs."""
        steps = (step for key in stages for step in self.stage(key).steps if step.plan is not None)
        return frozenset(part for step in steps for part in step.reads)


# A guide of the registry, whatever its snapshot and inputs are: the engine hands them through.
AnyGuide = Guide[Any, Any]
AnyStage = Stage[Any, Any]
AnyStep = Step[Any, Any]
AnyExemption = Exemption[Any, Any]
