"""The bell's page, its count, and "I have seen them"."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from notices import bell as bells
from notices import words
from teams.http import SignedInRequest


@never_cache
@require_GET
def bell(request: SignedInRequest) -> HttpResponse:
    reader = bells.reader_of(request.user)
    rows = bells.last(request.user, reader)
    since = reader.seen_at or request.user.date_joined
    ctx = {
        "rows": [(row, words.say(row), row.told_at is not None and row.told_at > since) for row in rows],
        "newest": rows[0].told_at.isoformat() if rows and rows[0].told_at else "",
        "last": bells.LAST,
    }
    return render(request, "notices/bell.html", ctx)


@never_cache
@require_GET
def count(request: SignedInRequest) -> HttpResponse:
    """The bell alone: what a page that stays open asks for now and then."""
    return render(request, "notices/_bell.html")


@require_POST
def seen(request: SignedInRequest) -> HttpResponse:
    """All that the page showed; what came meanwhile stays new."""
    up_to = parse_datetime(request.POST.get("up_to", "")) if request.POST.get("up_to") else None
    if up_to is not None and up_to.tzinfo is not None:
        bells.mark_seen(request.user, up_to)
    return redirect("notices:bell")
