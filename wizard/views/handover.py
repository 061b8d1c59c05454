"""The report, and the history of a setup."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from teams.http import SignedInRequest
from wizard import report, sentences
from wizard.models import Event
from wizard.views.common import fetch_setup

EVENTS_PER_PAGE = 50


@require_GET
def report_page(request: SignedInRequest, setup_id: Any) -> HttpResponse:
    """Every source line with its status and its kind of proof, on one printable page."""
    setup = fetch_setup(request, setup_id)
    ctx = {"setup": setup, "org": setup.org, "report": report.build(setup)}
    return render(request, "wizard/report.html", ctx)


@require_GET
def history(request: SignedInRequest, setup_id: Any) -> HttpResponse:
    """What happened, newest first, each event in a sentence."""
    setup = fetch_setup(request, setup_id)
    events = Event.objects.filter(setup=setup).defer("changes").order_by("-id")
    page = Paginator(events, EVENTS_PER_PAGE).get_page(request.GET.get("page"))
    rows = [(event, sentences.of_event(event.kind, event.data)) for event in page]
    ctx = {"setup": setup, "org": setup.org, "page": page, "rows": rows}
    return render(request, "wizard/history.html", ctx)
