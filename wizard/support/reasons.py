"""Why a setup stands where it does, in one word: the same on every list, in one order.

One SQL expression over what is kept, as nothing here may loop over all setups.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from orgs.models import Connection
from wizard.guests.pending import still_waited_for
from wizard.guides.base import Finding
from wizard.guides.text import Text, at
from wizard.guides.text import gettext_noop as _
from wizard.messages import remedies
from wizard.messages.events import JOB_TITLES
from wizard.models import Event, Job, Setup, StepState, Summary
from wizard.monitoring import drift, idle
from wizard.support import stopped
from wizard.support.explaining_jobs import GIVEN_UP, failed, first_of_each, lost, running

UNTOUCHED = timedelta(days=1)  # what a person has to do by hand, and nobody did anything
IDLE = idle.AFTER
CONNECTED = Q(org__connection__state=Connection.State.CONNECTED)


class Reason(StrEnum):
    """In the order in which a setup needs somebody: the value begins with its rank."""

    HARM = "a-harm"  # is being done in the org, such as by a wrong account
    RECONNECT = "b-reconnect"
    STOPPED = "c-stopped"
    INTERRUPTED = "d-interrupted"
    DRIFTED = "e-drifted"  # after the handover, where somebody wished to watch on: people work there
    CLIENT = "f-client"
    BY_HAND = "g-by-hand"
    IDLE = "h-idle"
    WAITING = "i-waiting"  # from here on nothing is stuck
    READY = "j-ready"
    IN_PROGRESS = "k-in-progress"
    HANDED_OVER = "l-handed-over"
    ARCHIVED = "m-archived"  # shown only to who asks for it

    @property
    def slug(self) -> str:
        """How it is called in an address and in the style sheet."""
        return self.value[2:]

    @property
    def words(self) -> Text:
        return WORDS[self]

    @property
    def is_stuck(self) -> bool:
        return self < Reason.WAITING

    @property
    def needs_somebody(self) -> bool:
        return self < Reason.IN_PROGRESS


SILENT = (Reason.IN_PROGRESS, Reason.ARCHIVED)  # they wait for nobody
STUCK = tuple(reason for reason in Reason if reason.is_stuck)
WORDS = {
    Reason.HARM: Text(_("Act now")),
    Reason.RECONNECT: Text(_("Needs a new sign-in")),
    Reason.STOPPED: Text(_("Stopped with a problem")),
    Reason.INTERRUPTED: Text(_("Interrupted")),
    Reason.CLIENT: Text(_("Waiting for the client")),
    Reason.BY_HAND: Text(_("Waiting for more than a day")),
    Reason.DRIFTED: Text(_("Changed after the handover")),
    Reason.IDLE: Text(_("Nobody works on it")),
    Reason.WAITING: Text(_("Waiting for someone")),
    Reason.READY: Text(_("Ready to hand over")),
    Reason.IN_PROGRESS: Text(_("In progress")),
    Reason.HANDED_OVER: Text(_("Handed over")),
    Reason.ARCHIVED: Text(_("Archived")),
}
WAITS = {
    Reason.RECONNECT: _("Last worked {when}"),
    Reason.INTERRUPTED: _("Waits for a worker since {when}"),
    Reason.CLIENT: _("Waits for the client since {when}"),
    Reason.HARM: _("Noticed {when}"),
    Reason.DRIFTED: _("Noticed {when}"),
    Reason.HANDED_OVER: _("Handed over {when}"),
}
SIGNED_OUT = Text(_("Salesforce signed this connection out. Sign in again and the work carries on."))
NOT_WATCHED = Text(
    _("Salesforce signed this connection out, so we no longer see whether all is still right. Sign in again.")
)
MOVED = Text(
    _("The org's address has changed, so we no longer see whether all is still right. Sign in there once.")
)
DISCONNECTED = Text(_("Our access to this org has ended. Sign in again to carry on."))
BY_HAND = Text(_("Only a person can do what comes next, in Salesforce."))
TO_CONFIRM = Text(_("What is left can't be read from Salesforce, so somebody has to confirm it."))
READY = Text(_("Every item is done."))
DRIFTED = Text(_("Something that was right at the handover is not right any more."))

NOT_SIGNED_IN_YET = Text(_("The client has not signed in yet, so we don't know their org."))
INVITED = Text(_("The client was sent a stage by link, and it is not done yet."))
NO_WORKER = Text(_("The work has been waiting for a free worker for a long time."))
LOST_WORKER = Text(_("The work was interrupted. It carries on as soon as a worker is free."))
IDLE_WORDS = Text(_("No person did anything here for 7 days."))


def reason() -> Case:
    """The first that holds."""
    here = {"setup": OuterRef("pk")}
    now = timezone.now()
    by_hand = Q(summary__in=(Summary.BY_HAND, Summary.TO_CONFIRM))

    def when(condition: object, reason: Reason) -> When:
        return When(condition, then=Value(reason.value))

    return Case(
        when(Q(archived_at__isnull=False), Reason.ARCHIVED),
        when(drift.cut_off(), Reason.RECONNECT),
        when(drift.DRIFTED, Reason.DRIFTED),
        when(Q(finished_at__isnull=False), Reason.HANDED_OVER),
        when(Q(org__org_id=""), Reason.CLIENT),
        when(~CONNECTED, Reason.RECONNECT),
        when(Q(summary=Summary.HARM), Reason.HARM),
        when(Exists(lost().filter(**here)), Reason.INTERRUPTED),
        when(Exists(running().filter(**here)), Reason.IN_PROGRESS),
        when(Exists(failed().filter(GIVEN_UP, **here)), Reason.INTERRUPTED),
        when(Exists(failed().filter(**here)), Reason.STOPPED),
        when(drift.REOPENED, Reason.DRIFTED),
        when(Exists(still_waited_for().filter(**here)), Reason.CLIENT),
        when(by_hand & Q(last_activity_at__lt=now - UNTOUCHED), Reason.BY_HAND),
        when(Q(last_activity_at__lt=now - IDLE), Reason.IDLE),
        when(by_hand, Reason.WAITING),
        when(Q(summary=Summary.READY), Reason.READY),
        default=Value(Reason.IN_PROGRESS.value),
        output_field=CharField(),
    )


def since() -> Case:
    """When it got stuck; of a connection only when it last worked is known.

    Not by `reason`: the database would work that out anew for each case.
    """
    here = {"setup": OuterRef("pk")}
    ended = Coalesce("finished_at", "created_at")
    failed_at = failed().filter(**here).values(at=ended)[:1]
    silent = Coalesce("heartbeat_at", "created_at")
    lost_at = lost().filter(**here).order_by("created_at").values(at=silent)[:1]
    asked_at = still_waited_for().filter(**here).order_by("created_at").values("created_at")[:1]
    return Case(
        When(drift.cut_off(), then=F("org__connection__last_used_at")),
        When(drift.DRIFTED, then=Coalesce(_noticed_at("drifted"), "finished_at")),
        When(finished_at__isnull=False, then=F("finished_at")),
        When(org__org_id="", then=Coalesce(Subquery(asked_at), "created_at")),
        When(~CONNECTED, then=F("org__connection__last_used_at")),
        When(summary=Summary.HARM, then=Coalesce(_noticed_at("alarm"), "last_activity_at")),
        When(
            drift.REOPENED,
            then=Coalesce(Subquery(lost_at), Subquery(failed_at), _noticed_at("drifted")),
        ),
        default=Coalesce(Subquery(lost_at), Subquery(failed_at), Subquery(asked_at), "last_activity_at"),
        output_field=DateTimeField(),
    )


def _noticed_at(kind: str) -> Subquery:
    """When a look last found something that was right before, or harm."""
    told = Event.objects.filter(setup=OuterRef("pk"), kind=kind)
    return Subquery(told.order_by("-id").values("at")[:1])


def waits(found: Reason, since: datetime | None) -> Text | None:
    """Since when it waits; for whom, where that is not whoever has it."""
    if since is None or found in SILENT:
        return None
    return Text(WAITS.get(found, _("Waits since {when}")), {"when": at(since)})


def why(found: Reason, setup: Setup, job: Job | None, harm: Finding | None) -> Text | None:
    """What happened, in a sentence. `job` is the one that runs, failed, or lost its worker."""
    if found is Reason.HARM:
        return harm.sentence if harm else None
    if found is Reason.RECONNECT and setup.finished:
        return MOVED if setup.org.moved_to else NOT_WATCHED
    if found is Reason.RECONNECT:
        return DISCONNECTED if setup.org.connection.state == Connection.State.REVOKED else SIGNED_OUT
    if found in (Reason.STOPPED, Reason.INTERRUPTED):
        return _why_of_job(job)
    if found is Reason.CLIENT:
        return INVITED if setup.org.is_bound else NOT_SIGNED_IN_YET
    if found in (Reason.BY_HAND, Reason.WAITING):
        return TO_CONFIRM if setup.summary == Summary.TO_CONFIRM else BY_HAND
    if found is Reason.IN_PROGRESS:
        return JOB_TITLES[job.kind] if job else None
    return {Reason.IDLE: IDLE_WORDS, Reason.DRIFTED: DRIFTED, Reason.READY: READY}.get(found)


def _why_of_job(job: Job | None) -> Text:
    if job and job.error_code:
        return remedies.get(job.error_code).happened
    return LOST_WORKER if job and job.attempts else NO_WORKER


@dataclass(frozen=True)
class Told:
    """What explains the reason of one setup: the same for every list."""

    job: Job | None = None  # that runs, failed, or lost its worker
    harm: Finding | None = None
    stopped_at: str = ""  # the first stage that the job did not get done


NOTHING = Told()


def told(of: Mapping[UUID, Reason]) -> dict[UUID, Told]:
    """For the setups that are shown: a few queries for all of them."""
    runs, interrupted, ended_badly = (
        [pk for pk, each in of.items() if each is reason]
        for reason in (Reason.IN_PROGRESS, Reason.INTERRUPTED, Reason.STOPPED)
    )
    ended = first_of_each(failed, interrupted + ended_badly) | first_of_each(lost, interrupted)
    jobs = ended | first_of_each(running, runs)
    left = stopped.stages_of(ended)
    harms = _harms([pk for pk, reason in of.items() if reason is Reason.HARM])
    return {pk: Told(jobs.get(pk), harms.get(pk), left.get(pk, "")) for pk in of}


def _harms(setups: Collection[UUID]) -> dict[UUID, Finding]:
    if not setups:
        return {}
    found = StepState.objects.filter(setup__in=setups, finding__alarm=True)
    return {each.setup_id: Finding.load(each.finding) for each in found if each.finding}
