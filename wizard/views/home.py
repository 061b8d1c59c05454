"""The first page, and what follows a sign-in to an org."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from orgs.models import Org
from teams.access import Action, fetch_for, teams_for
from teams.http import SignedInRequest
from wizard import guides, jobs, status
from wizard.forms import initial_inputs
from wizard.models import Job, Setup, log

PER_PAGE = 25


@require_GET
def home(request: SignedInRequest) -> HttpResponse:
    """Client orgs and half-finished setups of the person's teams, newest first."""
    teams = teams_for(request.user, Action.SEE)
    setups = (
        Setup.objects.filter(org__team__in=teams)
        .select_related("org", "org__connection", "started_by")
        .prefetch_related("step_states")
        .defer("snapshot", "inputs")
        .order_by("finished_at", "-created_at")
    )
    page = Paginator(setups, PER_PAGE).get_page(request.GET.get("page"))
    open_setup = Setup.objects.filter(org=OuterRef("pk"))
    idle_orgs = Org.objects.filter(team__in=teams).exclude(Exists(open_setup)).select_related("connection")
    ctx = {
        "page": page,
        "rows": [_row(setup) for setup in page],
        "idle_orgs": idle_orgs[:PER_PAGE],
    }
    return render(request, "wizard/home.html", ctx)


def _row(setup: Setup) -> dict[str, Any]:
    states = {state.step: state for state in setup.step_states.all()}
    overview = status.overview(setup.guide, states, finished=setup.finished)
    return {"setup": setup, "org": setup.org, "overview": overview, "current": overview.current}


@require_GET
def opened(request: SignedInRequest, org_id: Any) -> HttpResponse:
    """Right after a sign-in: the org's open setup, or a new one; its facts are being read already."""
    org = fetch_for(request.user, Action.CHANGE, Org.objects.select_related("connection"), pk=org_id)
    setup, is_new = _open_setup(org, request)
    if not is_new:
        log(setup, "reconnected", actor=request.user)
    if org.connection.is_connected:
        jobs.start(setup, Job.Kind.CHECK, actor=request.user)
        if not org.people.exists():
            jobs.start(setup, Job.Kind.PEOPLE, actor=request.user)
    return redirect("wizard:setup", setup.id)


@require_POST
def begin(request: SignedInRequest, org_id: Any) -> HttpResponse:
    """Start a setup again in an org that we know already."""
    org = fetch_for(request.user, Action.CHANGE, Org.objects.select_related("connection"), pk=org_id)
    setup, _is_new = _open_setup(org, request)
    return redirect("wizard:setup", setup.id)


def _open_setup(org: Org, request: SignedInRequest) -> tuple[Setup, bool]:
    key = next(iter(guides.GUIDES))
    for _attempt in range(2):
        setup = Setup.objects.filter(org=org, guide_key=key, finished_at=None).first()
        if setup:
            return setup, False
        try:
            with transaction.atomic():
                setup = Setup.objects.create(
                    org=org, guide_key=key, started_by=request.user, inputs=initial_inputs(guides.get(key))
                )
                log(setup, "setup_started", actor=request.user)
            return setup, True
        except IntegrityError:
            continue  # somebody else opened it in the same moment: take theirs
    return Setup.objects.get(org=org, guide_key=key, finished_at=None), False
