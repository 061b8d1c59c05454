"""The owner's view of the audit trail, and the same as a file."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from teams.audit import files, listing, record, words
from teams.audit.models import AuditEntry
from teams.http import SignedInRequest
from teams.models import Team, User
from teams.views.team import fetch_team


@never_cache
@require_GET
def audit(request: SignedInRequest, team_id: uuid.UUID) -> HttpResponse:
    """Who did what, newest first."""
    team = fetch_team(request, team_id)
    filters = listing.Filters.of(request.GET.dict())
    rows, onward = listing.page(team.pk, filters)
    ctx = {
        "team": team,
        "rows": rows,
        "filters": filters,
        "groups": [(key, label) for key, (label, _kinds) in words.groups().items()],
        "people": _people(team, filters),
        "org_name": _org_name(team, filters.org) if filters.org else "",
        "older": urlencode(filters.query | {"before": onward}) if onward else "",
        "query": urlencode(filters.query),
    }
    return render(request, "teams/audit.html", ctx)


def _people(team: Team, filters: listing.Filters) -> list[tuple[int, str]]:
    """The members, and whoever was chosen from a row: perhaps a guest, or somebody who left."""
    found = User.objects.filter(memberships__team=team)
    if filters.by:
        found |= User.objects.filter(pk=filters.by, pk__in=_acted(team, filters.by))
    return [(each.pk, each.full_name) for each in found.distinct()]


def _acted(team: Team, person: int) -> Any:
    """Nobody learns the name of a person who never did anything here."""
    entries = AuditEntry.objects.filter(team_id=team.pk, actor_id=person)
    return entries.values("actor_id")[:1]


def _org_name(team: Team, org: uuid.UUID) -> str:
    """Nor how an org of another team is called."""
    ours = AuditEntry.objects.filter(team_id=team.pk, org_id=org).exists()
    return words.org_names({org}).get(org, "") if ours else ""


@require_GET
def audit_file(request: SignedInRequest, team_id: uuid.UUID, ending: str) -> StreamingHttpResponse:
    """What is chosen on the page, all of it."""
    team = fetch_team(request, team_id)
    filters = listing.Filters.of(request.GET.dict())
    data = {"format": ending, "filters": filters.query}
    record("teams.audit_exported", actor=request.user, team=team.pk, data=data)
    answer = StreamingHttpResponse(files.lines(ending, team.pk, filters), content_type=files.FORMATS[ending])
    name = f"connect-guide-audit-{slugify(team.name) or team.pk}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
