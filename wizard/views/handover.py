"""Hand a setup over: asked with the open lines in sight, done by a job that reads them once more."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from teams import reauth
from teams.access import Action
from teams.acting.acts import NotDone
from teams.http import SignedInRequest
from wizard.actions import handover
from wizard.models import Setup
from wizard.state import status
from wizard.state.context import context_of
from wizard.views.common import fetch_setup, refused_because, say_busy, tell


@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: SignedInRequest, setup_id: UUID) -> HttpResponse:
    """The page that asks, and its button. Open lines are allowed: they stay visible in the report."""
    setup = fetch_setup(request, setup_id, Action.CHANGE)
    last = setup.guide.handover.key
    if refused_because(request, setup):
        return redirect("wizard:stage", setup.id, last)
    if request.method != "POST":
        return _ask(request, setup, context_of(setup).overview)
    try:
        done = handover.hand_over(
            setup,
            request.user,
            request.POST.getlist("open"),
            keep_watching="keep" in request.POST,
            proved=reauth.signed_in_recently(request),
        )
    except NotDone as why:
        return _not_started(request, setup, why)
    if not done.is_new:
        say_busy(request, done.job)
    return redirect("wizard:stage", setup.id, last)


def _not_started(request: SignedInRequest, setup: Setup, why: NotDone) -> HttpResponse:
    if why.code == "prove_yourself":
        return reauth.ask(request, reverse("wizard:finish", args=[setup.id]))
    tell(request, why)
    if why.code == "lines_fell":
        return redirect("wizard:finish", setup.id)
    return redirect("wizard:stage", setup.id, setup.guide.handover.key)


def _ask(request: SignedInRequest, setup: Setup, overview: status.Overview) -> HttpResponse:
    open_stages = [
        (stage, [view for view in stage.steps if view.open])
        for stage in overview.stages
        if stage.steps and not stage.done
    ]
    ctx = {
        "setup": setup,
        "org": setup.org,
        "open_stages": open_stages,
        "open_count": sum(len(lines) for _stage, lines in open_stages),
        "last": setup.guide.handover,
        "goes_on": True,
    }
    return render(request, "wizard/finish.html", ctx)
