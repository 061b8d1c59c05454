"""The list of setups: who needs somebody first, searched, filtered and sorted by the database.

Nothing here loops over all setups: what a row's state is, is one SQL expression over what is
kept (`wizard.state.summary`), the connection and the few jobs that run or failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When

from orgs.models import Connection
from teams.models import Team, User
from wizard import query_params
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _
from wizard.live.fragment import JOB_TITLES
from wizard.messages import remedies
from wizard.models import Job, Setup, Summary
from wizard.monitoring import drift
from wizard.setups import assignment
from wizard.support import search

MOST_QUERY = 100


class Ranked(StrEnum):
    """What the database sorts by: the value begins with its rank."""

    @property
    def slug(self) -> str:
        """How it is called in an address and in the style sheet."""
        return self.value[2:]


class State(Ranked):
    """In the order in which they need somebody."""

    RECONNECT = "1-reconnect"
    STOPPED = "2-stopped"
    DRIFTED = "3-drifted"
    WAITING = "3-waiting"
    READY = "4-ready"
    IN_PROGRESS = "5-in-progress"
    HANDED_OVER = "6-handed-over"

    @property
    def words(self) -> Text:
        return STATE_WORDS[self]

    @property
    def needs_somebody(self) -> bool:
        return self < State.IN_PROGRESS


STATE_WORDS = {
    State.RECONNECT: Text(_("Sign in again")),
    State.STOPPED: Text(_("Stopped with a problem")),
    State.DRIFTED: Text(_("Changed after the handover")),
    State.WAITING: Text(_("Waiting for someone")),
    State.READY: Text(_("Ready to hand over")),
    State.IN_PROGRESS: Text(_("In progress")),
    State.HANDED_OVER: Text(_("Handed over")),
}
SORTS: Mapping[str, tuple[Text, tuple[str, ...]]] = {
    "": (Text(_("What needs me first")), ("state", "-created_at")),
    "org": (Text(_("Name of the org")), ("org__name", "-created_at")),
    "newest": (Text(_("Started last")), ("-created_at",)),
    "checked": (Text(_("Checked longest ago")), ("snapshot_at", "-created_at")),
}
SIGNED_OUT = Text(_("Salesforce signed this connection out. Sign in again and the work carries on."))
NOT_WATCHED = Text(
    _("Salesforce signed this connection out, so we no longer see whether all is still right. Sign in again.")
)
DISCONNECTED = Text(_("This org is disconnected. Sign in again to carry on."))
BY_HAND = Text(_("Only a person can do what comes next, in Salesforce."))
TO_CONFIRM = Text(_("What is left can't be read from Salesforce, so somebody has to confirm it."))
READY = Text(_("Every line is done."))
DRIFTED = Text(_("Something that was right at the handover is not right any more."))
NO_ORG_YET = Text(_("The client has not signed in yet."))


@dataclass(frozen=True)
class Filters:
    """What was asked for in the address; anything that makes no sense counts as not asked."""

    q: str = ""
    state: State | None = None
    by: int | None = None
    who: str = ""  # has taken it over: see `wizard.setups.assignment.belongs_to`
    sort: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Filters:
        sort = asked.get("sort", "")
        return cls(
            q=asked.get("q", "").replace("\x00", "").strip()[:MOST_QUERY],
            state=next((state for state in State if state.slug == asked.get("state")), None),
            by=query_params.number_of(asked.get("by", "")),
            who=query_params.who_of(asked.get("who", "")),
            sort=sort if sort in SORTS else "",
        )

    @property
    def narrowed(self) -> bool:
        return bool(self.q or self.state or self.by or self.who)


@dataclass(frozen=True)
class Row:
    setup: Setup
    state: State
    job: Job | None  # the one that runs or that failed

    @property
    def stage(self) -> Text | None:
        """The title of the stage where the work goes on."""
        return self.setup.stage_title(self.setup.next_stage)

    @property
    def counted(self) -> Text:
        total = len(self.setup.guide.stages)
        return Text(
            _("{done} of {total} stages done"), {"done": min(self.setup.stages_done, total), "total": total}
        )

    @property
    def reason(self) -> Text | None:
        """Why it stands where it does in the list."""
        if self.state is State.RECONNECT and self.setup.finished:
            return NOT_WATCHED
        if self.state is State.RECONNECT:
            revoked = self.setup.org.connection.state == Connection.State.REVOKED
            return DISCONNECTED if revoked else SIGNED_OUT
        if self.state is State.STOPPED and self.job:
            return remedies.get(self.job.error_code).happened
        if self.state is State.WAITING and not self.setup.org.is_bound:
            return NO_ORG_YET
        if self.state is State.WAITING:
            return TO_CONFIRM if self.setup.summary == Summary.TO_CONFIRM else BY_HAND
        if self.state is State.READY:
            return READY
        if self.state is State.DRIFTED:
            return DRIFTED
        if self.state is State.IN_PROGRESS and self.job:
            return JOB_TITLES[Job.Kind(self.job.kind)]
        return None


def setups(teams: QuerySet[Team], filters: Filters, user: User | None = None) -> QuerySet[Any]:
    """The setups of these teams that fit, with their `state`; not yet narrowed to one state."""
    found = Setup.objects.filter(org__team__in=teams)
    if filters.by is not None:
        found = found.filter(started_by=filters.by)
    if filters.who and user:
        found = found.filter(assignment.belongs_to(filters.who, user))
    if filters.q:
        found = found.filter(search.org(filters.q) | search.reference(filters.q))
    return found.annotate(state=_state())


def failed() -> QuerySet[Job]:
    """Failures that still tell something: nothing of their kind, and no check, came after."""
    later = Job.objects.filter(setup=OuterRef("setup"), created_at__gt=OuterRef("created_at")).filter(
        Q(kind=OuterRef("kind")) | Q(kind=Job.Kind.CHECK)
    )
    return Job.objects.filter(~Exists(later), state=Job.State.FAILED)


def running() -> QuerySet[Job]:
    return Job.objects.filter(state__in=Job.ACTIVE)


def _state() -> Case:
    here = {"setup": OuterRef("pk")}
    return Case(
        When(drift.cut_off(), then=Value(State.RECONNECT.value)),
        When(drift.DRIFTED, then=Value(State.DRIFTED.value)),
        When(finished_at__isnull=False, then=Value(State.HANDED_OVER.value)),
        When(org__org_id="", then=Value(State.WAITING.value)),
        When(~Q(org__connection__state=Connection.State.CONNECTED), then=Value(State.RECONNECT.value)),
        When(Exists(running().filter(**here)), then=Value(State.IN_PROGRESS.value)),
        When(Exists(failed().filter(**here)), then=Value(State.STOPPED.value)),
        When(summary__in=(Summary.BY_HAND, Summary.TO_CONFIRM), then=Value(State.WAITING.value)),
        When(summary=Summary.READY, then=Value(State.READY.value)),
        default=Value(State.IN_PROGRESS.value),
        output_field=CharField(),
    )


def counts(found: QuerySet[Any]) -> dict[State, int]:
    """How many are in each state, for the choices of the filter."""
    rows = dict(found.order_by().values_list("state").annotate(n=Count("pk")))
    return {state: rows.get(state.value, 0) for state in State}


def in_order(found: QuerySet[Any], filters: Filters) -> QuerySet[Any]:
    """Narrowed to the state that was asked for, sorted, and with what a row shows."""
    if filters.state:
        found = found.filter(state=filters.state.value)
    order = [F(name[1:]).desc() if name.startswith("-") else F(name).asc() for name in SORTS[filters.sort][1]]
    shown = found.select_related("org", "org__connection", "started_by").defer("snapshot", "inputs")
    return shown.order_by(*order, "pk")


def rows(page: Iterable[Any]) -> list[Row]:
    """The shown setups with the job that explains their state: one query for all of them."""
    shown = list(page)
    jobs: dict[Any, Job] = {}
    ids = [setup.pk for setup in shown]
    for job in [*failed().filter(setup__in=ids), *running().filter(setup__in=ids)]:
        jobs[job.setup_id] = job  # a running one wins
    return [Row(setup, State(setup.state), jobs.get(setup.pk)) for setup in shown]


def people(teams: QuerySet[Team]) -> QuerySet[User]:
    """Whoever has started a setup here."""
    started = Setup.objects.filter(org__team__in=teams).values("started_by")
    return User.objects.filter(pk__in=started).only("pk", "name", "email").order_by("name", "email")
