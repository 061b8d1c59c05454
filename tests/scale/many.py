"""Thousands of connected orgs of the stand-in with a setup each, made in seconds."""

from __future__ import annotations

import secrets
from typing import Any

from django.utils import timezone

from orgs.fields import Secret
from orgs.models import Connection, Org
from simulator import scenarios
from simulator.oauth import grants
from tests.chaos.start import Place
from tests.wizard.harness import SCOPES, SetupHarness, make_harness
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.live import fragment
from wizard.models import Setup


def connected_setups(place: Place, team: Any, person: Any, count: int) -> list[Any]:
    """Ids of so many setups, each in an org of its own. Discovery is done once: all orgs are alike."""
    known = make_harness(place, team, person, people=3).org.known
    orgs, connections, setups = [], [], []
    for number in range(count):
        theirs = scenarios.create(place.world, "half_done", name=f"Client {number}", people=3)
        access = grants.new_access_token(
            place.world, theirs, theirs.admin_id, SCOPES, secrets.token_hex(8), "connect-guide-stand-in"
        )
        org = _org(place, theirs, team, known)
        orgs.append(org)
        connections.append(_connection(org, theirs, access, person))
        setups.append(Setup(org=org, guide_key=GUIDE.key, started_by=person, inputs=_inputs(theirs)))
    Org.objects.bulk_create(orgs, batch_size=500)
    Connection.objects.bulk_create(connections, batch_size=500)
    Setup.objects.bulk_create(setups, batch_size=500)
    return [setup.pk for setup in setups]


def _org(place: Place, theirs: Any, team: Any, known: dict[str, Any]) -> Org:
    return Org(
        team=team,
        org_id=theirs.id,
        name=theirs.name,
        is_sandbox=theirs.is_sandbox,
        instance_url=place.url,
        login_origin=place.url,
        api_version="66.0",
        known=known,
    )


def _connection(org: Org, theirs: Any, access: str, person: Any) -> Connection:
    return Connection(
        org=org,
        state=Connection.State.CONNECTED,
        access_token=Secret(access),
        refresh_token=Secret(),
        user_id=theirs.admin_id,
        username=theirs.get(theirs.admin_id)["Username"],
        granted_by=person,
        granted_at=timezone.now(),
    )


def _inputs(theirs: Any) -> dict[str, Any]:
    from wizard.guides.defaults import initial_inputs

    return {**initial_inputs(GUIDE), "mode": "first", "connection_user": theirs.connection_user_id}


def desk_of(place: Place, setup_id: Any, person: Any) -> SetupHarness:
    setup = fragment.load(str(setup_id))
    theirs = place.world.orgs[setup.org.org_id]
    return SetupHarness(place, theirs, setup.org, setup, person)
