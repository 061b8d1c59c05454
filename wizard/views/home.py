"""The first page, and what follows a sign-in to an org."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from orgs.models import Org
from teams.access import Action, fetch_for, teams_for
from teams.http import SignedInRequest
from teams.models import Team
from wizard import guides, jobs, listing
from wizard.forms import initial_inputs
from wizard.listing import Filters
from wizard.models import Job, Setup, log

PER_PAGE = 25
IDLE_SHOWN = 10


@require_GET
def home(request: SignedInRequest) -> HttpResponse:
    """Client orgs and their setups, what needs somebody first."""
    teams = teams_for(request.user, Action.SEE)
    filters = Filters.of(request.GET.dict())
    found = listing.setups(teams, filters)
    counts = listing.counts(found)
    total = counts[filters.state] if filters.state else sum(counts.values())
    pages = Paginator(listing.in_order(found, filters), PER_PAGE)
    pages.count = total  # counted already
    page = pages.get_page(request.GET.get("page"))
    idle = _idle_orgs(teams, filters) if page.number == 1 else []
    ctx = {
        "page": page,
        "rows": listing.rows(page),
        "filters": filters,
        "counts": counts,
        "total": total,
        "need_somebody": sum(count for state, count in counts.items() if state.needs_somebody),
        "people": listing.people(teams),
        "sorts": [(key, words) for key, (words, _order) in listing.SORTS.items()],
        "idle_orgs": idle[:IDLE_SHOWN],
        "more_idle": len(idle) > IDLE_SHOWN,
    }
    return render(request, "wizard/home.html", ctx)


def _idle_orgs(teams: QuerySet[Team], filters: Filters) -> list[Org]:
    """Orgs that are known, but in which nothing was begun. A state or a person rules them out."""
    if filters.state or filters.by:
        return []
    has_setup = Setup.objects.filter(org=OuterRef("pk"))
    orgs = Org.objects.filter(~Exists(has_setup), team__in=teams)
    if filters.q:
        fits = Q(name__icontains=filters.q) | Q(org_id__startswith=filters.q)
        orgs = orgs.filter(fits | Q(connection__username__icontains=filters.q))
    return list(orgs.only("name", "is_sandbox")[: IDLE_SHOWN + 1])


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
