"""For owners: every connection of the team, whoever made it, and ending one."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from orgs import tokens
from orgs.models import Connection, Org
from teams import reauth
from teams.access import Action, fetch_for
from teams.http import SignedInRequest
from teams.models import Membership, Team


def _alive(team: Team) -> list[Connection]:
    """Those that hold tokens, with whether the person who granted them is still a member: gone ones first."""
    member = Membership.objects.filter(team=team, user=OuterRef("granted_by"))
    rows = Connection.objects.filter(org__team=team).exclude(state=Connection.State.REVOKED)
    rows = rows.select_related("org", "granted_by").annotate(granter_is_member=Exists(member))
    return list(rows.order_by("granter_is_member", "org__name", "org__created_at"))


@never_cache
@require_GET
def connections(request: SignedInRequest, team_id: uuid.UUID) -> HttpResponse:
    team = fetch_for(request.user, Action.MANAGE, Team.objects.all(), team_field="pk", pk=team_id)
    rows = _alive(team)
    orphaned = [row for row in rows if not vars(row)["granter_is_member"]]
    ctx = {"team": team, "rows": rows, "orphaned": len(orphaned)}
    return render(request, "orgs/connections.html", ctx)


@require_POST
def revoke(request: SignedInRequest, org_id: uuid.UUID) -> HttpResponse:
    """End one connection: erased here at once, and Salesforce is told by a worker."""
    rows = Org.objects.select_related("connection")
    org = fetch_for(request.user, Action.MANAGE, rows, pk=org_id)
    if not hasattr(org, "connection"):
        raise Http404
    back = reverse("orgs:connections", args=[org.team_id])
    if asked := reauth.ask_first(request, back):
        return asked
    _end(request, [org.connection])
    return redirect(back)


@require_POST
def revoke_orphaned(request: SignedInRequest, team_id: uuid.UUID) -> HttpResponse:
    """End all connections of people who are not in the team any more."""
    team = fetch_for(request.user, Action.MANAGE, Team.objects.all(), team_field="pk", pk=team_id)
    back = reverse("orgs:connections", args=[team.pk])
    if asked := reauth.ask_first(request, back):
        return asked
    _end(request, [row for row in _alive(team) if not vars(row)["granter_is_member"]])
    return redirect(back)


def _end(request: SignedInRequest, ended: Iterable[Connection]) -> None:
    count = 0
    for connection in ended:
        tokens.disconnect(connection)
        count += 1
    text = ngettext("Ended %(n)d connection. Setups and their history stay.",
                    "Ended %(n)d connections. Setups and their history stay.", count)  # fmt: skip
    messages.success(request, text % {"n": count})
