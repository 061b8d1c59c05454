"""Posts that start, stop, confirm and undo. Each answers with a redirect, or with what is to be corrected."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from teams import limits, reauth
from teams.access import Action, guests_too
from teams.http import SignedInRequest
from wizard.history.record import record_event
from wizard.jobs import handover, queue
from wizard.live import fragment, publish
from wizard.messages.render import plain
from wizard.models import Job, Setup, StepState
from wizard.stage import panel
from wizard.state import snapshots
from wizard.state.status import StepView
from wizard.views.common import (
    check_input,
    check_stage,
    check_theirs,
    fetch_setup,
    is_guest,
    is_theirs,
    posted,
    refused_as_finished,
    refused_because,
    refused_by_rights,
    say_busy,
    stage_of,
)
from wizard.views.stage import Refused, render_stage


def _back(setup: Setup, stage_key: str) -> HttpResponse:
    return redirect("wizard:stage", setup.id, stage_key)


@guests_too
@posted
def check(request: SignedInRequest, setup_id: Any) -> HttpResponse:
    setup = fetch_setup(request, setup_id, Action.CHANGE)
    stage_key = check_stage(setup, request.POST.get("stage") or setup.guide.preparation.key)
    if not refused_because(request, setup):
        queue.start(setup, Job.Kind.CHECK, actor=request.user)
    return _back(setup, stage_key)


@guests_too
@posted
def apply(request: SignedInRequest, setup_id: Any, stage_key: str) -> HttpResponse:
    """Start what was previewed: only if the plan is still the one that the person saw."""
    setup = fetch_setup(request, setup_id, Action.CHANGE)
    check_theirs(request, setup, check_stage(setup, stage_key))
    if refused_because(request, setup):
        return _back(setup, stage_key)
    together = "together" in request.POST and not is_guest(setup)
    offer = panel.offer(fragment.stage_state(setup, stage_key), together=together)
    if offer is None or not offer.changes:
        messages.info(request, _("There is nothing left to change here."))
        return _back(setup, stage_key)
    if refused_by_rights(request, setup, offer.stages):
        return _back(setup, stage_key)
    return _start(request, setup, stage_key, Job.Kind.APPLY, offer)


@guests_too
@posted
def undo(request: SignedInRequest, setup_id: Any, stage_key: str) -> HttpResponse:
    """Take back what we changed in this stage (on the last stage: everything)."""
    setup = fetch_setup(request, setup_id, Action.CHANGE)
    check_theirs(request, setup, check_stage(setup, stage_key))
    if refused_because(request, setup):
        return _back(setup, stage_key)
    offer = panel.undo_offer(setup, stage_key)
    if not offer.changes:
        messages.info(request, _("There is nothing of ours left to undo here."))
        return _back(setup, stage_key)
    if refused_by_rights(request, setup, offer.stages):
        return _back(setup, stage_key)
    return _start(request, setup, stage_key, Job.Kind.UNDO, offer)


def _start(
    request: SignedInRequest, setup: Setup, stage_key: str, kind: Job.Kind, offer: panel.PlanPreview
) -> HttpResponse:
    if request.POST.get("fingerprint") != offer.fingerprint:
        messages.warning(
            request,
            _("The org has changed since this page was made. This is the new plan: look at it again."),
        )
    elif not offer.confirmed_by(request.POST.get("org_name", "")):
        refused = Refused(offer.fingerprint, request.POST.get("org_name", ""))
        return render_stage(request, setup, stage_key, refused=refused, status=422)
    elif asked := _ask_first(request, setup, stage_key, kind, offer):
        return asked
    elif seconds := limits.changing(request.user):
        messages.warning(request, limits.words(seconds))
    else:
        keys = [change.key for change in offer.changes]
        job, is_new = queue.start(setup, kind, actor=request.user, stages=offer.stages, approved=keys)
        if is_new and kind == Job.Kind.APPLY and stage_key == setup.guide.preparation.key:
            return _lead_on(request, setup, stage_key, offer)
        if not is_new:
            say_busy(request, job)
    return _back(setup, stage_key)


def _lead_on(
    request: SignedInRequest, setup: Setup, stage_key: str, offer: panel.PlanPreview
) -> HttpResponse:
    """From the overview of what we can do to what only a person can: nobody has to wait for us first."""
    overview = fragment.stage_state(setup, stage_key).overview
    todo = [view for view in overview.meanwhile(offer.stages) if not view.done]
    if not todo:
        return _back(setup, stage_key)
    messages.info(request, _("We are making the changes: see below. Do this stage by hand meanwhile."))
    return _back(setup, todo[0].stage.key)


def _ask_first(
    request: SignedInRequest, setup: Setup, stage_key: str, kind: Job.Kind, offer: panel.PlanPreview
) -> HttpResponse | None:
    """Before an undo, and before any change to a production org: is it still this person?"""
    if kind == Job.Kind.APPLY and not offer.production_name:
        return None
    back = reverse("wizard:stage", args=[setup.id, stage_key])
    return reauth.ask_first(request, back, typed=bool(offer.production_name))


@guests_too
@posted
def stop(request: SignedInRequest, setup_id: Any, stage_key: str) -> HttpResponse:
    setup = fetch_setup(request, setup_id, Action.CHANGE)
    check_theirs(request, setup, check_stage(setup, stage_key))
    for job in setup.jobs.filter(state__in=Job.ACTIVE).select_related("setup", "requested_by"):
        if all(is_theirs(request, setup, key) for key in job.stages):
            queue.request_stop(job, request.user)
        else:  # a guest is no judge of what was approved for other stages, or of the handover
            say_busy(request, job)
    return _back(setup, stage_key)


@guests_too
@posted
def confirm(request: SignedInRequest, setup_id: Any, step_key: str) -> HttpResponse:
    """Sign that something was done which nothing can read; or take that back."""
    setup = fetch_setup(request, setup_id, Action.CHANGE)
    stage_key = stage_of(setup, step_key)
    check_theirs(request, setup, stage_key)
    if refused_as_finished(request, setup):
        return _back(setup, stage_key)
    view = next(s for s in fragment.stage_state(setup, stage_key).view.steps if s.step.key == step_key)
    take_back = "take_back" in request.POST
    if not view.can_confirm:
        messages.info(request, _("This line is read from Salesforce, so it needs no confirmation."))
    elif not take_back and "sure" not in request.POST:
        messages.error(request, _("Nothing is confirmed yet. Press the button with your name."))
    else:
        if bool(view.confirmed_at) == take_back:
            _sign(request, setup, view, take_back=take_back)
        if request.POST.get("sure") == "onward" and view.step.then:
            return render(
                request, "wizard/onward.html", {"org": setup.org, **panel.onward(setup, view.step.then)}
            )
    return _back(setup, stage_key)


@transaction.atomic
def _sign(request: SignedInRequest, setup: Setup, view: StepView, *, take_back: bool) -> None:
    Setup.objects.select_for_update().get(pk=setup.pk)  # a check that ends now must not overwrite us
    StepState.objects.update_or_create(
        setup=setup,
        step=view.step.key,
        defaults={
            "confirmed_by": None if take_back else request.user,
            "confirmed_name": "" if take_back else request.user.name,
            "confirmed_at": None if take_back else timezone.now(),
        },
    )
    kind = "unconfirmed" if take_back else "confirmed"
    record_event(setup, kind, actor=request.user, step=view.step.key, title=plain(view.step.title))
    snapshots.keep_standing(setup)
    publish.notify_changed(setup.id)


@posted
def reopen(request: SignedInRequest, setup_id: Any) -> HttpResponse:
    setup = fetch_setup(request, setup_id, Action.CHANGE)
    other = Setup.objects.filter(org=setup.org, guide_key=setup.guide_key, finished_at=None)
    try:
        handover.reopen(setup, request.user)
    except IntegrityError:  # the database allows one open setup of a guide in an org
        messages.info(request, _("A newer setup is open in this org. Carry on there."))
    return redirect("wizard:setup", (other.first() or setup).id)


@guests_too
@posted
def way(request: SignedInRequest, setup_id: Any, stage_key: str) -> HttpResponse:
    """Choose a way out that a line offers, such as to use a permission set that exists already."""
    setup = fetch_setup(request, setup_id, Action.CHANGE)
    check_theirs(request, setup, check_stage(setup, stage_key))
    if refused_as_finished(request, setup):
        return _back(setup, stage_key)
    number, now = request.POST.get("way", ""), fragment.stage_state(setup, stage_key)
    if not number.isdecimal() or not panel.choose_alternative(now, int(number), request.user):
        messages.info(request, _("That is not offered any more. Look at the line again."))
    return _back(setup, stage_key)


@guests_too
@posted
def reread_people(request: SignedInRequest, setup_id: Any, input_key: str) -> HttpResponse:
    setup = fetch_setup(request, setup_id, Action.CHANGE)
    check_input(setup, input_key)
    check_theirs(request, setup, setup.guide.preparation.key)
    if not refused_because(request, setup):
        queue.start(setup, Job.Kind.SYNC_USERS, actor=request.user)
    return redirect("wizard:choose", setup.id, input_key)
