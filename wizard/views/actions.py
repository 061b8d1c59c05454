"""Posts that start, stop, confirm and undo. Each answers with a redirect, or with what is to be corrected."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from teams import reauth
from teams.access import Action, guests_too
from teams.acting.acts import NotDone
from teams.http import SignedInRequest
from wizard.actions import changes, choose, confirm, handover, override, reading
from wizard.actions.changes import Approval, Approved
from wizard.actions.refusing import check_theirs
from wizard.models import UNDER_WAY, Setup
from wizard.query_params import day_of, number_of
from wizard.stage import panel
from wizard.views.common import (
    check_stage,
    fetch_setup,
    posted,
    refused_as_finished,
    refused_because,
    say_busy,
    stage_of,
    tell,
)
from wizard.views.stage import Refused, keep_typed, render_stage


def _back(setup: Setup, stage_key: str) -> HttpResponse:
    return redirect("wizard:stage", setup.id, stage_key)


@guests_too
@posted
def check(request: SignedInRequest, setup_id: UUID) -> HttpResponse:
    setup = fetch_setup(request, setup_id, Action.CHANGE)
    stage_key = check_stage(setup, request.POST.get("stage") or setup.guide.preparation.key)
    if not refused_because(request, setup):
        if refused := keep_typed(request, setup):
            return refused
        reading.check(setup, request.user, stage_key)
    return _back(setup, stage_key)


@guests_too
@posted
def apply(request: SignedInRequest, setup_id: UUID, stage_key: str) -> HttpResponse:
    """Make the changes of this stage, or of all stages together."""
    setup = fetch_setup(request, setup_id, Action.CHANGE)
    if "from_stage" in request.POST and (answer := _keep_first(request, setup, stage_key)):
        return answer
    sent, proved = request.POST, reauth.signed_in_recently(request)
    approval = Approval(sent.get("fingerprint", ""), sent.get("org_name", ""), proved)
    try:
        together = "together" in sent or "from_stage" in sent
        done = changes.apply(setup, request.user, stage_key, approval, together=together)
    except NotDone as why:
        return _not_started(request, setup, stage_key, why)
    return _started(request, setup, stage_key, done)


def _keep_first(request: SignedInRequest, setup: Setup, stage_key: str) -> HttpResponse | None:
    """Beside the choices: what is typed there is saved, and may be another plan than the one approved."""
    before = setup.inputs
    if refused := keep_typed(request, setup):
        return refused
    if setup.inputs == before:
        return None
    messages.info(request, _("Your choices are saved. Look at the changes again: they may be others now."))
    return _back(setup, stage_key)


@guests_too
@posted
def undo(request: SignedInRequest, setup_id: UUID, stage_key: str) -> HttpResponse:
    """Take back what we changed in this stage (on the last stage: everything)."""
    setup = fetch_setup(request, setup_id, Action.CHANGE)
    sent, proved = request.POST, reauth.signed_in_recently(request)
    approval = Approval(sent.get("fingerprint", ""), sent.get("org_name", ""), proved)
    try:
        done = changes.undo(setup, request.user, stage_key, approval)
    except NotDone as why:
        return _not_started(request, setup, stage_key, why)
    return _started(request, setup, stage_key, done)


def _not_started(request: SignedInRequest, setup: Setup, stage_key: str, why: NotDone) -> HttpResponse:
    if why.code == "name_missing":
        refused = Refused(str(why.params["fingerprint"]), request.POST.get("org_name", ""))
        return render_stage(request, setup, stage_key, refused=refused, status=422)
    if why.code == "prove_yourself":
        stage, plan = reverse("wizard:stage", args=[setup.id, stage_key]), str(why.params["fingerprint"])
        return reauth.ask(request, f"{stage}?open={plan}#plan-{plan[:8]}", typed=bool(why.params["typed"]))
    tell(request, why)
    return _back(setup, stage_key)


def _started(request: SignedInRequest, setup: Setup, stage_key: str, done: Approved) -> HttpResponse:
    if not done.is_new:
        say_busy(request, done.job)
    elif stage_key not in done.plan.stages:
        return _back(setup, _meanwhile(done) or stage_key)
    return _back(setup, stage_key)


def _meanwhile(done: Approved) -> str:
    """From the overview of what we can do to what only a person can: nobody has to wait for us first."""
    stages = done.now.overview.meanwhile(done.plan.stages)
    return next((view.stage.key for view in stages if not view.done), "")


@posted
def override_order(request: SignedInRequest, setup_id: UUID, stage_key: str) -> HttpResponse:
    """Go on with a stage that waits for the safe order, for a reason."""
    setup = fetch_setup(request, setup_id, Action.CHANGE)
    try:
        override.override(setup, request.user, stage_key, request.POST.get("reason", ""))
    except NotDone as why:
        tell(request, why)
    return _back(setup, stage_key)


@guests_too
@posted
def stop(request: SignedInRequest, setup_id: UUID, stage_key: str) -> HttpResponse:
    setup = fetch_setup(request, setup_id, Action.CHANGE)
    for job in reading.stop(setup, request.user, check_stage(setup, stage_key)):
        say_busy(request, job)
    return _back(setup, stage_key)


@guests_too
@posted
def sign(request: SignedInRequest, setup_id: UUID, step_key: str) -> HttpResponse:
    """Sign that something was done which nothing can read; or take that back."""
    setup = fetch_setup(request, setup_id, Action.CHANGE)
    stage_key = stage_of(setup, step_key)
    check_theirs(setup, request.user, stage_key)
    if refused_as_finished(request, setup):
        return _back(setup, stage_key)
    if refused := keep_typed(request, setup):
        return refused
    sent = request.POST
    try:
        if "take_back" in sent:
            view = confirm.unconfirm(setup, request.user, step_key)
        else:
            view = confirm.confirm(setup, request.user, step_key, sure="sure" in sent)
    except NotDone as why:
        tell(request, why)
        return _back(setup, stage_key)
    if sent.get("sure") == "onward" and view.step.then:
        return render(
            request, "wizard/onward.html", {"org": setup.org, **panel.onward(setup, view.step.then)}
        )
    return _back(setup, stage_key)


@posted
def reopen(request: SignedInRequest, setup_id: UUID) -> HttpResponse:
    setup = fetch_setup(request, setup_id, Action.CHANGE)
    other = Setup.objects.filter(UNDER_WAY, org=setup.org, guide_key=setup.guide_key)
    try:
        handover.reopen(setup, request.user)
    except NotDone as why:
        tell(request, why)
    return redirect("wizard:setup", (other.first() or setup).id)


@posted
def look_now(request: SignedInRequest, setup_id: UUID) -> HttpResponse:
    """After a handover: is what was right then still right?"""
    setup = fetch_setup(request, setup_id, Action.CHANGE)
    try:
        handover.look_now(setup, request.user)
    except NotDone as why:
        tell(request, why)
    return _back(setup, setup.guide.handover.key)


@posted
def acknowledge(request: SignedInRequest, setup_id: UUID, step_key: str) -> HttpResponse:
    """This difference is known, with a reason and up to a day; or it is not any more."""
    setup = fetch_setup(request, setup_id, Action.CHANGE)
    stage_of(setup, step_key)
    sent, person = request.POST, request.user
    try:
        if "take_back" in sent:
            handover.unacknowledge(setup, person, step_key)
            messages.success(request, _("Taken back. It is a difference to be put right again."))
        else:
            until = day_of(sent.get("until", ""))
            handover.acknowledge(setup, person, step_key, sent.get("reason", ""), until)
            messages.success(request, _("Noted. It is not told again up to that day, unless it changes."))
    except NotDone as why:
        tell(request, why)
    return _back(setup, setup.guide.handover.key)


@guests_too
@posted
def way(request: SignedInRequest, setup_id: UUID, stage_key: str) -> HttpResponse:
    """Choose a way out that a line offers, such as to use a permission set that exists already."""
    setup = fetch_setup(request, setup_id, Action.CHANGE)
    check_theirs(setup, request.user, check_stage(setup, stage_key))
    if refused_as_finished(request, setup):
        return _back(setup, stage_key)
    if refused := keep_typed(request, setup):
        return refused
    number, step_key = number_of(request.POST.get("way", "")), request.POST.get("step", "")
    try:
        choose.choose_way(setup, request.user, stage_key, number, step_key)
    except NotDone as why:
        tell(request, why)
    return _back(setup, check_stage(setup, request.POST.get("back") or stage_key))
