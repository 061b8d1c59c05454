"""The report, also as files."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from teams.access import ALLOWED, Action, role_in
from teams.http import SignedInRequest
from wizard.history import audit
from wizard.report import build, export, printed
from wizard.views.common import download, fetch_setup


@require_GET
def report_page(request: SignedInRequest, setup_id: UUID) -> HttpResponse:
    """Every source line with its status and its kind of proof, on one printable page."""
    setup = fetch_setup(request, setup_id, archived_too=True)
    audit.report_seen(setup, request.user)
    ctx = {
        "setup": setup,
        "org": setup.org,
        "report": build.build(setup),
        "may_export": Action.EXPORT in ALLOWED[role_in(setup)],
    }
    return render(request, "wizard/report.html", ctx)


@require_GET
def report_csv(request: SignedInRequest, setup_id: UUID) -> HttpResponse:
    setup = fetch_setup(request, setup_id, Action.EXPORT, archived_too=True)
    audit.record_access(setup, "report_exported", request.user, format="csv")
    text = export.as_csv(build.build(setup))
    return download(HttpResponse(text, content_type="text/csv; charset=utf-8"), setup, "csv")


@require_GET
def report_json(request: SignedInRequest, setup_id: UUID) -> HttpResponse:
    setup = fetch_setup(request, setup_id, Action.EXPORT, archived_too=True)
    audit.record_access(setup, "report_exported", request.user, format="json")
    answer = JsonResponse(
        export.as_json(setup, build.build(setup)),
        json_dumps_params={"indent": 2, "ensure_ascii": False},
    )
    return download(answer, setup, "json")


@require_GET
def report_pdf(request: SignedInRequest, setup_id: UUID) -> HttpResponse:
    setup = fetch_setup(request, setup_id, Action.EXPORT, archived_too=True)
    try:
        made = printed.as_pdf(setup)
    except printed.CannotPrint:
        messages.error(
            request, _("This server can't make PDF files. Print this page to a PDF in your browser.")
        )
        return redirect("wizard:report", setup.pk)
    except printed.Busy:
        messages.warning(request, _("Other reports are being printed right now. Try again in a minute."))
        return redirect("wizard:report", setup.pk)
    audit.record_access(setup, "report_exported", request.user, format="pdf")
    return download(HttpResponse(made, content_type="application/pdf"), setup, "pdf")
