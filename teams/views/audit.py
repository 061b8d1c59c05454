"""The owner's view of the audit trail, and the same as a file."""

from __future__ import annotations

import uuid

from django.db.models import Q
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from teams.audit import files, listing, words
from teams.audit.record import record
from teams.erasure import NOWHERE
from teams.http import SignedInRequest
from teams.models import Team, User
from teams.models.audit import AuditEntry
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
        "people": _people(team),
        "org_name": _org_name(team, filters.org) if filters.org else "",
        "older": urlencode(filters.query | {"before": onward}) if onward else "",
        "query": urlencode(filters.query),
    }
    return render(request, "teams/audit.html", ctx)


def _people(team: Team) -> list[tuple[int, str]]:
    """The members, and whoever else did something here: guests, and those who left."""
    acted = AuditEntry.objects.filter(team_id=team.pk, actor_id__isnull=False).values("actor_id")
    members = team.memberships.values("user")
    found = User.objects.filter(Q(pk__in=members) | Q(pk__in=acted)).exclude(email__endswith=f"@{NOWHERE}")
    return [(each.pk, _called(each)) for each in found]


def _called(person: User) -> str:
    return _("%(name)s (guest)") % {"name": person.full_name} if person.is_guest else person.full_name


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
