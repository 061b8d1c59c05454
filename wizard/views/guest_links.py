"""A member's side of guests: sending stages by link, taking a link back, and waiting for the client."""

from __future__ import annotations

import uuid
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from teams.access import ALLOWED, Action, fetch_for, role_in
from teams.acting.acts import NotDone
from teams.http import SignedInRequest
from wizard.actions import guest_links as links
from wizard.guests import invitations, sending
from wizard.guests.forms import LinkForm, link_form, sendable
from wizard.guests.sending import Sent
from wizard.messages import not_done
from wizard.models import GuestInvitation, Setup
from wizard.state.status import StageView
from wizard.views.common import fetch_with_or_without_org, refused_as_finished, tell


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: SignedInRequest, setup_id: UUID) -> HttpResponse:
    """Which links are open, and a new one: shown once, with a text to send. Of a setup that waits
    for its org, this is the only page."""
    if request.method == "POST":
        return _send(request, fetch_with_or_without_org(request, setup_id, Action.CHANGE))
    setup = fetch_with_or_without_org(request, setup_id)
    if request.htmx:  # the page that waits asks whether it still has to
        return _go_on(setup) if setup.org.is_bound else HttpResponse(status=204)
    return _page(request, setup)


def _go_on(setup: Setup) -> HttpResponse:
    return HttpResponseClientRedirect(reverse("wizard:setup", args=[setup.pk]))


def _send(request: SignedInRequest, setup: Setup) -> HttpResponse:
    if refused_as_finished(request, setup):
        return redirect("wizard:invite", setup.pk)
    form = link_form(setup, sendable(setup), request.POST)
    if not form.is_valid():
        return _page(request, setup, form=form, status=422)
    try:
        sent = links.invite(setup, request.user, form.chosen, address=form.address, language=form.spoken)
    except NotDone as why:
        if why.code == "no_mail":
            form.add_error("email", not_done.words(why))
            return _page(request, setup, form=form, status=503)
        tell(request, why)
        return redirect("wizard:invite", setup.pk)
    return _page(request, setup, sent=sent)


def _page(
    request: SignedInRequest,
    setup: Setup,
    *,
    form: LinkForm | None = None,
    sent: Sent | None = None,
    status: int = 200,
) -> HttpResponse:
    stages = sendable(setup)
    made = [each for each in stages if sent and each.stage.key in sent.invitation.stages]
    ctx = {
        "setup": setup,
        "org": setup.org,
        "form": form or link_form(setup, stages, proposed=_proposed(stages, request.GET.get("stage", ""))),
        "mails": sending.works(),
        "sent": sent,
        "not_now": [each for each in made if each.blocked],
        "done": bool(made) and all(each.done for each in made),
        "rows": list(invitations.of_setup(setup)),
        "may_change": Action.CHANGE in ALLOWED[role_in(setup)],
        "may_connect": Action.CONNECT in ALLOWED[role_in(setup)],
        "days": invitations.LIFETIME.days,
    }
    return render(request, "wizard/invite.html", ctx, status=status)


def _proposed(stages: list[StageView], asked: str) -> str:
    """Nothing is proposed that is done, or that has to wait: only who looks for it finds it."""
    keys = [each.stage.key for each in stages]
    fit = [each.stage.key for each in stages if not each.done and not each.blocked]
    return asked if asked in keys else next(iter(fit), "")


@require_POST
def revoke(request: SignedInRequest, link_id: uuid.UUID) -> HttpResponse:
    """Take a link back; who came by it is out at once."""
    rows = GuestInvitation.objects.select_related("setup", "setup__org")
    found = fetch_for(request.user, Action.CHANGE, rows, team_field="setup__org__team", pk=link_id)
    try:
        links.revoke_link(found, request.user)
        messages.success(request, _("The link does not work any more."))
    except NotDone as why:
        tell(request, why)
    return redirect("wizard:invite", found.setup_id)
