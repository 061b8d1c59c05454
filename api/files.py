"""The handover report as a file: a table, a page by itself, a PDF."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from ninja import Router

from api.auth import ProgramRequest
from api.problems import Refused
from teams.access import Action
from wizard.actions.fetch import fetch_setup
from wizard.history import audit
from wizard.models import Setup
from wizard.report import build, printed
from wizard.report import export as report_files

router = Router()
CSV, HTML, PDF = "text/csv", "text/html", "application/pdf"


def _gives(media_type: str, *refusals: int) -> dict[str, object]:
    """What the description says of an answer that is no JSON."""
    good: dict[str, object] = {media_type: {"schema": {"type": "string"}}}
    told: dict[int, object] = {200: {"description": "The file", "content": good}}
    return {"responses": told | {each: {"description": "A problem"} for each in refusals}}


def _taken_out(request: ProgramRequest, setup_id: UUID, kind: str) -> Setup:
    found = fetch_setup(request.auth.person, setup_id, Action.EXPORT, archived_too=True)
    audit.record_access(found, "report_exported", request.auth.person, format=kind)
    return found


@router.get("/setups/{uuid:setup_id}/report.csv", openapi_extra=_gives(CSV))
def get_report_csv(request: ProgramRequest, setup_id: UUID) -> HttpResponse:
    """One row for each line of the source page."""
    found = _taken_out(request, setup_id, "csv")
    return HttpResponse(report_files.as_csv(build.build(found)), content_type=f"{CSV}; charset=utf-8")


@router.get("/setups/{uuid:setup_id}/report.html", openapi_extra=_gives(HTML))
def get_report_html(request: ProgramRequest, setup_id: UUID) -> HttpResponse:
    """The report's page as one file that needs nothing else."""
    return HttpResponse(printed.as_html(_taken_out(request, setup_id, "html")))


@router.get("/setups/{uuid:setup_id}/report.pdf", openapi_extra=_gives(PDF, 501))
def get_report_pdf(request: ProgramRequest, setup_id: UUID) -> HttpResponse:
    """The same, printed."""
    found = _taken_out(request, setup_id, "pdf")
    try:
        return HttpResponse(printed.as_pdf(found), content_type=PDF)
    except printed.CannotPrint as missing:
        raise Refused(501, "no_pdf") from missing
    except printed.Busy as busy:
        raise Refused(503, "server_away") from busy
