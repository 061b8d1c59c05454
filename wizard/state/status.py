"""Where a setup stands, derived from what checks found and people confirmed. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from wizard.guides.base import Finding, Guide, Proof, Stage, Status, Step
from wizard.guides.text import Text, gettext_noop

_ = gettext_noop


class DisplayStatus(StrEnum):
    """The four statuses that a line can have on screen; the value names its style."""

    DONE = "is-done"
    FIX = "is-fix"
    BUSY = "is-busy"
    UNKNOWN = "is-unknown"


LONG = 6
CHOOSE_USER = "NO_CONNECTION_USER"  # the remedy of a line about a user who is not chosen yet
NOT_READ = "not_read"  # what was never looked at can be read, so nobody has to sign for it

LINE_WORDS = {
    DisplayStatus.DONE: Text(_("Done")),
    DisplayStatus.FIX: Text(_("Needs a change")),
    DisplayStatus.BUSY: Text(_("Checking")),
    DisplayStatus.UNKNOWN: Text(_("We can't tell")),
}
LINE_ICONS = {
    DisplayStatus.DONE: "ok",
    DisplayStatus.FIX: "fix",
    DisplayStatus.BUSY: "busy",
    DisplayStatus.UNKNOWN: "unk",
}
PROOF_WORDS = {
    Proof.API: Text(_("Read from Salesforce")),
    Proof.AUDIT_TRAIL: Text(_("Seen in Salesforce's Setup Audit Trail")),
    Proof.CONFIRMATION: Text(_("Confirmed by a person")),
}


class State(Protocol):
    """What is stored for a step (`wizard.models.StepState`)."""

    checked_at: datetime | None
    confirmed_name: str
    confirmed_at: datetime | None

    def get_finding(self) -> Finding | None: ...


HAND_OVER_ANYWAY = Text(_("Some lines are still open. You can hand over anyway; the report says which."))
OUTDATED = Text(_("Before it was confirmed, we read: {sentence}"))


@dataclass(frozen=True)
class StepView:
    """One step as it is shown and counted."""

    step: Step[Any, Any]
    line: DisplayStatus
    finding: Finding | None = None
    proof: Proof | None = None
    checked_at: datetime | None = None
    confirmed_name: str = ""
    confirmed_at: datetime | None = None
    can_confirm: bool = False  # nothing can be read, so a person may sign
    outdated: bool = False  # signed after the finding, which nothing could read again since

    @property
    def sentence(self) -> Text | None:
        """What a check said of it; what was signed since then stands beside it."""
        if self.finding is None:
            return None
        if not self.outdated:
            return self.finding.sentence
        return Text(OUTDATED.message, {"sentence": self.finding.sentence.to_json()})

    @property
    def done(self) -> bool:
        return self.line is DisplayStatus.DONE

    @property
    def needs_choice(self) -> bool:
        """Nothing can be looked at, or done in Salesforce, before the user is chosen here."""
        return self.finding is not None and self.finding.remedy == CHOOSE_USER

    @property
    def words(self) -> Text:
        return LINE_WORDS[self.line]

    @property
    def icon(self) -> str:
        return LINE_ICONS[self.line]

    @property
    def proof_words(self) -> Text | None:
        return PROOF_WORDS[self.proof] if self.proof else None


def read_between(views: Iterable[StepView]) -> tuple[datetime, datetime] | None:
    """The oldest and the newest reading of what can be read at all; None while one is missing."""
    readable = [view for view in views if view.step.check is not None]
    times = [view.checked_at for view in readable if view.finding and view.finding.code != NOT_READ]
    known = [at for at in times if at is not None]
    return (min(known), max(known)) if known and len(known) == len(readable) else None


@dataclass(frozen=True)
class StageView:
    stage: Stage[Any, Any]
    number: int
    steps: tuple[StepView, ...]
    waits_for: tuple[int, ...]  # numbers of the stages that must be done first
    finished: bool  # for a stage without steps: whether the setup was handed over

    @property
    def done_count(self) -> int:
        return sum(step.done for step in self.steps)

    @property
    def done(self) -> bool:
        return self.done_count == len(self.steps) if self.steps else self.finished

    @property
    def read_between(self) -> tuple[datetime, datetime] | None:
        """When the oldest and the newest of these lines were read; None while one was never read."""
        return read_between(self.steps)

    @property
    def is_long(self) -> bool:
        """Too many lines to show those that are done at full length."""
        return len(self.steps) > LONG

    @property
    def blocked(self) -> bool:
        return bool(self.waits_for) and not self.done

    @property
    def confirmed_by(self) -> tuple[str, ...]:
        names = [s.confirmed_name for s in self.steps if s.done and s.proof is Proof.CONFIRMATION]
        return tuple(dict.fromkeys(names))

    @property
    def words(self) -> Text:
        if self.done and self.confirmed_by:
            return Text(_("Done, partly confirmed by {names}"), {"names": ", ".join(self.confirmed_by)})
        if self.done:
            return Text(_("Done"))
        if self.blocked:
            numbers = ", ".join(str(number) for number in self.waits_for)
            if len(self.waits_for) == 1:
                return Text(_("Cannot start yet: needs stage {numbers}"), {"numbers": numbers})
            return Text(_("Cannot start yet: needs stages {numbers}"), {"numbers": numbers})
        if self.done_count:
            return Text(
                _("In progress, {done} of {total} done"),
                {"done": self.done_count, "total": len(self.steps)},
            )
        if any(step.line is DisplayStatus.BUSY for step in self.steps):
            return Text(_("Checking"))
        return Text(_("Not started"))

    @property
    def summary(self) -> Text:
        """The counts of this stage's lines, in words."""
        busy = sum(step.line is DisplayStatus.BUSY for step in self.steps)
        if busy:
            return Text(
                _("{done} of {total} done, {busy} checking"),
                {"done": self.done_count, "total": len(self.steps), "busy": busy},
            )
        return Text(_("{done} of {total} done"), {"done": self.done_count, "total": len(self.steps)})


@dataclass(frozen=True)
class NextStage:
    """The end of a stage's page: where to go on, and why now or why not."""

    stage: StageView
    words: Text
    link: Text | None  # none while that stage has to wait


@dataclass(frozen=True)
class Overview:
    """All stages in the page's order; `order` is the one that is safest in this org."""

    stages: tuple[StageView, ...]
    order: tuple[str, ...] = ()

    @property
    def in_order(self) -> tuple[StageView, ...]:
        by_key = {view.stage.key: view for view in self.stages}
        return tuple(by_key[key] for key in self.order) or self.stages

    @property
    def done_count(self) -> int:
        return sum(stage.done for stage in self.stages)

    @property
    def counted(self) -> Text:
        return Text(_("{done} of {total} stages done"), {"done": self.done_count, "total": len(self.stages)})

    def stage(self, key: str) -> StageView:
        return next(view for view in self.stages if view.stage.key == key)

    @property
    def preparation(self) -> StageView:
        return self.stages[0]

    @property
    def handover(self) -> StageView:
        return self.stages[-1]

    @property
    def current(self) -> StageView:
        """Where a person goes on: the first stage that is open and can start."""
        open_stages = [view for view in self.in_order if not view.done]
        can_start = [view for view in open_stages if not view.blocked]
        return (can_start or open_stages or [self.handover])[0]

    def after(self, key: str) -> StageView | None:
        """Where to go from a stage: what can be started next, else what is open, else what follows.

        What was passed over comes round again, so that nobody ends where nothing can be done.
        """
        index = next(i for i, view in enumerate(self.in_order) if view.stage.key == key)
        following = self.in_order[index + 1 :]
        others = [*following, *self.in_order[:index]]
        can_start = [view for view in others if view.steps and not view.done and not view.blocked]
        still_open = [view for view in others if not view.done]
        return next(iter([*can_start, *still_open, *following]), None)

    def meanwhile(self, stages: Collection[str]) -> tuple[StageView, ...]:
        """What a person may do while a job works at these stages: what the order has before the last of them.

        What comes after them waits for them, even where it could start: in an org in use it
        would lock people out who are on the guest list only when the job is done.
        """
        last = max(i for i, view in enumerate(self.in_order) if view.stage.key in stages)
        others = [view for view in self.in_order[1:last] if view.stage.key not in stages]
        return tuple(view for view in others if view.steps and not view.blocked)

    def onward(self, key: str) -> NextStage | None:
        """What the end of this stage says; nothing any more once the setup is handed over."""
        to, here = self.after(key), self.stage(key)
        if to is None or here.finished:
            return None
        number = {"number": to.number}
        back = to not in self.in_order[self.in_order.index(here) :]
        link = Text(_("Go to stage {number}: {title}"), {**number, "title": to.stage.title.to_json()})
        if back and not here.done:
            link = Text(_("Back to what is open: stage {number}"), number)
        if here.done:
            return NextStage(to, Text(_("Every line of this stage is done.")), link)
        if to.blocked:
            may_go = not to.steps  # the handover: open lines do not hold it up
            return NextStage(to, *((HAND_OVER_ANYWAY, link) if may_go else (_has_to_wait(to, here), None)))
        if back:
            return NextStage(to, Text(_("Stage {number} is still open."), number), link)
        return NextStage(to, Text(_("The next stage does not have to wait for this one.")), link)

    @property
    def all_lines_done(self) -> bool:
        return all(view.done for view in self.stages if view.steps)


def _has_to_wait(to: StageView, here: StageView) -> Text:
    if to.waits_for == (here.number,):
        return Text(_("Stage {number} has to wait for this one."), {"number": to.number})
    if len(to.waits_for) == 1:
        message = _("Stage {number} has to wait for stage {others}.")
    else:
        message = _("Stage {number} has to wait for stages {others}.")
    return Text(message, {"number": to.number, "others": ", ".join(map(str, to.waits_for))})


def step_view(
    step: Step[Any, Any], state: State | None, *, busy: bool = False, cut_off: bool = False
) -> StepView:
    """What one step is, from its stored state. A confirmation counts only where nothing can be read.

    While we are cut off from the org that is everywhere: but only a confirmation that is newer than
    what was read last, and only until it is read again.
    """
    finding = state.get_finding() if state else None
    silent = step.check is None or (
        finding is not None and finding.status is Status.CANNOT_CHECK and finding.code != NOT_READ
    )
    unread = cut_off and not (finding and finding.status is Status.DONE)
    can_confirm = step.confirm is not None and (silent or unread)
    confirmed = can_confirm and _is_confirmed(state, since_read=not silent)
    if busy and not (finding and finding.status is Status.DONE) and not confirmed:
        line = DisplayStatus.BUSY
    elif confirmed or (finding and finding.status is Status.DONE):
        line = DisplayStatus.DONE
    elif finding and finding.status in (Status.TO_DO, Status.BLOCKED):
        line = DisplayStatus.FIX
    else:
        line = DisplayStatus.UNKNOWN
    proof = None
    if line is DisplayStatus.DONE:
        proof = Proof.CONFIRMATION if confirmed else (finding.proof if finding else None)
    return StepView(
        step=step,
        line=line,
        finding=finding,
        proof=proof,
        checked_at=state.checked_at if state else None,
        confirmed_name=state.confirmed_name if state and confirmed else "",
        confirmed_at=state.confirmed_at if state and confirmed else None,
        can_confirm=can_confirm,
        outdated=confirmed and finding is not None and not silent,
    )


def _is_confirmed(state: State | None, *, since_read: bool) -> bool:
    if state is None or state.confirmed_at is None:
        return False
    return not since_read or state.checked_at is None or state.confirmed_at > state.checked_at


def overview(
    guide: Guide[Any, Any],
    states: Mapping[str, State],
    *,
    busy: Collection[str] = (),
    finished: bool = False,
    order: tuple[str, ...] = (),
    cut_off: bool = False,
) -> Overview:
    """All stages. `busy` are the keys of the steps that are being checked right now."""
    steps = {
        stage.key: tuple(
            step_view(s, states.get(s.key), busy=s.key in busy, cut_off=cut_off) for s in stage.steps
        )
        for stage in guide.stages
    }
    numbers = {stage.key: number for number, stage in enumerate(guide.stages, start=1)}
    is_done = {key: bool(views) and all(view.done for view in views) for key, views in steps.items()}
    return Overview(
        tuple(
            StageView(
                stage=stage,
                number=numbers[stage.key],
                steps=steps[stage.key],
                waits_for=tuple(numbers[need] for need in stage.needs if not is_done[need]),
                finished=finished,
            )
            for stage in guide.stages
        ),
        order,
    )
