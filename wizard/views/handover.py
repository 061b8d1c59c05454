"""Hand a setup over: asked with the open lines in sight, done by a job that reads them once more."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from teams import reauth
from teams.access import Action
from teams.http import SignedInRequest
from wizard.jobs import handover, queue
from wizard.models import Job, Setup
from wizard.state import status
from wizard.state.overview import overview_of
from wizard.views.common import fetch_setup, refused_because, say_busy


@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: SignedInRequest, setup_id: Any) -> HttpResponse:
    """The page that asks, and its button. Open lines are allowed: they stay visible in the report."""
    setup = fetch_setup(request, setup_id, Action.CHANGE)
    last = setup.guide.handover.key
    if refused_because(request, setup):
        return redirect("wizard:stage", setup.id, last)
    overview = overview_of(setup)
    if request.method != "POST":
        return _ask(request, setup, overview)
    seen = set(request.POST.getlist("open"))
    unseen = [view for view in handover.open_lines(overview) if view.step.key not in seen]
    if unseen:
        messages.warning(
            request, _("Lines are open now that were not open on this page. Look at them, then decide again.")
        )
        return redirect("wizard:finish", setup.id)
    return _start(request, setup, sorted(seen))


def _ask(request: SignedInRequest, setup: Setup, overview: status.Overview) -> HttpResponse:
    open_stages = [
        (stage, [view for view in stage.steps if not view.done])
        for stage in overview.stages
        if stage.steps and not stage.done
    ]
    ctx = {
        "setup": setup,
        "org": setup.org,
        "open_stages": open_stages,
        "open_count": sum(len(lines) for _stage, lines in open_stages),
        "last": setup.guide.handover,
    }
    return render(request, "wizard/finish.html", ctx)


def _start(request: SignedInRequest, setup: Setup, seen: list[str]) -> HttpResponse:
    last = setup.guide.handover.key
    if asked := reauth.ask_first(request, reverse("wizard:finish", args=[setup.id])):
        return asked  # it ends the connection
    with transaction.atomic():
        job, is_new = queue.start(setup, Job.Kind.HANDOVER, actor=request.user, stages=[last], approved=seen)
        if is_new:  # read with the job when it hands over
            Setup.objects.filter(pk=setup.pk).update(keep_watching="keep" in request.POST)
    if job.writing:
        messages.warning(
            request, _("Changes are being made right now. Wait until they are done, or stop them.")
        )
    elif not is_new:
        say_busy(request, job)
    return redirect("wizard:stage", setup.id, last)
