"""What every view of a setup begins with: the object, for this person."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, Concatenate

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from teams.access import Action, fetch_for, lets_guests_in, role_in
from teams.http import SignedInRequest
from teams.models import Role
from wizard.errors import GuestAccessEnded, OrgNotConnected
from wizard.guests import invitations, permissions
from wizard.messages.render import plain
from wizard.models import Job, Setup


def fetch_setup(request: SignedInRequest, setup_id: Any, action: Action = Action.SEE) -> Setup:
    """The setup with its org and connection, if this person may do that with it (else 404 or 403).

    Guests are let in by the views that say so with `@guests_too`.
    """
    found = fetch_with_or_without_org(request, setup_id, action)
    if not found.org.is_bound:
        raise OrgNotConnected(found)
    return found


def fetch_with_or_without_org(request: SignedInRequest, setup_id: Any, action: Action = Action.SEE) -> Setup:
    """For the pages on which a setup waits for its org."""
    setups = Setup.objects.select_related("org", "org__connection", "finished_by")
    guest_field = "pk" if lets_guests_in(request) else None
    try:
        return fetch_for(
            request.user, action, setups, team_field="org__team", guest_field=guest_field, pk=setup_id
        )
    except Http404:
        if guest_field and request.user.is_guest and invitations.was_let_in(request.user, setup_id):
            raise GuestAccessEnded from None
        raise


def is_guest(setup: Setup) -> bool:
    """Whether the setup was given out to a guest."""
    return role_in(setup) is Role.GUEST


def is_theirs(request: SignedInRequest, setup: Setup, stage_key: str) -> bool:
    """A member may work on every stage, a guest on those that were sent to them."""
    return not is_guest(setup) or stage_key in invitations.stages_of(request.user, setup)


def check_theirs(request: SignedInRequest, setup: Setup, stage_key: str) -> None:
    if not is_theirs(request, setup, stage_key):
        raise PermissionDenied


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


def refused_as_finished(request: SignedInRequest, setup: Setup) -> bool:
    """Tell that a setup which is handed over is not changed, if so."""
    if setup.finished:
        messages.info(request, _("This setup is handed over. Open it again to change something."))
    return setup.finished


def refused_because(request: SignedInRequest, setup: Setup) -> bool:
    """Tell why nothing can be started now, if so."""
    if refused_as_finished(request, setup):
        return True
    if not setup.org.connection.is_connected:
        messages.warning(request, _("Sign in to the org again first. Nothing is lost."))
        return True
    return False


def refused_by_rights(request: SignedInRequest, setup: Setup, stages: Collection[str]) -> bool:
    """Tell a guest what their own user lacks in Salesforce for these stages, if anything."""
    lacking = permissions.lacking(request.user, setup, stages) if is_guest(setup) else ()
    if lacking:
        why = " ".join(plain(each) for each in lacking)
        messages.warning(request, f"{why} {_('So we change nothing for you here.')}")
    return bool(lacking)


def download(answer: HttpResponse, setup: Setup, ending: str, of: str = "") -> HttpResponse:
    """The answer as a file of this setup, named after its org."""
    name = f"connect-guide-{of}{slugify(setup.org.name) or setup.org.org_id}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def say_busy(request: SignedInRequest, job: Job) -> None:
    """Tell who was faster."""
    who = job.requested_by.name if job.requested_by else _("Somebody")
    messages.info(request, _("%(who)s has started this already. You see it below.") % {"who": who})


View = Callable[Concatenate[SignedInRequest, ...], HttpResponse]


def posted(view: View) -> View:
    """A view for POST; whoever opens its address again (a bookmark, a reload) is led to the page it is on."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def answer(request: SignedInRequest, setup_id: Any, **more: Any) -> HttpResponse:
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
