"""The report, also as files, and the history of a setup."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from teams.access import ALLOWED, Action, role_in
from teams.http import SignedInRequest
from wizard import history as events
from wizard import history_files, report, report_files, sentences, trail
from wizard.models import Setup
from wizard.views.common import fetch_setup, fetch_with_or_without_org


@require_GET
def report_page(request: SignedInRequest, setup_id: Any) -> HttpResponse:
    """Every source line with its status and its kind of proof, on one printable page."""
    setup = fetch_setup(request, setup_id)
    trail.report_seen(setup, request.user)
    ctx = {
        "setup": setup,
        "org": setup.org,
        "report": report.build(setup),
        "may_export": Action.EXPORT in ALLOWED[role_in(setup)],
    }
    return render(request, "wizard/report.html", ctx)


@require_GET
def report_csv(request: SignedInRequest, setup_id: Any) -> HttpResponse:
    setup = fetch_setup(request, setup_id, Action.EXPORT)
    trail.looked(setup, "report_exported", request.user, format="csv")
    text = report_files.as_csv(report.build(setup))
    return _download(HttpResponse(text, content_type="text/csv; charset=utf-8"), setup, "csv")


@require_GET
def report_json(request: SignedInRequest, setup_id: Any) -> HttpResponse:
    setup = fetch_setup(request, setup_id, Action.EXPORT)
    trail.looked(setup, "report_exported", request.user, format="json")
    answer = JsonResponse(
        report_files.as_json(setup, report.build(setup)),
        json_dumps_params={"indent": 2, "ensure_ascii": False},
    )
    return _download(answer, setup, "json")


def _download(answer: HttpResponse, setup: Setup, ending: str, of: str = "") -> HttpResponse:
    name = f"connect-guide-{of}{slugify(setup.org.name) or setup.org.org_id}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_GET
def history(request: SignedInRequest, setup_id: Any) -> HttpResponse:
    """What happened, newest first, each event in a sentence; also while the client has not signed in."""
    setup = fetch_with_or_without_org(request, setup_id)
    filters = events.Filters.of(request.GET.dict())
    page, rows = events.page(setup, filters, request.GET.get("page"))
    ctx = {
        "setup": setup,
        "org": setup.org,
        "page": page,
        "rows": rows,
        "filters": filters,
        "groups": [(key, words) for key, (words, _kinds) in sentences.GROUPS.items()],
        "people": events.people(setup),
        "may_export": Action.EXPORT in ALLOWED[role_in(setup)],
    }
    return render(request, "wizard/history.html", ctx)


@require_GET
def history_csv(request: SignedInRequest, setup_id: Any) -> HttpResponse:
    setup = fetch_with_or_without_org(request, setup_id, Action.EXPORT)
    trail.looked(setup, "history_exported", request.user, format="csv")
    answer = HttpResponse(history_files.as_csv(setup), content_type="text/csv; charset=utf-8")
    return _download(answer, setup, "csv", "history-")


@require_GET
def history_json(request: SignedInRequest, setup_id: Any) -> HttpResponse:
    setup = fetch_with_or_without_org(request, setup_id, Action.EXPORT)
    trail.looked(setup, "history_exported", request.user, format="json")
    told = history_files.as_json(setup)
    answer = JsonResponse(told, safe=False, json_dumps_params={"indent": 2, "ensure_ascii": False})
    return _download(answer, setup, "json", "history-")
