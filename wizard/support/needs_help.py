"""The setups that are stuck: how badly, why and since when, found by org, person, error or reference.

Like the list of orgs, nothing here loops over all setups: why a row is stuck and since when are
two SQL expressions over what is kept, and a page's jobs and invitations are one query each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from orgs.models import Connection
from teams.models import Team, User
from wizard import query_params
from wizard.guests.pending import still_waited_for
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _
from wizard.jobs import queue
from wizard.messages import remedies
from wizard.messages.remedies import Remedy
from wizard.models import Event, GuestInvitation, Job, Setup, Summary
from wizard.monitoring import drift
from wizard.setups import assignment
from wizard.support import setup_list, stopped
from wizard.support.search import matches

MOST_QUERY = 300  # room for a copied "Details for support"
UNTOUCHED = timedelta(days=1)  # what a person has to do by hand, and nobody did anything
IDLE = timedelta(days=7)
NOT_TAKEN = timedelta(minutes=2)  # a queued job that no worker wanted for so long
CONNECTED = Q(org__connection__state=Connection.State.CONNECTED)


class Reason(setup_list.Ranked):
    """In the order of how badly it is stuck."""

    RECONNECT = "1-reconnect"
    STOPPED = "2-stopped"
    INTERRUPTED = "3-interrupted"
    CLIENT = "4-client"
    BY_HAND = "5-by-hand"
    DRIFTED = "6-drifted"  # after the handover, where somebody wished to watch on
    IDLE = "7-idle"
    NONE = "8-none"  # found by a search only
    HANDED_OVER = "9-handed-over"

    @property
    def words(self) -> Text:
        return WORDS[self]

    @property
    def is_stuck(self) -> bool:
        return self < Reason.NONE


STUCK = tuple(reason for reason in Reason if reason.is_stuck)
WORDS = {
    Reason.RECONNECT: Text(_("Needs a new sign-in")),
    Reason.STOPPED: Text(_("Stopped with a problem")),
    Reason.INTERRUPTED: Text(_("Interrupted")),
    Reason.CLIENT: Text(_("Waiting for the client")),
    Reason.BY_HAND: Text(_("Waiting for someone")),
    Reason.IDLE: Text(_("Nobody works on it")),
    Reason.DRIFTED: Text(_("Changed after the handover")),
    Reason.NONE: Text(_("Not stuck")),
    Reason.HANDED_OVER: Text(_("Handed over")),
}
NOT_SIGNED_IN_YET = Text(_("The client has not signed in yet, so we don't know their org."))
INVITED = Text(_("The client was sent a stage by link, and it is not done yet."))
NO_WORKER = Text(_("The work has been waiting for a free worker for a long time."))
LOST_WORKER = Text(_("The work was interrupted. It carries on as soon as a worker is free."))
IDLE_WORDS = Text(_("No person did anything here for 7 days."))
SIGN_IN = Text(_("Sign in to the org again. The work carries on where it stopped."))
WATCH_AGAIN = Text(_("Sign in to the org again, or disconnect it if nobody needs to watch it any more."))
REMIND = Text(_("Ask the client, or send them a new link."))
DO_IT = Text(_("Open the stage. It shows what to do in Salesforce, step by step."))
CARRY_ON = Text(_("Open the stage and carry on, or hand the setup over."))
OPEN_AGAIN = Text(_("Open the setup again and put it right."))
LOOK_AT_WORKERS = Text(_("If it stays like this, tell the people who run Connect Guide."))


@dataclass(frozen=True)
class Filters:
    """What was asked for in the address; anything that makes no sense counts as not asked."""

    q: str = ""
    reason: Reason | None = None
    who: str = ""  # "mine", "nobody", or somebody's number

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Filters:
        return cls(
            q=asked.get("q", "").replace("\x00", "").strip()[:MOST_QUERY],
            reason=next((reason for reason in STUCK if reason.slug == asked.get("reason")), None),
            who=query_params.who_of(asked.get("who", "")),
        )

    @property
    def narrowed(self) -> bool:
        return bool(self.q or self.reason or self.who)


@dataclass(frozen=True)
class Row:
    setup: Setup
    reason: Reason
    since: datetime | None
    job: Job | None = None  # the one that failed, or that lost its worker
    invitation: GuestInvitation | None = None  # the oldest that still waits for the client
    stopped_at: str = ""  # the first stage that the job did not get done

    @property
    def stage(self) -> Text | None:
        """The title of the stage where the work goes on, or where it stopped."""
        if self.setup.finished:
            return None
        return self.setup.stage_title(self.stopped_at or self.setup.next_stage)

    @property
    def changed(self) -> list[Text]:
        """The lines that are not right any more after the handover."""
        return self.setup.drifted_titles if self.reason is Reason.DRIFTED else []

    @property
    def remedy(self) -> Remedy | None:
        return remedies.get(self.job.error_code) if self.job and self.job.error_code else None

    @property
    def why(self) -> Text | None:
        """What happened, in a sentence."""
        if self.reason is Reason.RECONNECT and self.setup.finished:
            return setup_list.NOT_WATCHED
        if self.reason is Reason.RECONNECT:
            revoked = self.setup.org.connection.state == Connection.State.REVOKED
            return setup_list.DISCONNECTED if revoked else setup_list.SIGNED_OUT
        if self.reason in (Reason.STOPPED, Reason.INTERRUPTED):
            return self._why_of_job
        if self.reason is Reason.CLIENT:
            return INVITED if self.setup.org.is_bound else NOT_SIGNED_IN_YET
        if self.reason is Reason.BY_HAND:
            to_confirm = self.setup.summary == Summary.TO_CONFIRM
            return setup_list.TO_CONFIRM if to_confirm else setup_list.BY_HAND
        return {Reason.IDLE: IDLE_WORDS, Reason.DRIFTED: setup_list.DRIFTED}.get(self.reason)

    @property
    def _why_of_job(self) -> Text | None:
        if self.remedy:
            return self.remedy.happened
        return LOST_WORKER if self.job and self.job.attempts else NO_WORKER

    @property
    def next(self) -> Text | None:
        """What helps, in a sentence."""
        if self.reason is Reason.RECONNECT and self.setup.finished:
            return WATCH_AGAIN
        if self.reason in (Reason.STOPPED, Reason.INTERRUPTED):
            return self.remedy.do if self.remedy else LOOK_AT_WORKERS
        return {
            Reason.RECONNECT: SIGN_IN,
            Reason.CLIENT: REMIND,
            Reason.BY_HAND: DO_IT,
            Reason.IDLE: CARRY_ON,
            Reason.DRIFTED: OPEN_AGAIN,
        }.get(self.reason)


def setups(teams: QuerySet[Team], filters: Filters, user: User) -> QuerySet[Any]:
    """The setups of these teams that fit, with `reason` and `since`; not yet narrowed to one reason.

    A search also finds those that are not stuck: whoever calls support is looked for by name.
    """
    found = Setup.objects.filter(org__team__in=teams)
    if filters.who:
        found = found.filter(assignment.belongs_to(filters.who, user))
    if filters.q:
        return with_reason(found.filter(matches(filters.q)))
    return with_reason(found.filter(Q(finished_at=None) | drift.DRIFTED | drift.cut_off())).filter(
        reason__lt=Reason.NONE.value
    )


def with_reason(found: QuerySet[Setup]) -> QuerySet[Any]:
    return found.annotate(reason=_reason(), since=_since())


def lost() -> QuerySet[Job]:
    """Jobs whose worker is gone, and that no other has taken yet."""
    now = timezone.now()
    silent = Q(heartbeat_at__lt=now - queue.STALE)
    again = Q(state=Job.State.QUEUED, attempts__gt=0)
    never = Q(state=Job.State.QUEUED, attempts=0, created_at__lt=now - NOT_TAKEN)
    taken_away = silent & (Q(state=Job.State.RUNNING) | again)
    return Job.objects.filter(taken_away | never, state__in=Job.ACTIVE).exclude(
        waiting_for=queue.OTHER_CHANGE
    )


def _reason() -> Case:
    here = {"setup": OuterRef("pk")}
    now = timezone.now()
    by_hand = Q(summary__in=(Summary.BY_HAND, Summary.TO_CONFIRM), last_activity_at__lt=now - UNTOUCHED)

    def when(condition: Any, reason: Reason) -> When:
        return When(condition, then=Value(reason.value))

    return Case(
        when(drift.cut_off(), Reason.RECONNECT),
        when(drift.DRIFTED, Reason.DRIFTED),
        when(Q(finished_at__isnull=False), Reason.HANDED_OVER),
        when(Q(org__org_id=""), Reason.CLIENT),
        when(~CONNECTED, Reason.RECONNECT),
        when(Exists(lost().filter(**here)), Reason.INTERRUPTED),
        when(Exists(setup_list.running().filter(**here)), Reason.NONE),
        when(Exists(setup_list.failed().filter(error_code="INTERRUPTED", **here)), Reason.INTERRUPTED),
        when(Exists(setup_list.failed().filter(**here)), Reason.STOPPED),
        when(Exists(still_waited_for().filter(**here)), Reason.CLIENT),
        when(by_hand, Reason.BY_HAND),
        when(Q(last_activity_at__lt=now - IDLE), Reason.IDLE),
        default=Value(Reason.NONE.value),
        output_field=CharField(),
    )


def _since() -> Case:
    """When it got stuck; of a connection only when it last worked is known.

    Not by `reason`: the database would work that out anew for each case.
    """
    here = {"setup": OuterRef("pk")}
    ended = Coalesce("finished_at", "created_at")
    failed_at = setup_list.failed().filter(**here).order_by("-created_at").values(at=ended)[:1]
    silent = Coalesce("heartbeat_at", "created_at")
    lost_at = lost().filter(**here).order_by("created_at").values(at=silent)[:1]
    asked_at = still_waited_for().filter(**here).order_by("created_at").values("created_at")[:1]
    return Case(
        When(drift.cut_off(), then=F("org__connection__last_used_at")),
        When(drift.DRIFTED, then=Coalesce(_noticed_at(), "finished_at")),
        When(finished_at__isnull=False, then=F("finished_at")),
        When(org__org_id="", then=Coalesce(Subquery(asked_at), "created_at")),
        When(~CONNECTED, then=F("org__connection__last_used_at")),
        default=Coalesce(Subquery(lost_at), Subquery(failed_at), Subquery(asked_at), "last_activity_at"),
        output_field=DateTimeField(),
    )


def _noticed_at() -> Subquery:
    """When a look after the handover last found something that was right before."""
    told = Event.objects.filter(setup=OuterRef("pk"), kind="drifted")
    return Subquery(told.order_by("-id").values("at")[:1])


def counts(found: QuerySet[Any]) -> dict[Reason, int]:
    """How many are stuck for each reason, for the choices of the filter."""
    rows = dict(found.order_by().values_list("reason").annotate(n=Count("pk")))
    return {reason: rows.get(reason.value, 0) for reason in Reason}


def in_order(found: QuerySet[Any], filters: Filters) -> QuerySet[Any]:
    """The most stuck first, and of those the longest; with what a row shows."""
    if filters.reason:
        found = found.filter(reason=filters.reason.value)
    shown = found.select_related("org", "org__connection", "started_by", "assignee")
    return shown.defer("snapshot", "inputs").order_by("reason", "since", "pk")


def rows(page: Iterable[Any]) -> list[Row]:
    """The shown setups with the job or the invitation that explains them."""
    shown = list(page)
    told, asked = _jobs(shown), _invitations(shown)
    left = stopped.stages_of(told)
    return [
        Row(
            setup,
            Reason(setup.reason),
            setup.since,
            told.get(setup.pk),
            asked.get(setup.pk),
            left.get(setup.pk, ""),
        )
        for setup in shown
    ]


def _jobs(shown: Iterable[Any]) -> dict[Any, Job]:
    """The newest failure of each of these setups; one that lost its worker wins."""
    ended = [each.pk for each in shown if each.reason in (Reason.STOPPED, Reason.INTERRUPTED)]
    interrupted = [each.pk for each in shown if each.reason == Reason.INTERRUPTED]
    failed = setup_list.failed().filter(setup__in=ended).select_related("setup").order_by("created_at")
    found = {job.setup_id: job for job in failed}
    return found | {job.setup_id: job for job in lost().filter(setup__in=interrupted).select_related("setup")}


def _invitations(shown: Iterable[Any]) -> dict[Any, GuestInvitation]:
    ids = [each.pk for each in shown if each.reason == Reason.CLIENT]
    newest_first = still_waited_for().filter(setup__in=ids).order_by("-created_at")
    return {invitation.setup_id: invitation for invitation in newest_first}
