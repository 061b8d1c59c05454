"""For owners: every connection of the team, whoever made it, and ending one."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from orgs import acts, hosts
from orgs.connections.alive import alive
from orgs.models import Org, Revocation
from teams import reauth
from teams.access import Action, fetch_for
from teams.http import SignedInRequest
from teams.models import Team, User


def _unconfirmed(team: Team) -> list[tuple[Revocation, str, User | None]]:
    """Grants that Salesforce did not confirm as ended, where a person can end them, and who is written to."""
    rows = Revocation.objects.filter(team=team).exclude(attempts=0, given_up_at=None)
    rows = rows.select_related("asked_by").order_by("created_at")
    return [(row, hosts.deep_link(row.origin, "connected_apps_usage"), row.addressee) for row in rows]


@never_cache
@require_GET
def connections(request: SignedInRequest, team_id: uuid.UUID) -> HttpResponse:
    team = fetch_for(request.user, Action.MANAGE, Team.objects.all(), team_field="pk", pk=team_id)
    rows = alive(team)
    orphaned = [row for row in rows if not row.granter_is_member]
    ctx = {"team": team, "rows": rows, "orphaned": len(orphaned), "unconfirmed": _unconfirmed(team)}
    return render(request, "orgs/connections.html", ctx)


@require_POST
def revoke(request: SignedInRequest, org_id: uuid.UUID) -> HttpResponse:
    """End one connection: not used from now on, and Salesforce is told by a worker."""
    rows = Org.objects.select_related("connection")
    org = fetch_for(request.user, Action.MANAGE, rows, pk=org_id)
    if not hasattr(org, "connection"):
        raise Http404
    back = reverse("orgs:connections", args=[org.team_id])
    if asked := reauth.ask_first(request, back):
        return asked
    acts.disconnect(org, request.user, proved=True)
    _tell_ended(request, 1)
    return redirect(back)


@require_POST
def revoke_orphaned(request: SignedInRequest, team_id: uuid.UUID) -> HttpResponse:
    """End all connections of people who are not in the team any more."""
    team = fetch_for(request.user, Action.MANAGE, Team.objects.all(), team_field="pk", pk=team_id)
    back = reverse("orgs:connections", args=[team.pk])
    if asked := reauth.ask_first(request, back):
        return asked
    _tell_ended(request, acts.disconnect_orphaned(team, request.user, proved=True))
    return redirect(back)


@require_POST
def tell_again(request: SignedInRequest, key: uuid.UUID) -> HttpResponse:
    """Ask Salesforce once more now, whatever the pause."""
    found = fetch_for(request.user, Action.MANAGE, Revocation.objects.all(), key=key)
    if acts.tell_again(found, request.user):
        messages.success(request, _("Salesforce is asked again now. Load this page again in a moment."))
    return redirect("orgs:connections", found.team_id)


@require_POST
def ended_by_hand(request: SignedInRequest, key: uuid.UUID) -> HttpResponse:
    """What we gave up is ended now, says the owner."""
    found = fetch_for(request.user, Action.MANAGE, Revocation.objects.all(), key=key)
    if asked := reauth.ask_first(request, reverse("orgs:connections", args=[found.team_id])):
        return asked
    acts.ended_by_hand(found, request.user, proved=True)
    messages.success(request, _("Taken off the list."))
    return redirect("orgs:connections", found.team_id)


def _tell_ended(request: SignedInRequest, count: int) -> None:
    text = ngettext("Ended %(n)d connection. Setups and their history stay.",
                    "Ended %(n)d connections. Setups and their history stay.", count)  # fmt: skip
    messages.success(request, text % {"n": count})
