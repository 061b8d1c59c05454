"""Setups with why each stands where it does and since when: what both lists and a case show.

Nothing here loops over all setups: the two are SQL expressions over what is kept
(`wizard.state.summary`), the connection and the few jobs that run or failed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Self, TypedDict

from django.db.models import Count, QuerySet

from wizard.guides.text import Text
from wizard.models import Job, Setup
from wizard.support import assignees, reasons
from wizard.support.reasons import NOTHING, Reason, Told

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Judgement(TypedDict):
        reason: str
        since: datetime | None

    Judged = WithAnnotations[Setup, _Judgement]


@dataclass(frozen=True)
class Row:
    setup: Setup
    reason: Reason
    since: datetime | None = None
    told: Told = NOTHING
    worked_last: str = ""  # whose name stands where nobody is assigned

    @classmethod
    def of(cls, page: Iterable[Judged]) -> list[Self]:
        """The shown setups with what explains them: a few queries for all of them."""
        shown = list(page)
        told = reasons.told({each.pk: Reason(each.reason) for each in shown})
        names = assignees.worked_last(shown)
        return [
            cls(each, Reason(each.reason), each.since, told[each.pk], names.get(each.pk, ""))
            for each in shown
        ]

    @property
    def job(self) -> Job | None:
        return self.told.job

    @property
    def stage(self) -> Text | None:
        """The title of the stage where the work goes on, or where it stopped."""
        return self.setup.stage_title(self.told.stopped_at or self.setup.next_stage)

    @property
    def why(self) -> Text | None:
        """What happened, in a sentence."""
        return reasons.why(self.reason, self.setup, self.job, self.told.harm)

    @property
    def waits(self) -> Text | None:
        """For whom it waits, and since when."""
        return reasons.waits(self.reason, self.since)


def judged(found: QuerySet[Setup]) -> QuerySet[Judged]:
    return found.annotate(reason=reasons.reason(), since=reasons.since())


def counts(found: QuerySet[Judged]) -> dict[Reason, int]:
    """How many there are for each reason, for the choices of a filter."""
    rows = dict(found.order_by().values_list("reason").annotate(n=Count("pk")))
    return {reason: rows.get(reason.value, 0) for reason in Reason}


def shown(found: QuerySet[Judged]) -> QuerySet[Judged]:
    """With what a row shows."""
    joined = found.select_related("org", "org__connection", "started_by", "assignee")
    return joined.defer("snapshot", "inputs")


def by_itself(setup_id: str) -> Judged:
    """As it stands now."""
    return shown(judged(Setup.objects.all())).get(pk=setup_id)
