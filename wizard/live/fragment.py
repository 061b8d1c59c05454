"""The live fragment: what one stage of one setup looks like now.

The same template serves the page's first render, the slow poll and the stream. It is the same for
all members: buttons and access stay in ordinary views. A guest gets one of their own, without what is
other people's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from wizard.guides.base import Harm
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _
from wizard.live.access import Guest
from wizard.messages import events as sentences
from wizard.messages import remedies
from wizard.messages.events import ENDED_TITLES, JOB_TITLES, NOTHING_TITLES
from wizard.models import Event, Job, Setup
from wizard.state import api_usage, status
from wizard.state.context import Context, context_of

LOG_LINES = 14
CHANGES = ("changed", "undone")  # events whose rows are changes, each with how it ended
SHOW_JOB_FOR = timedelta(hours=12)  # an ended job stays on the stage's page for so long


@dataclass(frozen=True)
class LogRow:
    at: datetime
    text: Text
    icon: str = "ok"


@dataclass(frozen=True)
class JobView:
    """One background execution as the page shows it."""

    job: Job
    rows: tuple[LogRow, ...]
    waiting: Text | None
    remedy: remedies.Remedy | None
    others: tuple[remedies.Remedy, ...] = ()  # of what else was refused, for other reasons
    earlier: int = 0  # rows of the log that are not shown
    changed: bool = False  # it made, or took back, at least one change
    some_open: bool = False  # it ended well, but not every line that we can do here is right
    mended: bool = False  # it failed, and what it left undone is right by now
    way_on: status.StageView | None = None  # the stage that has to come first, where that is what failed
    harm: Harm | None = None  # what the undo did to those who work with the org, while it is still so
    by_hand: status.StageView | None = None  # where it is told how a person does what was refused to us
    brief: bool = False  # a guest is only told that it runs: it is not theirs

    @property
    def is_settled(self) -> bool:
        """It asks nothing of anybody: what it did comes behind what is to do."""
        return not self.job.active and (self.mended or self.remedy is None)

    @property
    def title(self) -> Text:
        kind = self.job.kind
        if self.job.active:
            return JOB_TITLES[kind]
        return ENDED_TITLES[kind] if self.changed else NOTHING_TITLES.get(kind, ENDED_TITLES[kind])

    @property
    def percentless_progress(self) -> Text | None:
        if not self.job.total_count:
            return None
        return Text(
            _("{done} of {total} changes made"), {"done": self.job.done_count, "total": self.job.total_count}
        )


@dataclass(frozen=True)
class StageState:
    """One stage as it is shown."""

    context: Context
    view: status.StageView
    job: JobView | None
    active_jobs: tuple[Job, ...]
    guest: Guest | None = None  # who looks, if not a member

    @property
    def setup(self) -> Setup:
        return self.context.setup

    @property
    def overview(self) -> status.Overview:
        return self.context.overview

    @property
    def alarms(self) -> tuple[tuple[status.StageView, status.StepView], ...]:
        """Harm that is being done in the org, if it is for whoever looks to end it."""
        found = self.overview.alarms
        return tuple(each for each in found if not self.guest or each[0].stage.key in self.guest.stages)

    @property
    def api_used_percent(self) -> int | None:
        return api_usage.percent_used(self.setup.org.connection)

    @property
    def last(self) -> bool:
        """Whether nothing more is going to happen by itself, so that updates can stop."""
        return self.setup.finished and not self.setup.watched

    @property
    def reopened_for(self) -> tuple[tuple[status.StageView, status.StepView], ...]:
        """What a look after the handover found, and nobody has seen right again since it is open again."""
        if self.setup.finished or self.guest:
            return ()
        lines = ((view, step) for view in self.overview.stages for step in view.steps)
        return tuple(each for each in lines if each[1].step.key in self.setup.drifted)

    @property
    def needs_reconnecting(self) -> bool:
        return bool(self.setup.org.connection.state != "connected")

    @property
    def offers_sign_in(self) -> bool:
        """A new sign-in is what helps against the problem that is shown, and the org bar has none."""
        failed = self.job.remedy if self.job and not self.job.mended else None
        return not self.setup.cut_off and bool(failed and failed.sign_in)

    @property
    def offers_another_user(self) -> bool:
        """Somebody with other permissions could go on; where a new sign-in helps, so may another user's."""
        open_lines = [view.finding for view in self.view.steps if view.finding and not view.done]
        lacking = any(each.remedy and remedies.get(each.remedy).sign_in for each in open_lines)
        return self.offers_sign_in or (lacking and not self.setup.cut_off)

    @property
    def api_warning(self) -> int:
        """0, or the share of the API allowance, in percent, from which the page warns or we stop watching."""
        used = self.api_used_percent or 0
        return max((at for at in (api_usage.WARN_AT, api_usage.STOP_AT) if used >= at), default=0)

    @property
    def actions_key(self) -> str:
        """Changes when the buttons beside the fragment have to be fetched again."""
        lines = [(s.step.key, s.line.value, s.can_confirm) for s in self.view.steps]
        stages = [(v.done, v.blocked) for v in self.overview.stages]
        jobs = [(str(job.pk), job.state, job.stop_requested_at is not None) for job in self.active_jobs]
        ended = (str(self.job.job.pk), self.job.job.state) if self.job else ()
        # What was read comes with the setup, before lines and jobs: a panel that is older than they
        # are differs by its time, and is fetched again.
        setup = self.setup
        seen = (setup.inputs, setup.snapshot_at, setup.finished_at)
        found = (setup.looking, setup.drift_read_at, setup.drifted, setup.known_drift)
        raw = repr((lines, stages, jobs, ended, seen, found))
        raw += f"{self.setup.org.connection.state} {self.setup.org.moved_to} {self.api_warning}"
        raw += f"{self.offers_sign_in} {self.offers_another_user}"
        return hashlib.sha256(raw.encode()).hexdigest()[:16]

    @property
    def offers_key(self) -> str:
        """Changes when the buttons can do something else, and not by a mere reading."""
        lines = [(s.step.key, s.done, s.can_confirm) for s in self.view.steps]
        stages = [(v.done, v.blocked) for v in self.overview.stages]
        jobs = [str(job.pk) for job in self.active_jobs if job.writing]
        org = self.setup.org
        raw = repr((lines, stages, jobs, self.setup.inputs, self.setup.finished_at, org.connection.state))
        return hashlib.sha256(raw.encode()).hexdigest()[:16]

    @property
    def say(self) -> Text:
        """The newest sentence, for the polite status line of a screen reader."""
        if self.job and self.job.waiting:
            return self.job.waiting
        return self.view.words_for_guest if self.guest else self.view.words


def stage_state(setup: Setup, stage_key: str, guest: Guest | None = None) -> StageState:
    """Read what the fragment shows: three queries, however many events the setup has."""
    jobs = list(setup.jobs.select_related("requested_by").order_by("-created_at")[:8])
    active = tuple(job for job in jobs if job.active)
    context = context_of(setup, active)
    shown = _job_to_show(_told_to(guest, jobs), context.overview, stage_key)
    return StageState(
        context,
        view=context.overview.stage(stage_key),
        job=_job_view(shown, jobs, context, stage_key, guest) if shown else None,
        active_jobs=active,
        guest=guest,
    )


def _told_to(guest: Guest | None, jobs: Sequence[Job]) -> list[Job]:
    """What other people's work came to is not told to a guest."""
    return [job for job in jobs if job.active or _is_told_whole(guest, job)]


def _is_told_whole(guest: Guest | None, job: Job) -> bool:
    return guest is None or job.requested_by_id == guest.user_id


def _job_to_show(jobs: Sequence[Job], overview: status.Overview, stage_key: str) -> Job | None:
    """What runs now; else the newest ended job that still has something to tell on this stage.

    A read that failed is told until a later one of its kind went well.
    """
    for job in jobs:
        if job.active:
            return job
    since = timezone.now() - SHOW_JOB_FOR
    answered: set[str] = set()
    for job in jobs:
        if job.created_at < since:
            break
        if job.writing:
            if stage_key in _told_of(job, overview):
                return job
        elif job.kind not in answered:
            answered.add(job.kind)
            if job.state == Job.State.FAILED:
                return job
            if job.kind == Job.Kind.CHECK and job.state == Job.State.DONE:
                answered.add(Job.Kind.HANDOVER)  # its news is older than what the lines say now
    return None


def _told_of(job: Job, overview: status.Overview) -> set[str]:
    """The stages on whose pages an ended job is told: its own, and those of several also where
    they were started and where its starter was led on to."""
    if len(job.stages) <= 1:
        return {*job.stages}
    elsewhere = [overview.preparation, *overview.meanwhile(job.stages)]
    return {*job.stages, *(view.stage.key for view in elsewhere)}


def _job_view(
    job: Job, jobs: Sequence[Job], context: Context, stage_key: str, guest: Guest | None
) -> JobView:
    waiting = sentences.WAITING.get(job.waiting_for) if job.active else None
    if not _is_told_whole(guest, job):
        return JobView(job, (), waiting, remedy=None, brief=True)
    events, overview = _events(job), context.overview
    rows = [row for event in events for row in _log_rows(event)]
    failed = job.state == Job.State.FAILED
    applied = job.kind == Job.Kind.APPLY and job.state == Job.State.DONE
    ours = [view for view in overview.stage(stage_key).steps if view.step.plan is not None]
    remedy = remedies.get(job.error_code, guest=guest is not None) if failed else None
    return JobView(
        job,
        tuple(rows[-LOG_LINES:]),
        waiting=waiting,
        remedy=remedy,
        others=_other_remedies(job, events, guest) if failed else (),
        earlier=max(len(rows) - LOG_LINES, 0),
        changed=any(_rows_of(events, "made")),
        some_open=applied and any(_open(view) for view in ours),
        mended=failed and job.writing and _is_mended(job, jobs, overview),
        way_on=_first_needed(overview, stage_key) if failed and not guest else None,
        harm=_harm_undone(job, context),
        by_hand=_left_open(job, overview) if remedy and remedy.by_hand else None,
    )


def _harm_undone(job: Job, context: Context) -> Harm | None:
    if job.kind != Job.Kind.UNDO or job.active or not job.done_count or context.snapshot is None:
        return None
    return context.setup.guide.harm_undone(context.snapshot, context.inputs)


def _events(job: Job) -> list[Event]:
    """What it did; a check and a reading of users only read."""
    if not job.writing and job.kind != Job.Kind.HANDOVER:
        return []
    return list(Event.objects.filter(job=job).defer("changes").order_by("id"))


def _other_remedies(job: Job, events: Sequence[Event], guest: Guest | None) -> tuple[remedies.Remedy, ...]:
    """The job ends with the first refusal; each other reason has a remedy of its own."""
    codes = dict.fromkeys(row.get("error_code") for row in _rows_of(events, "refused"))
    is_guest = guest is not None
    return tuple(remedies.get(code, guest=is_guest) for code in codes if code and code != job.error_code)


def _rows_of(events: Sequence[Event], result: str) -> list[dict[str, Any]]:
    """The changes that ended so."""
    rows = [row for event in events if event.kind in CHANGES for row in event.data.get("rows", ())]
    return [row for row in rows if row.get("result") == result]


def _open(view: status.StepView) -> bool:
    """Not done, and not only being read."""
    return view.line in (status.DisplayStatus.FIX, status.DisplayStatus.UNKNOWN)


def _is_mended(job: Job, jobs: Sequence[Job], overview: status.Overview) -> bool:
    """Whether each of its stages is right by now, or was taken care of by later work that ended well."""
    later = [each for each in jobs if each.created_at > job.created_at and each.state == Job.State.DONE]
    settled = {stage for each in later if each.writing for stage in each.stages}
    if job.kind == Job.Kind.APPLY:
        settled |= {view.stage.key for view in overview.stages if not any(map(_is_ours_and_open, view.steps))}
    return settled >= set(job.stages)


def _is_ours_and_open(view: status.StepView) -> bool:
    return view.step.plan is not None and not view.done


def _left_open(job: Job, overview: status.Overview) -> status.StageView | None:
    """The last stage of the job with a line that we can't put right."""
    ours = [view for view in overview.stages if view.stage.key in job.stages]
    return next((view for view in reversed(ours) if any(map(_is_ours_and_open, view.steps))), None)


def _first_needed(overview: status.Overview, stage_key: str) -> status.StageView | None:
    """The first stage that this one waits for."""
    waits = overview.stage(stage_key).waits_for
    return next((view for view in overview.stages if view.number in waits), None)


def _log_rows(event: Event) -> list[LogRow]:
    """The sentences of one event; of a batch each says for itself how it ended."""
    texts = sentences.of_event(event.kind, event.data)
    if event.kind in CHANGES:
        refused = [row.get("result") == "refused" for row in event.data.get("rows", ())]
        icons = ["warn" if each else "ok" for each in refused]
    else:
        icons = [_icon(event.kind)] * len(texts)
    return [LogRow(event.at, text, icon) for text, icon in zip(texts, icons, strict=True)]


def _icon(kind: str) -> str:
    if kind.endswith("_failed"):
        return "warn"
    if kind in ("interrupted", "answer_lost", "stop_requested") or kind.endswith("_stopped"):
        return "info"
    return "ok"


def context(live: StageState) -> dict[str, object]:
    return {"live": live, "setup": live.setup, "org": live.setup.org, "view": live.view, "job": live.job}


def load(setup_id: str) -> Setup:
    return Setup.objects.select_related("org", "org__connection").get(pk=setup_id)


def render(setup_id: str, stage_key: str, guest: Guest | None = None) -> tuple[str, bool]:
    """The fragment as the stream sends it, and whether it is the last one."""
    live = stage_state(load(setup_id), stage_key, guest)
    return render_to_string("wizard/_update.html", context(live)), live.last
