"""The list of setups: who needs somebody first, searched, filtered and sorted by the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, QuerySet

from teams.models import Team, User
from wizard import query_params
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _
from wizard.models import Setup
from wizard.support import assignees, judged, search
from wizard.support.reasons import Reason

if TYPE_CHECKING:
    from wizard.support.judged import Judged

MOST_QUERY = 100


SORTS: Mapping[str, tuple[Text, tuple[str, ...]]] = {
    "": (Text(_("What needs me first")), ("reason", "-created_at")),
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


class Row(judged.Row):
    @property
    def counted(self) -> Text:
        total = len(self.setup.guide.stages)
        return Text(
            _("{done} of {total} stages done"), {"done": min(self.setup.stages_done, total), "total": total}
        )


def setups(teams: QuerySet[Team], filters: Filters, user: User | None = None) -> QuerySet[Judged]:
    """The setups of these teams that fit, not yet narrowed to one state."""
    found = Setup.objects.filter(org__team__in=teams)
    if filters.by is not None:
        found = found.filter(started_by=filters.by)
    if filters.who and user:
        found = found.filter(assignees.belongs_to(filters.who, user))
    if filters.q:
        found = found.filter(search.org(filters.q) | search.reference(filters.q))
    return judged.judged(found)


def total(counted: Mapping[Reason, int], filters: Filters) -> int:
    """How many the list shows."""
    if filters.state:
        return counted[filters.state]
    return sum(count for state, count in counted.items() if state is not Reason.ARCHIVED)


def in_order(found: QuerySet[Judged], filters: Filters) -> QuerySet[Judged]:
    """Narrowed to the state that was asked for, sorted, and with what a row shows."""
    found = found.filter(reason=filters.state.value) if filters.state else found.filter(archived_at=None)
    order = [F(name[1:]).desc() if name.startswith("-") else F(name).asc() for name in SORTS[filters.sort][1]]
    return judged.shown(found).order_by(*order, "pk")


def rows(page: Iterable[Judged]) -> list[Row]:
    return Row.of(page)


def row(setup_id: str) -> Row:
    """One row by itself, as it stands now."""
    [found] = rows([judged.by_itself(setup_id)])
    return found


def people(teams: QuerySet[Team]) -> QuerySet[User]:
    """Whoever has started a setup here."""
    started = Setup.objects.filter(org__team__in=teams).values("started_by")
    return User.objects.filter(pk__in=started).only("pk", "name", "email").order_by("name", "email")
