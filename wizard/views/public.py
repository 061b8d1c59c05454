"""Pages for everybody, signed in or not: help, and what a client's IT team is told."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from wizard.messages import glossary
from wizard.report import disclosure


@require_http_methods(["GET", "HEAD"])
@login_not_required
def help_page(request: HttpRequest) -> HttpResponse:
    """Where to find help, and every term in one sentence."""
    return render(request, "wizard/help.html", {"terms": glossary.TERMS})


@require_http_methods(["GET", "HEAD"])
@login_not_required
def it_team_page(request: HttpRequest) -> HttpResponse:
    """One page to send ahead, made from the code's own lists."""
    return render(request, "wizard/it_team.html", {"told": disclosure.build()})
