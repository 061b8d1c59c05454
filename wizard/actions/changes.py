"""Changes in the org: made or taken back exactly as a person approved them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.http import Http404

from teams import limits
from teams.access import Action
from teams.acting.acts import NotDone, act
from teams.models import User
from wizard.actions.reading import Started
from wizard.actions.refusing import check_theirs, is_guest, refuse_cut_off, refuse_lacking
from wizard.jobs import queue
from wizard.models import Job, Setup
from wizard.stage import panel
from wizard.stage.panel import PlanPreview
from wizard.state.context import Context, context_of
from wizard.state.status import StageView


@dataclass(frozen=True)
class Approval:
    """What a person says of a plan that they saw."""

    fingerprint: str  # of the plan
    org_name: str = ""  # typed, where much is at stake
    proved: bool = False  # they have shown lately that it is they


@dataclass(frozen=True)
class Approved(Started):
    """The job, the plan that it carries out, and how the setup stood."""

    plan: PlanPreview
    now: Context


Preview = Callable[[Context, StageView], PlanPreview | None]


@act(Action.CHANGE, guests=True)
def apply(
    setup: Setup, person: User, stage_key: str, approval: Approval, *, together: bool = False
) -> Approved:
    """Make the changes of this stage, or of all stages together."""
    preview = partial(panel.offer, together=together and not is_guest(setup))
    return _start(setup, person, stage_key, Job.Kind.APPLY, preview, approval)


@act(Action.CHANGE, guests=True)
def undo(setup: Setup, person: User, stage_key: str, approval: Approval) -> Approved:
    """Take back what we changed in this stage (on the last stage: everything)."""
    return _start(setup, person, stage_key, Job.Kind.UNDO, panel.undo_offer, approval)


NOTHING = {Job.Kind.APPLY: "nothing_to_change", Job.Kind.UNDO: "nothing_to_undo"}


def _start(
    setup: Setup, person: User, stage_key: str, kind: Job.Kind, preview: Preview, approval: Approval
) -> Approved:
    """Only if the plan is still the one that the person saw.

    Before an undo, and before any change to a production org: is it still this person?
    """
    check_theirs(setup, person, stage_key)
    refuse_cut_off(setup)
    if is_guest(setup):
        refuse_lacking(setup, person, stage_key)
    now = context_of(setup)
    stage = now.overview.find(stage_key)
    if stage is None:
        raise Http404
    plan = preview(now, stage)
    if plan is None or not plan.changes:
        raise NotDone(NOTHING[kind])
    if approval.fingerprint != plan.fingerprint:
        raise NotDone("plan_changed")
    if plan.name_to_type and not plan.confirmed_by(approval.org_name):
        raise NotDone("name_missing", fingerprint=plan.fingerprint)
    if not approval.proved and (kind == Job.Kind.UNDO or plan.name_to_type):
        raise NotDone("prove_yourself", fingerprint=plan.fingerprint, typed=bool(plan.name_to_type))
    if seconds := limits.changing(person):
        raise NotDone("too_often", seconds=seconds)
    approved = [change.key for change in plan.changes]
    job, is_new = queue.start(setup, kind, actor=person, stages=plan.stages, approved=approved)
    return Approved(job, is_new, plan, now)
