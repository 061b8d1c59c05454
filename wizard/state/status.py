"""Where a setup stands, derived from what checks found and people confirmed. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from wizard.guides.base import NOT_NEEDED, AnyGuide, AnyStage, AnyStep, Finding, Proof, Status
from wizard.guides.text import Json, Text, gettext_noop

_ = gettext_noop


class DisplayStatus(StrEnum):
    """The four statuses that a line can have on screen; the value names its style."""

    DONE = "is-done"
    FIX = "is-fix"
    BUSY = "is-busy"
    UNKNOWN = "is-unknown"


LONG = 6
CHOOSE_USER = "NO_CONNECTION_USER"  # the remedy of a line about a user who is not chosen yet
CHOOSE = {CHOOSE_USER, "CHOICES_MISSING", "NOBODY_CHOSEN"}  # of lines that wait for a choice on our page
NOT_READ = "not_read"  # what was never looked at can be read, so nobody has to sign for it

LINE_WORDS = {
    DisplayStatus.DONE: Text(_("Done")),
    DisplayStatus.FIX: Text(_("Needs a change")),
    DisplayStatus.BUSY: Text(_("Checking")),
    DisplayStatus.UNKNOWN: Text(_("We can't tell")),
}
NOT_NEEDED_WORDS = Text(_("Not needed"))
RECOMMENDED_WORDS = Text(_("Recommended"))
TO_CHOOSE_WORDS = Text(_("To choose"))
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
    Proof.CHOICE: Text(_("From the choices of this setup")),
}


class State(Protocol):
    """What is stored for a step (`wizard.models.StepState`)."""

    checked_at: datetime | None
    confirmed_name: str
    confirmed_at: datetime | None


NO_WORK: Mapping[str, Text] = {}
NOT_FOUND: Mapping[str, Finding] = {}
HAND_OVER_ANYWAY = Text(_("Some items are still open. You can hand over anyway; the report says which."))
OUTDATED = Text(_("Before it was confirmed, we read: {sentence}"))


@dataclass(frozen=True)
class StepView:
    """One step as it is shown and counted."""

    step: AnyStep
    line: DisplayStatus
    finding: Finding | None = None
    proof: Proof | None = None
    checked_at: datetime | None = None
    confirmed_name: str = ""
    confirmed_at: datetime | None = None
    can_confirm: bool = False  # nothing can be read, so a person may sign
    slow: bool = False  # read seldom, so it says itself when that was
    outdated: bool = False  # signed after the finding, which nothing could read again since
    since: Finding | None = None  # it was right at the handover: what a look found there after that

    @property
    def sentence(self) -> Text | None:
        """What a check said of it; what was signed since then stands beside it."""
        if self.finding is None:
            return None
        if not self.outdated:
            return self.finding.sentence
        return Text(OUTDATED.message, {"sentence": self.finding.sentence.to_json()})

    @property
    def now(self) -> Text | None:
        """The value that was read last, unless somebody has signed since."""
        return self.finding.now if self.finding and not self.outdated else None

    @property
    def done(self) -> bool:
        return self.line is DisplayStatus.DONE

    @property
    def open(self) -> bool:
        """Whether its stage waits for it."""
        return not self.done and not self.step.recommended

    @property
    def needs_choice(self) -> bool:
        """Nothing can be looked at, or done in Salesforce, before the user is chosen here."""
        return self.finding is not None and self.finding.remedy == CHOOSE_USER

    @property
    def to_choose(self) -> bool:
        """Nothing is wrong in the org: somebody has to choose on our page first."""
        waits = self.line in (DisplayStatus.FIX, DisplayStatus.UNKNOWN)
        return waits and self.finding is not None and self.finding.remedy in CHOOSE

    @property
    def style(self) -> str:
        return "is-choose" if self.to_choose else self.line.value

    @property
    def is_of_values(self) -> bool:
        """What is there and what must be there say it all: the sentence comes behind them."""
        return not self.done and self.finding is not None and self.finding.must is not None

    @property
    def has_plan(self) -> bool:
        """The plan above the lines says what it will be."""
        return self.step.plan is not None

    @property
    def tells_what_helps(self) -> bool:
        """Nothing else on the page does: no plan, no steps towards a value, no signature, no choice."""
        if self.finding is None or self.done or self.to_choose or self.can_confirm or self.is_of_values:
            return False
        return not (self.has_plan and self.finding.status is Status.TO_DO)

    @property
    def has_more(self) -> bool:
        return self.is_of_values or (
            self.finding is not None and bool(self.finding.stored) and not self.outdated
        )

    @property
    def signed_though_not_needed(self) -> bool:
        """The signature says it: that nobody had to sign comes after it, and is a second reason."""
        return self.not_needed and bool(self.confirmed_name)

    @property
    def not_needed(self) -> bool:
        return self.finding is not None and self.finding.code == NOT_NEEDED

    @property
    def alarm(self) -> Finding | None:
        return self.finding if self.finding and self.finding.alarm and not self.done else None

    @property
    def words(self) -> Text:
        if self.to_choose:
            return TO_CHOOSE_WORDS
        if self.step.recommended and not self.done:
            return RECOMMENDED_WORDS
        return NOT_NEEDED_WORDS if self.not_needed and not self.confirmed_name else LINE_WORDS[self.line]

    @property
    def icon(self) -> str:
        return LINE_ICONS[self.line]

    @property
    def proof_words(self) -> Text | None:
        return PROOF_WORDS[self.proof] if self.proof else None


def read_between(views: Iterable[StepView]) -> tuple[datetime, datetime] | None:
    """The oldest and the newest reading of what can be read each time; None while one is missing."""
    readable = [view for view in views if view.step.check is not None and not view.slow]
    times = [view.checked_at for view in readable if view.finding and view.finding.code != NOT_READ]
    known = [at for at in times if at is not None]
    return (min(known), max(known)) if known and len(known) == len(readable) else None


@dataclass(frozen=True)
class StageView:
    stage: AnyStage
    number: int
    steps: tuple[StepView, ...]
    waits_for: tuple[int, ...]  # numbers of the stages that must be done first
    finished: bool  # for a stage without steps: whether the setup was handed over
    work: Text | None = None  # what a job does at it now
    guarded: bool = False  # moved back for safety, and waiting: a person may go on with a reason

    @property
    def counted(self) -> tuple[StepView, ...]:
        """The lines that the stage is made of; what is only recommended keeps it not open."""
        return tuple(step for step in self.steps if not step.step.recommended)

    @property
    def drifted(self) -> tuple[StepView, ...]:
        """What was right at the handover, and is not any more."""
        return tuple(step for step in self.steps if step.since)

    @property
    def done_count(self) -> int:
        return sum(step.done for step in self.counted)

    @property
    def done(self) -> bool:
        return self.done_count == len(self.counted) if self.steps else self.finished

    @property
    def read_between(self) -> tuple[datetime, datetime] | None:
        """When the oldest and the newest of these lines were read; None while one was never read."""
        return read_between(self.steps)

    @property
    def shown(self) -> tuple[StepView, ...]:
        """The lines at full length: what is to do; if that is nothing, a short list of what is right."""
        aside = (*self.folded, *self.waiting, *self.waiting_for_choices, *self.recommended)
        return tuple(step for step in self.steps if step not in aside)

    @property
    def folded(self) -> tuple[StepView, ...]:
        """Done, and behind what is to do."""
        done = tuple(step for step in self.steps if step.done and not step.since)
        return done if len(done) < len(self.steps) or len(done) > LONG else ()

    @property
    def recommended(self) -> tuple[StepView, ...]:
        """What is good to sign, and nobody has."""
        return tuple(step for step in self.steps if step.step.recommended and not step.done)

    @property
    def waiting(self) -> tuple[StepView, ...]:
        """What is open where nothing is to be done yet."""
        return tuple(step for step in self.steps if step.open and not step.alarm) if self.blocked else ()

    @property
    def waiting_for_choices(self) -> tuple[StepView, ...]:
        """Where the choices are made, above these lines, nothing has to be said of them."""
        return tuple(step for step in self.steps if step.to_choose) if self.stage.makes_choices else ()

    @property
    def waits_for_user(self) -> bool:
        """Nothing can be done here before the user is chosen."""
        return any(step.needs_choice for step in self.steps)

    @property
    def blocked(self) -> bool:
        """Whether it has to wait. Open lines do not hold up the handover."""
        return bool(self.waits_for) and bool(self.steps) and not self.done

    @property
    def confirmed_by(self) -> tuple[str, ...]:
        names = [s.confirmed_name for s in self.steps if s.done and s.proof is Proof.CONFIRMATION]
        return tuple(dict.fromkeys(names))

    @property
    def has_alarm(self) -> bool:
        return any(step.alarm for step in self.steps)

    @property
    def words_for_guest(self) -> Text:
        """Without the numbers of stages that a guest does not see."""
        waits = not self.work and not self.done and self.waits_for and self.steps
        return Text(_("Cannot start yet: something else comes first")) if waits else self.words

    @property
    def words(self) -> Text:
        if self.work:
            return self.work
        if self.drifted:
            return Text(_("Changed after the handover"))
        if self.done and self.confirmed_by:
            return Text(_("Done, partly confirmed by {names}"), {"names": ", ".join(self.confirmed_by)})
        if self.done:
            return Text(_("Done"))
        if self.waits_for:
            return self._waiting
        if self.done_count and self._busy:
            return self.summary
        if self.done_count:
            return Text(
                _("In progress, {done} of {total} done"),
                {"done": self.done_count, "total": len(self.counted)},
            )
        return Text(_("Checking")) if self._busy else Text(_("Not started"))

    @property
    def is_told_in_rail(self) -> bool:
        """What a tick, or the order of the stages, does not say by itself."""
        begun = not self.done and bool(self.done_count or self._busy)
        return bool(self.work or begun or self.drifted or (self.done and self.confirmed_by))

    @property
    def _waiting(self) -> Text:
        numbers, one = _listed(self.waits_for), len(self.waits_for) == 1
        if not self.steps:
            message = (
                _("Items of stage {numbers} are open") if one else _("Items of stages {numbers} are open")
            )
        elif one:
            message = _("Cannot start yet: needs stage {numbers}")
        else:
            message = _("Cannot start yet: needs stages {numbers}")
        return Text(message, {"numbers": numbers})

    @property
    def _busy(self) -> int:
        return sum(step.line is DisplayStatus.BUSY for step in self.steps)

    @property
    def summary(self) -> Text:
        """The counts of this stage's lines, in words."""
        if self._busy:
            return Text(
                _("{done} of {total} done, {busy} checking"),
                {"done": self.done_count, "total": len(self.counted), "busy": self._busy},
            )
        counts: dict[str, Json] = {"done": self.done_count, "total": len(self.counted)}
        if self.drifted:
            message = _("{done} of {total} done at the handover, {wrong} not right any more")
            return Text(message, {**counts, "wrong": len(self.drifted)})
        return Text(_("{done} of {total} done"), counts)


@dataclass(frozen=True)
class NextStage:
    """The end of a stage's page: where to go on, and why now or why not."""

    stage: StageView
    words: Text
    link: Text | None  # none while that stage has to wait


@dataclass(frozen=True)
class Overview:
    """All stages in the order that is safest in this org, which is usually the page's."""

    stages: tuple[StageView, ...]
    order: tuple[str, ...] = ()
    is_reordered: bool = False  # their numbers are others than usual

    @property
    def in_order(self) -> tuple[StageView, ...]:
        by_key = {view.stage.key: view for view in self.stages}
        return tuple(by_key[key] for key in self.order) or self.stages

    @property
    def done_count(self) -> int:
        return sum(stage.done for stage in self.stages)

    @property
    def counted(self) -> Text:
        counts: dict[str, Json] = {"done": self.done_count, "total": len(self.stages)}
        if any(stage.drifted for stage in self.stages):
            return Text(_("{done} of {total} stages were done at the handover"), counts)
        return Text(_("{done} of {total} stages done"), counts)

    @property
    def minutes_left(self) -> int:
        """Of all stages that are open, as their guide estimates it."""
        return sum(view.stage.minutes for view in self.stages if not view.done)

    def find(self, key: str) -> StageView | None:
        return next((view for view in self.stages if view.stage.key == key), None)

    def stage(self, key: str) -> StageView:
        return next(view for view in self.stages if view.stage.key == key)

    @property
    def alarms(self) -> tuple[tuple[StageView, StepView], ...]:
        """Harm that is being done in the org, with the stage that tells the way back."""
        return tuple((view, step) for view in self.stages for step in view.steps if step.alarm)

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

    @property
    def urgent(self) -> StageView:
        """Where somebody is needed first: where harm is ended, else where a person goes on."""
        return self.alarms[0][0] if self.alarms else self.current

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
            link = Text(_("Back to open stage {number}"), number)
        if here.done:
            return NextStage(to, Text(_("Every item of this stage is done.")), link)
        if to.blocked:
            return NextStage(to, _has_to_wait(to, here), None)
        if to.waits_for:
            return NextStage(to, HAND_OVER_ANYWAY, link)
        if back:
            return NextStage(to, Text(_("Stage {number} is still open."), number), link)
        return NextStage(to, Text(_("The next stage does not have to wait for this one.")), link)

    @property
    def all_lines_done(self) -> bool:
        return all(view.done for view in self.stages if view.steps)


def _listed(numbers: Sequence[int]) -> str:
    """Numbers of stages in words' place: from three in a row on, the first and the last of them."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = (f"{run[0]}\N{EN DASH}{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)
    return ", ".join(told)


def _has_to_wait(to: StageView, here: StageView) -> Text:
    if to.waits_for == (here.number,):
        return Text(_("Stage {number} has to wait for this one."), {"number": to.number})
    if len(to.waits_for) == 1:
        message = _("Stage {number} has to wait for stage {others}.")
    else:
        message = _("Stage {number} has to wait for stages {others}.")
    return Text(message, {"number": to.number, "others": _listed(to.waits_for)})


def step_view(
    step: AnyStep,
    state: State | None,
    finding: Finding | None,
    *,
    busy: bool = False,
    cut_off: bool = False,
    slow: bool = False,
) -> StepView:
    """What one step is, from what is stored of it and what was found.

    A confirmation counts only where nothing can be read. While we are cut off from the org that is
    everywhere: but only a confirmation that is newer than what was read last, and only until it is
    read again.
    """
    silent = step.check is None or (
        finding is not None
        and (finding.signable or (finding.status is Status.CANNOT_CHECK and finding.code != NOT_READ))
    )
    unread = cut_off and not (finding and finding.status is Status.DONE)
    can_confirm = step.confirm is not None and (silent or unread)
    not_needed = finding is not None and finding.code == NOT_NEEDED
    confirmed = (can_confirm or not_needed) and _is_confirmed(state, since_read=not (silent or not_needed))
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
        slow=slow,
        outdated=confirmed and finding is not None and not (silent or not_needed),
    )


def _is_confirmed(state: State | None, *, since_read: bool) -> bool:
    if state is None or state.confirmed_at is None:
        return False
    return not since_read or state.checked_at is None or state.confirmed_at > state.checked_at


def overview(
    guide: AnyGuide,
    states: Mapping[str, State],
    findings: Mapping[str, Finding | None],
    *,
    busy: Collection[str] = (),
    work: Mapping[str, Text] = NO_WORK,
    finished: bool = False,
    order: tuple[str, ...] = (),
    cut_off: bool = False,
    overridden: Collection[str] = (),
    since: Mapping[str, Finding] = NOT_FOUND,
) -> Overview:
    """All stages. `busy`: keys of steps that are being checked right now; `work`: what a job does at a
    stage, by its key; `overridden`: stages for which somebody gave a reason not to wait for the safe
    order; `since`: what a look after the handover found not right any more."""

    def line(step: AnyStep) -> StepView:
        key = step.key
        slow = bool(step.reads & (guide.slow_parts - guide.polled_parts))
        how = {"busy": key in busy, "cut_off": cut_off, "slow": slow}
        return replace(step_view(step, states.get(key), findings.get(key), **how), since=since.get(key))

    steps = {stage.key: tuple(map(line, stage.steps)) for stage in guide.stages}
    stages = tuple(sorted(guide.stages, key=lambda stage: order.index(stage.key))) if order else guide.stages
    numbers = {stage.key: number for number, stage in enumerate(stages, start=1)}
    is_done = {key: bool(views) and not any(view.open for view in views) for key, views in steps.items()}

    def harms_nobody(stage: AnyStage) -> bool:
        """Whether those whom it would cut off are seen to, even where everyone chosen is let in."""
        first = steps[guide.preparation.key]
        return {step.step.key for step in first if step.done}.issuperset(stage.endangers)

    def view(stage: AnyStage) -> StageView:
        moved = () if stage.key in overridden else _moved_behind(guide, stage, order)
        guarding = {need for need in moved if not is_done[need]}
        if moved and not harms_nobody(stage):
            guarding.add(guide.preparation.key)  # its lines say who that is
        waits = guarding.union(need for need in stage.needs if not is_done[need])
        return StageView(
            stage=stage,
            number=numbers[stage.key],
            steps=steps[stage.key],
            waits_for=tuple(sorted(numbers[need] for need in waits)),
            finished=finished,
            work=work.get(stage.key),
            guarded=bool(guarding),
        )

    return Overview(tuple(view(stage) for stage in stages), order, is_reordered=stages != guide.stages)


def _moved_behind(guide: AnyGuide, stage: AnyStage, order: Sequence[str]) -> tuple[str, ...]:
    """The stages that follow on the page, and come first in the safe order."""
    if stage.key not in order:
        return ()
    later = guide.stages[guide.stages.index(stage) + 1 :]
    before = order[: order.index(stage.key)]
    return tuple(each.key for each in later if each.steps and each.key in before)
