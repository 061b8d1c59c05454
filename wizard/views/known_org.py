"""What follows a sign-in to an org: its setup; where it has one already, the question what to do."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from orgs.models import Connection, Org
from orgs.sign_in import flow
from teams.access import ALLOWED, Action, fetch_for, role_in
from teams.http import SignedInRequest
from wizard.actions import start
from wizard.models import Setup


@never_cache
@require_GET
def opened(request: SignedInRequest, org_id: UUID) -> HttpResponse:
    """Where a sign-in to the org leads: to its setup, or (`?ask`) to the choice between what there is."""
    org = fetch_for(request.user, Action.SEE, Org.objects.select_related("connection"), pk=org_id)
    setups = list(_setups(org))
    if not setups:
        return redirect("wizard:home")
    under_way = next((setup for setup in setups if not setup.finished), None)
    if "ask" not in request.GET:
        return redirect("wizard:setup", (under_way or setups[0]).pk)
    ctx = {
        "org": org,
        "under_way": under_way,
        "handed_over": [setup for setup in setups if setup.finished],
        "may_change": Action.CHANGE in ALLOWED[role_in(org)],
    }
    return render(request, "wizard/known_org.html", ctx)


@require_POST
def begin(request: SignedInRequest, org_id: UUID) -> HttpResponse:
    """The setup under way in an org that we know already, else a new one."""
    orgs = Org.objects.exclude(org_id="").select_related("connection")
    org = fetch_for(request.user, Action.CHANGE, orgs, pk=org_id)
    arrived = flow.last_arrival(request.session, org)
    before = arrived.before if arrived else ""
    setup = start.begin(org, request.user, arrived=bool(arrived and arrived.kept), before=before)
    return redirect("wizard:setup", setup.id)


@require_POST
def wrong(request: SignedInRequest, org_id: UUID) -> HttpResponse:
    """The sign-in that has just happened was to another org than meant: as if it had not been."""
    orgs = Org.objects.exclude(org_id="").select_related("connection")
    org = fetch_for(request.user, Action.CONNECT, orgs, pk=org_id)
    arrived = flow.last_arrival(request.session, org)
    if arrived and arrived.kept and arrived.state != Connection.State.CONNECTED:
        start.take_sign_in_back(org, request.user, arrived.state)
    messages.info(
        request, _("Nothing was begun in %(org)s. Sign in to the org that you meant.") % {"org": org.name}
    )
    return redirect("orgs:connect")


def _setups(org: Org) -> QuerySet[Setup]:
    rows = Setup.objects.filter(org=org, archived_at=None).select_related("started_by", "finished_by")
    return rows.defer("snapshot").order_by("-created_at")
