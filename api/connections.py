"""Our access to an org, by a program: ending it. A sign-in at Salesforce needs a browser."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from ninja import Router

from api import answers, render
from api.auth import ProgramRequest
from api.once import Key, act
from orgs import acts
from orgs.models import Org
from teams.access import Action, fetch_for

router = Router()


@router.post("/orgs/{uuid:org_id}/disconnect", response=answers.OrgOut)
def disconnect(request: ProgramRequest, org_id: UUID, key: Key = None) -> HttpResponse:
    """End our access: not used from now on, and Salesforce is told. Setups and their history stay."""

    def done() -> answers.OrgOut:
        rows = Org.objects.exclude(org_id="").select_related("connection")
        org = fetch_for(request.auth.person, Action.CONNECT, rows, pk=org_id)
        acts.disconnect(org, request.auth.person, proved=True)
        org.connection.refresh_from_db(fields=["state"])
        return render.org(org)

    return act(request, key, done)
