"""The history of a setup, also as files."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from teams.access import ALLOWED, Action, role_in
from teams.http import SignedInRequest
from wizard.history import audit, export, timeline
from wizard.messages import events
from wizard.views.common import download, fetch_with_or_without_org


@require_GET
def history(request: SignedInRequest, setup_id: UUID) -> HttpResponse:
    """What happened, newest first, each event in a sentence; also while the client has not signed in."""
    setup = fetch_with_or_without_org(request, setup_id, archived_too=True)
    filters = timeline.Filters.of(request.GET.dict())
    page, rows = timeline.page(setup, filters, request.GET.get("page"))
    ctx = {
        "setup": setup,
        "org": setup.org,
        "page": page,
        "rows": rows,
        "filters": filters,
        "groups": [(key, words) for key, (words, _kinds) in events.GROUPS.items()],
        "people": timeline.people(setup),
        "may_export": Action.EXPORT in ALLOWED[role_in(setup)],
    }
    return render(request, "wizard/history.html", ctx)


@require_GET
def history_csv(request: SignedInRequest, setup_id: UUID) -> HttpResponse:
    setup = fetch_with_or_without_org(request, setup_id, Action.EXPORT, archived_too=True)
    audit.record_access(setup, "history_exported", request.user, format="csv")
    answer = HttpResponse(export.as_csv(setup), content_type="text/csv; charset=utf-8")
    return download(answer, setup, "csv", "history-")


@require_GET
def history_json(request: SignedInRequest, setup_id: UUID) -> HttpResponse:
    setup = fetch_with_or_without_org(request, setup_id, Action.EXPORT, archived_too=True)
    audit.record_access(setup, "history_exported", request.user, format="json")
    told = export.as_json(setup)
    answer = JsonResponse(told, safe=False, json_dumps_params={"indent": 2, "ensure_ascii": False})
    return download(answer, setup, "json", "history-")
