"""The first page, and what follows a sign-in to an org."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from orgs.models import Org
from teams.access import Action, fetch_for, guests_too, teams_for
from teams.http import SignedInRequest
from teams.models import Team
from wizard.models import Setup
from wizard.setups import assignment
from wizard.setups.create import open_setup
from wizard.support import setup_list
from wizard.support.setup_list import Filters
from wizard.views import guest_entry

PER_PAGE = 25
IDLE_SHOWN = 10


@guests_too
@require_GET
def home(request: SignedInRequest) -> HttpResponse:
    """Client orgs and their setups, what needs somebody first; for a guest, the one setup."""
    if request.user.is_guest:
        return guest_entry.home(request)
    teams = teams_for(request.user, Action.SEE)
    filters = Filters.of(request.GET.dict())
    found = setup_list.setups(teams, filters, request.user)
    counts = setup_list.counts(found)
    total = counts[filters.state] if filters.state else sum(counts.values())
    pages = Paginator(setup_list.in_order(found, filters), PER_PAGE)
    pages.count = total  # counted already
    page = pages.get_page(request.GET.get("page"))
    idle = _idle_orgs(teams, filters) if page.number == 1 else []
    ctx = {
        "page": page,
        "rows": setup_list.rows(page),
        "filters": filters,
        "counts": counts,
        "total": total,
        "need_somebody": sum(count for state, count in counts.items() if state.needs_somebody),
        "people": setup_list.people(teams),
        "holders": assignment.holders(teams),
        "sorts": [(key, words) for key, (words, _order) in setup_list.SORTS.items()],
        "idle_orgs": idle[:IDLE_SHOWN],
        "more_idle": len(idle) > IDLE_SHOWN,
    }
    return render(request, "wizard/home.html", ctx)


def _idle_orgs(teams: QuerySet[Team], filters: Filters) -> list[Org]:
    """Orgs that are known, but in which nothing was begun. A state or a person rules them out."""
    if filters.state or filters.by or filters.who:
        return []
    has_setup = Setup.objects.filter(org=OuterRef("pk"))
    orgs = Org.objects.filter(~Exists(has_setup), team__in=teams).exclude(org_id="")
    if filters.q:
        fits = Q(name__icontains=filters.q) | Q(org_id__startswith=filters.q)
        orgs = orgs.filter(fits | Q(connection__username__icontains=filters.q))
    return list(orgs.only("name", "is_sandbox")[: IDLE_SHOWN + 1])


@require_GET
def opened(request: SignedInRequest, org_id: Any) -> HttpResponse:
    """Where a sign-in to the org leads: to its setup, which the sign-in has opened (`wizard.receivers`)."""
    org = fetch_for(request.user, Action.SEE, Org.objects.all(), pk=org_id)
    setups = Setup.objects.filter(org=org).order_by("-created_at")
    setup = setups.filter(finished_at=None).first() or setups.first()
    return redirect("wizard:setup", setup.id) if setup else redirect("wizard:home")


@require_POST
def begin(request: SignedInRequest, org_id: Any) -> HttpResponse:
    """Start a setup again in an org that we know already."""
    org = fetch_for(request.user, Action.CHANGE, Org.objects.exclude(org_id=""), pk=org_id)
    setup, _is_new = open_setup(org, request.user)
    return redirect("wizard:setup", setup.id)
