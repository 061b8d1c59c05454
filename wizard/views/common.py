"""What every view of a setup begins with: the object, for this person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, wraps
from typing import Concatenate
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from teams.access import Action, lets_guests_in
from teams.acting.acts import NotDone
from teams.http import SignedInRequest
from wizard.actions import fetch
from wizard.actions.refusing import refuse_cut_off, refuse_finished
from wizard.live import ticket
from wizard.messages import not_done
from wizard.messages.not_done import Weight
from wizard.models import Job, Setup

LEVELS = {Weight.INFO: messages.INFO, Weight.WARNING: messages.WARNING, Weight.ERROR: messages.ERROR}


def fetch_setup(
    request: SignedInRequest, setup_id: UUID, action: Action = Action.SEE, *, archived_too: bool = False
) -> Setup:
    """The setup with its org and connection, if this person may do that with it (else 404 or 403).

    Guests are let in by the views that say so with `@guests_too`.
    """
    guests = lets_guests_in(request)
    return fetch.fetch_setup(request.user, setup_id, action, guests=guests, archived_too=archived_too)


def fetch_with_or_without_org(
    request: SignedInRequest, setup_id: UUID, action: Action = Action.SEE, *, archived_too: bool = False
) -> Setup:
    """For the pages on which a setup waits for its org. `archived_too`: and for those of one put away."""
    guests = lets_guests_in(request)
    return fetch.fetch_setup(
        request.user, setup_id, action, guests=guests, archived_too=archived_too, unbound_too=True
    )


def check_stage(setup: Setup, stage_key: str) -> str:
    """The stage's key, or 404 for one that the guide does not have."""
    if stage_key not in {stage.key for stage in setup.guide.stages}:
        raise Http404
    return stage_key


def check_input(setup: Setup, input_key: str) -> str:
    """The input's key, or 404 for one that the guide does not ask for."""
    if input_key not in {each.key for each in setup.guide.inputs}:
        raise Http404
    return input_key


def tell(request: SignedInRequest, why: NotDone) -> None:
    """Say on the next page why it was not done."""
    messages.add_message(request, LEVELS[not_done.weight(why)], not_done.words(why))


def refused_as_finished(request: SignedInRequest, setup: Setup) -> bool:
    """Tell that a setup which is handed over is not changed, if so."""
    return _refused(request, partial(refuse_finished, setup))


def refused_because(request: SignedInRequest, setup: Setup) -> bool:
    """Tell why nothing can be started now, if so."""
    return _refused(request, partial(refuse_cut_off, setup))


def _refused(request: SignedInRequest, ask: Callable[[], None]) -> bool:
    try:
        ask()
    except NotDone as why:
        tell(request, why)
        return True
    return False


def download(answer: HttpResponse, setup: Setup, ending: str, of: str = "") -> HttpResponse:
    """The answer as a file of this setup, named after its org."""
    name = f"connect-guide-{of}{slugify(setup.org.name) or setup.org.org_id}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def list_stream(request: SignedInRequest, list_name: str, shown: Sequence[Setup]) -> str:
    """Where this person's browser gets the rows of a list from that change."""
    if not shown:
        return ""
    session_key = request.session.session_key or ""
    return ticket.address(ticket.list_ticket(request.user.pk, list_name, shown, session_key=session_key))


def say_busy(request: SignedInRequest, job: Job) -> None:
    """Tell who was faster."""
    who = job.requested_by.name if job.requested_by else _("Somebody")
    messages.info(request, _("%(who)s has started this already. You see it below.") % {"who": who})


View = Callable[Concatenate[SignedInRequest, ...], HttpResponse]


def posted(view: View) -> View:
    """A view for POST; whoever opens its address again (a bookmark, a reload) is led to the page it is on."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def answer(request: SignedInRequest, setup_id: UUID, **more: str) -> HttpResponse:
        if request.method == "POST":
            return view(request, setup_id, **more)
        setup = fetch_setup(request, setup_id)
        if "input_key" in more:
            return redirect("wizard:choose", setup.id, check_input(setup, more["input_key"]))
        if "step_key" in more:
            return redirect("wizard:stage", setup.id, stage_of(setup, more["step_key"]))
        stage_key = more.get("stage_key", setup.guide.preparation.key)
        return redirect("wizard:stage", setup.id, check_stage(setup, stage_key))

    return answer


def stage_of(setup: Setup, step_key: str) -> str:
    """The stage with this line, or 404."""
    for stage in setup.guide.stages:
        if step_key in {step.key for step in stage.steps}:
            return stage.key
    raise Http404
