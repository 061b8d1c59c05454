"""Needs help: which setups are stuck, and all about one of them on one page."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from teams.access import ALLOWED, Action, fetch_for, role_in, teams_for
from teams.http import SignedInRequest
from wizard.actions.notes import NoteForm
from wizard.support import assignees, case, judged, live_rows, needs_help, reasons
from wizard.support.needs_help import Filters
from wizard.views import common

PER_PAGE = 25
FEW = 8  # are seen at a glance: nothing to filter


@require_GET
def needing_help(request: SignedInRequest) -> HttpResponse:
    """What is stuck, the most stuck first; and a search over all setups."""
    teams = teams_for(request.user, Action.SEE)
    if not getattr(request.user, "is_a_member", False):
        raise Http404  # a guest, or somebody who was removed: there is nothing here for them
    filters = Filters.of(request.GET.dict())
    found = needs_help.setups(teams, filters, request.user)
    counts = judged.counts(found)
    pages = Paginator(needs_help.in_order(found, filters), PER_PAGE)
    pages.count = counts[filters.reason] if filters.reason else sum(counts.values())  # counted already
    page = pages.get_page(request.GET.get("page"))
    rows = needs_help.rows(page)
    ctx = {
        "page": page,
        "rows": rows,
        "stream": common.list_stream(request, live_rows.STUCK, [row.setup for row in rows]),
        "filters": filters,
        "counts": {reason: counts[reason] for reason in reasons.STUCK},
        "total": pages.count,
        "few": pages.count <= FEW and not filters.narrowed,
        "holders": assignees.holders(teams),
    }
    return render(request, "wizard/support.html", ctx)


@require_GET
def setup(request: SignedInRequest, setup_id: UUID) -> HttpResponse:
    """What happened, what is next and who is on it."""
    return render_case(request, setup_id, NoteForm())


def render_case(
    request: SignedInRequest, setup_id: UUID, form: NoteForm, *, status: int = 200
) -> HttpResponse:
    """The whole page; a note that can't be kept stays in its field."""
    found = fetch_for(request.user, Action.SEE, case.setups(), team_field="org__team", pk=setup_id)
    ctx = {
        "setup": found,
        "org": found.org,
        "case": case.case(found),
        "form": form,
        "may_change": Action.CHANGE in ALLOWED[role_in(found)],
        "may_connect": Action.CONNECT in ALLOWED[role_in(found)],
    }
    return render(request, "wizard/support_setup.html", ctx, status=status)
