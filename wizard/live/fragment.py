"""The live fragment: what one stage of one setup looks like now.

The same template serves the page's first render, the slow poll and the stream. It holds
nothing that depends on who looks: buttons and access stay in ordinary views.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _
from wizard.messages import events as sentences
from wizard.messages import remedies
from wizard.models import Event, Job, Setup
from wizard.state import api_usage, status
from wizard.state.overview import overview_of

LOG_LINES = 14
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

    earlier: int = 0  # rows of the log that are not shown
    some_open: bool = False  # it ended well, but not every line that we can do here is right
    mended: bool = False  # it failed, and what it left undone is right by now
    way_on: status.StageView | None = None  # the stage that has to come first, where that is what failed
    by_hand: status.StageView | None = None  # where it is told how a person does what was refused to us

    @property
    def title(self) -> Text:
        return (JOB_TITLES if self.job.active else ENDED_TITLES)[Job.Kind(self.job.kind)]

    @property
    def percentless_progress(self) -> Text | None:
        if not self.job.total_count:
            return None
        return Text(
            _("{done} of {total} changes made"), {"done": self.job.done_count, "total": self.job.total_count}
        )


JOB_TITLES = {
    Job.Kind.CHECK: Text(_("Checking the org")),
    Job.Kind.APPLY: Text(_("Making the changes")),
    Job.Kind.UNDO: Text(_("Undoing our changes")),
    Job.Kind.SYNC_USERS: Text(_("Reading the list of users")),
    Job.Kind.HANDOVER: Text(_("Reading every line before the handover")),
}
ENDED_TITLES = {
    Job.Kind.CHECK: Text(_("The last check")),
    Job.Kind.APPLY: Text(_("The changes that we made")),
    Job.Kind.UNDO: Text(_("What we undid")),
    Job.Kind.SYNC_USERS: Text(_("The list of users")),
    Job.Kind.HANDOVER: Text(_("The handover")),
}


@dataclass(frozen=True)
class StageState:
    setup: Setup
    overview: status.Overview
    view: status.StageView
    job: JobView | None
    active_jobs: tuple[Job, ...]
    api_used_percent: int | None

    @property
    def last(self) -> bool:
        """Whether nothing more is going to happen by itself, so that updates can stop."""
        return self.setup.finished

    @property
    def needs_reconnecting(self) -> bool:
        return bool(self.setup.org.connection.state != "connected")

    @property
    def offers_sign_in(self) -> bool:
        """A new sign-in is needed, or is what helps against the problem that is shown."""
        failed = self.job.remedy if self.job and not self.job.mended else None
        return self.needs_reconnecting or bool(failed and failed.sign_in)

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
        raw = repr((lines, stages, jobs, ended, self.setup.inputs, self.setup.finished_at))
        raw += f"{self.setup.org.connection.state} {self.api_warning} {self.offers_sign_in}"
        return hashlib.sha256(raw.encode()).hexdigest()[:16]

    @property
    def say(self) -> Text:
        """The newest sentence, for the polite status line of a screen reader."""
        if self.job and self.job.waiting:
            return self.job.waiting
        return self.view.words


def stage_state(setup: Setup, stage_key: str) -> StageState:
    """Read what the fragment shows: three queries, however many events the setup has."""
    states = {state.step: state for state in setup.step_states.all()}
    jobs = list(setup.jobs.select_related("requested_by").order_by("-created_at")[:8])
    active = tuple(job for job in jobs if job.active)
    overview = overview_of(setup, states, busy=_busy_steps(setup, active))
    shown = _job_to_show(jobs, overview, stage_key)
    connection = setup.org.connection
    return StageState(
        setup=setup,
        overview=overview,
        view=overview.stage(stage_key),
        job=_job_view(shown, jobs, overview, stage_key) if shown else None,
        active_jobs=active,
        api_used_percent=api_usage.percent_used(connection),
    )


def _busy_steps(setup: Setup, active: Sequence[Job]) -> set[str]:
    busy: set[str] = set()
    for job in active:
        if job.kind in (Job.Kind.CHECK, Job.Kind.HANDOVER):
            busy |= {step.key for step in setup.guide.steps() if step.check is not None}
        elif job.writing:
            stages = [setup.guide.stage(key) for key in job.stages]
            busy |= {step.key for stage in stages for step in stage.steps if step.plan is not None}
    return busy


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


def _job_view(job: Job, jobs: Sequence[Job], overview: status.Overview, stage_key: str) -> JobView:
    rows = _log(job)
    failed = job.state == Job.State.FAILED
    applied = job.kind == Job.Kind.APPLY and job.state == Job.State.DONE
    ours = [view for view in overview.stage(stage_key).steps if view.step.plan is not None]
    remedy = remedies.get(job.error_code) if failed else None
    return JobView(
        job,
        tuple(rows[-LOG_LINES:]),
        waiting=sentences.WAITING.get(job.waiting_for) if job.active else None,
        remedy=remedy,
        earlier=max(len(rows) - LOG_LINES, 0),
        some_open=applied and any(_open(view) for view in ours),
        mended=failed and job.writing and _is_mended(job, jobs, overview),
        way_on=_first_needed(overview, stage_key) if failed else None,
        by_hand=_left_open(job, overview) if remedy and remedy.by_hand else None,
    )


def _log(job: Job) -> list[LogRow]:
    """What it did; a check and a reading of users only read."""
    if not job.writing and job.kind != Job.Kind.HANDOVER:
        return []
    events = Event.objects.filter(job=job).defer("changes").order_by("id")
    return [row for event in events for row in _log_rows(event)]


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
    if event.kind in ("changed", "undone"):
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


def context(live: StageState) -> dict[str, Any]:
    return {"live": live, "setup": live.setup, "org": live.setup.org, "view": live.view, "job": live.job}


def load(setup_id: str) -> Setup:
    return Setup.objects.select_related("org", "org__connection").get(pk=setup_id)


def render(setup_id: str, stage_key: str) -> tuple[str, bool]:
    """The fragment as the stream sends it, and whether it is the last one."""
    live = stage_state(load(setup_id), stage_key)
    return render_to_string("wizard/_update.html", context(live)), live.last
