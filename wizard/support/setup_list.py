"""The list of setups: who needs somebody first, searched, filtered and sorted by the database.

Nothing here loops over all setups: what a row's state is, is one SQL expression over what is
kept (`wizard.state.summary`), the connection and the few jobs that run or failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Count, F, QuerySet

from teams.models import Team, User
from wizard import query_params
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _
from wizard.models import Job, Setup
from wizard.support import assignees, reasons, search
from wizard.support.reasons import NOTHING, Reason, Told

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Listing(TypedDict):
        state: str
        since: datetime | None

    Listed = WithAnnotations[Setup, _Listing]

MOST_QUERY = 100


SORTS: Mapping[str, tuple[Text, tuple[str, ...]]] = {
    "": (Text(_("What needs me first")), ("state", "-created_at")),
    "org": (Text(_("Name of the org")), ("org__name", "-created_at")),
    "newest": (Text(_("Started last")), ("-created_at",)),
    "checked": (Text(_("Checked longest ago")), ("snapshot_at", "-created_at")),
}


@dataclass(frozen=True)
class Filters:
    """What was asked for in the address; anything that makes no sense counts as not asked."""

    q: str = ""
    state: Reason | None = None
    by: int | None = None
    who: str = ""  # has taken it over: see `wizard.support.assignees.belongs_to`
    sort: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Filters:
        sort = asked.get("sort", "")
        return cls(
            q=asked.get("q", "").replace("\x00", "").strip()[:MOST_QUERY],
            state=next((state for state in Reason if state.slug == asked.get("state")), None),
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
    state: Reason
    since: datetime | None = None
    told: Told = NOTHING
    worked_last: str = ""  # whose name stands where nobody is assigned

    @property
    def job(self) -> Job | None:
        return self.told.job

    @property
    def stage(self) -> Text | None:
        """The title of the stage where the work goes on, or where it stopped."""
        return self.setup.stage_title(self.told.stopped_at or self.setup.next_stage)

    @property
    def counted(self) -> Text:
        total = len(self.setup.guide.stages)
        return Text(
            _("{done} of {total} stages done"), {"done": min(self.setup.stages_done, total), "total": total}
        )

    @property
    def reason(self) -> Text | None:
        """Why it stands where it does in the list."""
        return reasons.why(self.state, self.setup, self.job, self.told.harm)

    @property
    def waits(self) -> Text | None:
        """For whom it waits, and since when."""
        return reasons.waits(self.state, self.since)


def setups(teams: QuerySet[Team], filters: Filters, user: User | None = None) -> QuerySet[Listed]:
    """The setups of these teams that fit, with their `state`; not yet narrowed to one state."""
    found = Setup.objects.filter(org__team__in=teams)
    if filters.by is not None:
        found = found.filter(started_by=filters.by)
    if filters.who and user:
        found = found.filter(assignees.belongs_to(filters.who, user))
    if filters.q:
        found = found.filter(search.org(filters.q) | search.reference(filters.q))
    return _with_state(found)


def counts(found: QuerySet[Listed]) -> dict[Reason, int]:
    """How many are in each state, for the choices of the filter."""
    rows = dict(found.order_by().values_list("state").annotate(n=Count("pk")))
    return {state: rows.get(state.value, 0) for state in Reason}


def total(counted: Mapping[Reason, int], filters: Filters) -> int:
    """How many the list shows."""
    if filters.state:
        return counted[filters.state]
    return sum(count for state, count in counted.items() if state is not Reason.ARCHIVED)


def in_order(found: QuerySet[Listed], filters: Filters) -> QuerySet[Listed]:
    """Narrowed to the state that was asked for, sorted, and with what a row shows."""
    found = found.filter(state=filters.state.value) if filters.state else found.filter(archived_at=None)
    order = [F(name[1:]).desc() if name.startswith("-") else F(name).asc() for name in SORTS[filters.sort][1]]
    return _shown(found).order_by(*order, "pk")


def _shown(found: QuerySet[Listed]) -> QuerySet[Listed]:
    """With what a row shows."""
    joined = found.select_related("org", "org__connection", "started_by", "assignee")
    return joined.defer("snapshot", "inputs")


def _with_state(found: QuerySet[Setup]) -> QuerySet[Listed]:
    return found.annotate(state=reasons.reason(), since=reasons.since())


def rows(page: Iterable[Listed]) -> list[Row]:
    """The shown setups with what explains their state: a few queries for all of them."""
    shown = list(page)
    told = reasons.told({setup.pk: Reason(setup.state) for setup in shown})
    names = assignees.worked_last(shown)
    return [
        Row(setup, Reason(setup.state), setup.since, told[setup.pk], names.get(setup.pk, ""))
        for setup in shown
    ]


def row(setup_id: str) -> Row:
    """One row by itself, as it stands now."""
    [found] = rows([_shown(_with_state(Setup.objects.all())).get(pk=setup_id)])
    return found


def people(teams: QuerySet[Team]) -> QuerySet[User]:
    """Whoever has started a setup here."""
    started = Setup.objects.filter(org__team__in=teams).values("started_by")
    return User.objects.filter(pk__in=started).only("pk", "name", "email").order_by("name", "email")
