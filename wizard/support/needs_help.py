"""The setups that are stuck: how badly, why and since when, found by org, person, error or reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from teams.models import Team, User
from wizard import query_params
from wizard.guests.pending import still_waited_for
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _
from wizard.messages import remedies
from wizard.messages.remedies import Remedy
from wizard.models import UNDER_WAY, GuestInvitation, Setup
from wizard.monitoring import drift
from wizard.support import assignees, judged
from wizard.support.reasons import STUCK, Reason
from wizard.support.search import matches

if TYPE_CHECKING:
    from wizard.support.judged import Judged

MOST_QUERY = 300  # room for a copied "Details for support"


SIGN_IN = Text(_("Sign in to the org again. The work carries on where it stopped."))
WATCH_AGAIN = Text(_("Sign in to the org again, or end our access if nobody needs to watch it any more."))
REMIND = Text(_("Ask the client, or send them a new link."))
DO_IT = Text(_("Open the stage. It shows what to do in Salesforce, step by step."))
CARRY_ON = Text(_("Open the stage and carry on, or hand the setup over."))
OPEN_AGAIN = Text(_("Open the setup again and put it right."))
PUT_RIGHT = Text(_("Put it right, then hand the setup over again."))
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
class Row(judged.Row):
    invitation: GuestInvitation | None = None  # the oldest that still waits for the client

    @property
    def stopped_at(self) -> str:
        return self.told.stopped_at

    @property
    def stage(self) -> Text | None:
        return None if self.setup.finished else super().stage

    @property
    def changed(self) -> list[Text]:
        """The lines that are not right any more after the handover."""
        return self.setup.drifted_titles if self.reason is Reason.DRIFTED else []

    @property
    def remedy(self) -> Remedy | None:
        if self.told.harm:
            return remedies.get(self.told.harm.remedy) if self.told.harm.remedy else None
        return remedies.get(self.job.error_code) if self.job and self.job.error_code else None

    @property
    def next(self) -> Text | None:
        """What helps, in a sentence."""
        if self.reason is Reason.RECONNECT and self.setup.finished:
            return WATCH_AGAIN
        if self.reason is Reason.DRIFTED and not self.setup.finished:
            return PUT_RIGHT
        if self.reason is Reason.HARM:
            return self.remedy.do if self.remedy else DO_IT
        if self.reason in (Reason.STOPPED, Reason.INTERRUPTED):
            return self.remedy.do if self.remedy else LOOK_AT_WORKERS
        return {
            Reason.RECONNECT: SIGN_IN,
            Reason.CLIENT: REMIND,
            Reason.BY_HAND: DO_IT,
            Reason.IDLE: CARRY_ON,
            Reason.DRIFTED: OPEN_AGAIN,
        }.get(self.reason)


def setups(teams: QuerySet[Team], filters: Filters, user: User) -> QuerySet[Judged]:
    """The setups of these teams that fit, with `reason` and `since`; not yet narrowed to one reason.

    A search also finds those that are not stuck: whoever calls support is looked for by name.
    """
    found = Setup.objects.filter(org__team__in=teams)
    if filters.who:
        found = found.filter(assignees.belongs_to(filters.who, user))
    if filters.q:
        return judged.judged(found.filter(matches(filters.q)))
    return judged.judged(found.filter(UNDER_WAY | drift.DRIFTED | drift.cut_off())).filter(
        reason__lt=Reason.WAITING.value
    )


def in_order(found: QuerySet[Judged], filters: Filters) -> QuerySet[Judged]:
    """The most stuck first, and of those the longest; with what a row shows."""
    if filters.reason:
        found = found.filter(reason=filters.reason.value)
    return judged.shown(found).order_by("reason", "since", "pk")


def rows(page: Iterable[Judged]) -> list[Row]:
    """The shown setups with what explains them."""
    made = Row.of(page)
    asked = _invitations(made)
    return [replace(row, invitation=asked.get(row.setup.pk)) for row in made]


def _invitations(shown: Iterable[Row]) -> dict[UUID, GuestInvitation]:
    ids = [row.setup.pk for row in shown if row.reason is Reason.CLIENT]
    if not ids:
        return {}
    newest_first = still_waited_for().filter(setup__in=ids).order_by("-created_at")
    return {invitation.setup_id: invitation for invitation in newest_first}


def row(setup_id: str) -> Row:
    """One row by itself, as it stands now."""
    [found] = rows([judged.by_itself(setup_id)])
    return found
