"""Everything about one setup that somebody needs who was called for help, in a few queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from orgs.models import Connection
from teams import access
from teams.models import SetupGuest
from wizard.guests import invitations as guests
from wizard.guides.text import Text
from wizard.history import timeline
from wizard.models import Event, GuestInvitation, Setup
from wizard.state import api_usage
from wizard.state.context import context_of
from wizard.state.status import Overview, StageView, StepView
from wizard.support import judged, needs_help
from wizard.support.needs_help import Row

if TYPE_CHECKING:
    from wizard.support.judged import Judged

SHOWN_EVENTS = 12
SHOWN_NOTES = 10
ROUTINE = (
    "check_requested",
    "check_done",
    "people_requested",
)  # half of what happens, and tells nobody anything


@dataclass(frozen=True)
class Case:
    """One setup as the support page shows it."""

    row: Row  # whether it is stuck, why, and since when
    overview: Overview
    events: Sequence[timeline.Row]
    notes: Sequence[Event]
    taken_over_at: datetime | None
    people: Sequence[str]  # who did something here
    guests: Sequence[SetupGuest]
    invitations: Sequence[tuple[Text, GuestInvitation]]  # with the title of the stage

    @property
    def stage(self) -> StageView:
        """Where whoever helps is needed: where the work stopped, else where it goes on."""
        if self.row.setup.finished:
            return self.overview.handover  # where it can be opened again
        return self.overview.stage(self.row.stopped_at) if self.row.stopped_at else self.overview.urgent

    @property
    def missing(self) -> list[StepView]:
        """What is still to be done in that stage."""
        if not self.row.setup.org.is_bound:  # nothing was looked at: bare titles say nothing
            return []
        return [step for step in self.stage.steps if step.open]

    @property
    def lacking(self) -> list[StepView]:
        """The permissions that the Salesforce user lacks, wherever the work stands."""
        here = self.missing
        steps = [step for view in self.overview.stages for step in view.steps if step not in here]
        return [step for step in steps if step.finding and step.finding.remedy == "RIGHT_MISSING"]

    @property
    def connection(self) -> Connection:
        return self.row.setup.org.connection

    @property
    def calls_left(self) -> int | None:
        """Of what Salesforce allows in 24 hours, as it said with its last answer."""
        known = self.connection
        if not known.api_limit or known.api_used is None:
            return None
        return max(known.api_limit - known.api_used, 0)

    @property
    def few_calls_left(self) -> bool:
        return (api_usage.percent_used(self.connection) or 0) >= api_usage.WARN_AT


def setups() -> QuerySet[Judged]:
    """With what `case` needs of a setup."""
    rows = Setup.objects.select_related("org", "org__connection", "org__connection__granted_by")
    return judged.judged(rows.select_related("started_by", "assignee", "finished_by"))


def case(setup: Judged) -> Case:
    """Of a setup out of `setups`."""
    events, notes = _events(setup)
    return Case(
        row=needs_help.rows([setup])[0],
        overview=context_of(setup).overview,
        events=events,
        notes=notes,
        taken_over_at=setup.taken_over_at,
        people=[name for _pk, name in timeline.people(setup)],
        guests=_guests(setup),
        invitations=_invitations(setup),
    )


def _events(setup: Setup) -> tuple[list[timeline.Row], list[Event]]:
    """The last events and the last notes, in one query."""
    newest_first = setup.events.order_by("-id").values("pk")
    newest = newest_first.exclude(kind__in=ROUTINE)[:SHOWN_EVENTS]
    last_check = newest_first.filter(kind="check_done")[:1]
    wanted = Q(pk__in=newest) | Q(pk__in=last_check) | Q(kind="note")
    found = list(timeline.light(setup.events.filter(wanted)).order_by("-id")[: SHOWN_EVENTS + SHOWN_NOTES])
    notes = [event for event in found if event.kind == "note"][:SHOWN_NOTES]
    return [timeline.row(event) for event in found[:SHOWN_EVENTS]], notes


def _invitations(setup: Setup) -> list[tuple[Text, GuestInvitation]]:
    return [(row.title, row) for row in guests.of_setup(setup)]


def _guests(setup: Setup) -> list[SetupGuest]:
    """Who was let into this setup and still is."""
    rows = access.guest_rows().filter(setup_id=setup.pk)
    return list(rows.select_related("user").order_by("user__name"))
