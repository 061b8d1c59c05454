"""A setup as its guest sees it: which stages are theirs, and whether they have done their part."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from teams.models import User
from wizard.guests import invitations, return_address
from wizard.live.fragment import StageState
from wizard.models import Job, Setup
from wizard.state.status import StageView

HELPED = ("apply_requested", "confirmed", "input_changed")  # events of what a guest does here for their part


@dataclass(frozen=True)
class GuestView:
    """For a page of a stage: beside what everybody sees there."""

    team: str
    inviter: str
    stages: tuple[StageView, ...]  # those that were sent to them
    here: StageView
    acted: bool  # something of it was done here, or in Salesforce, since they first came
    is_connection: bool  # the org is read and changed with their sign-in
    return_to: str  # where they go on after their part; empty: they are done

    @property
    def return_host(self) -> str:
        return return_address.host_of(self.return_to)

    @property
    def theirs(self) -> bool:
        return any(view.number == self.here.number for view in self.stages)

    def may_stop(self, job: Job) -> bool:
        """As `wizard.actions.reading.stop` decides: what was approved for other stages is not theirs.

        A mere reading ends by itself, and changes nothing that they could want to stop.
        """
        return job.writing and {*job.stages} <= {view.stage.key for view in self.stages}

    @property
    def number(self) -> int:
        """Which of their parts this is."""
        return 1 + next((n for n, view in enumerate(self.stages) if view.number == self.here.number), 0)

    @property
    def still_open(self) -> tuple[StageView, ...]:
        return tuple(view for view in self.stages if not view.done)

    @property
    def thanks(self) -> bool:
        """They are on a stage of theirs, if they have any, and all is done that was asked of them."""
        return (self.theirs or not self.stages) and not self.still_open

    @property
    def settled(self) -> bool:
        """Nothing is left for them on this page."""
        return self.thanks or (self.theirs and self.here.done)

    @property
    def first(self) -> tuple[tuple[int, StageView], ...]:
        """Their own parts, by number, that have to be done before this one."""
        before = self.here.waits_for
        return tuple((n, view) for n, view in enumerate(self.stages, 1) if view.number in before)

    @property
    def waits_for_team(self) -> bool:
        """Something comes first that was not sent to them."""
        return bool({*self.here.waits_for} - {view.number for view in self.stages})

    @property
    def current(self) -> StageView:
        """Where their work goes on."""
        return next(iter([*self.still_open, *self.stages]), self.here)

    @property
    def next(self) -> StageView | None:
        """Another stage of theirs that is open."""
        return next((view for view in self.still_open if view.number != self.here.number), None)


def build(user: User, now: StageState) -> GuestView:
    mine = now.guest.stages if now.guest else ()
    return GuestView(
        team=now.setup.org.team.name,
        inviter=invitations.inviter_of(user, now.setup),
        stages=tuple(view for view in now.overview.stages if view.stage.key in mine),
        here=now.view,
        acted=_acted(user, now.setup, mine),
        is_connection=invitations.is_connection_of(user.pk, now.setup.org),
        return_to=invitations.return_address_of(user, now.setup),
    )


def _acted(user: User, setup: Setup, stages: Collection[str]) -> bool:
    """Whether there is something to thank for. What they do in Salesforce nobody signs: it is only seen."""
    came = setup.events.filter(actor=user, kind="guest_came").order_by("id").first()
    if came is None:
        return False
    steps = [step.key for key in stages for step in setup.guide.stage(key).steps]
    theirs = Q(actor=user, kind__in=HELPED)
    seen = Q(kind="seen_done", data__step__in=steps)
    return setup.events.filter(theirs | seen, id__gt=came.pk).exists()
