"""The first page."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from orgs.models import Org
from teams.access import Action, guests_too, teams_for
from teams.http import SignedInRequest
from teams.models import Team
from wizard.models import Setup
from wizard.support import assignees, judged, live_rows, reasons, setup_list
from wizard.support.setup_list import Filters
from wizard.views import common, guest_entry

PER_PAGE = 25
IDLE_SHOWN = 10
FEW = 8  # setups are seen at a glance: no filters, and more room for each


@guests_too
@require_GET
def home(request: SignedInRequest) -> HttpResponse:
    """Client orgs and their setups, what needs somebody first; for a guest, the one setup."""
    if request.user.is_guest:
        return guest_entry.home(request)
    teams = teams_for(request.user, Action.SEE)
    filters = Filters.of(request.GET.dict())
    found = setup_list.setups(teams, filters, request.user)
    counts = judged.counts(found)
    total = setup_list.total(counts, filters)
    pages = Paginator(setup_list.in_order(found, filters), PER_PAGE)
    pages.count = total  # counted already
    page = pages.get_page(request.GET.get("page"))
    rows = setup_list.rows(page)
    idle = _idle_orgs(teams, filters) if page.number == 1 else []
    ctx = {
        "page": page,
        "rows": rows,
        "stream": common.list_stream(request, live_rows.HOME, [row.setup for row in rows]),
        "filters": filters,
        "counts": counts,
        "total": total,
        "few": total <= FEW and not filters.narrowed and not filters.sort,
        "archived": 0 if filters.state else counts[reasons.Reason.ARCHIVED],
        "need_somebody": sum(count for state, count in counts.items() if state.needs_somebody),
        "people": setup_list.people(teams),
        "holders": assignees.holders(teams),
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
