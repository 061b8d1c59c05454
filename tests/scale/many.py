"""Thousands of connected orgs of the stand-in with a setup each, made in seconds."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from django.utils import timezone

from orgs.connections.client import client_for
from orgs.fields import Secret
from orgs.models import Connection, Org
from simulator import scenarios
from simulator.oauth import grants
from simulator.org.store import Org as StandInOrg
from teams.models import Team, User
from tests.chaos.start import Place
from tests.wizard.harness import SCOPES, SetupHarness, make_harness
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.live import fragment
from wizard.models import Setup
from wizard.state.context import inputs_of
from wizard.state.snapshots import known_of


def connected_setups(place: Place, team: Team, person: User, count: int) -> list[UUID]:
    """Ids of so many setups, each in an org of its own.

    Discovery, and what is read at the start only, is done once: all orgs are alike.
    """
    first = make_harness(place, team, person, people=3)
    first.choose(0)
    known, read_once = first.org.known, _seldom_read(first)
    orgs, connections, setups = [], [], []
    for number in range(count):
        theirs = scenarios.create(place.world, "half_done", name=f"Client {number}", people=3)
        access = grants.new_access_token(
            place.world, theirs, theirs.admin_id, SCOPES, secrets.token_hex(8), "connect-guide-stand-in"
        )
        org = _org(place, theirs, team, known)
        orgs.append(org)
        connections.append(_connection(org, theirs, access, person))
        setup = Setup(org=org, guide_key=GUIDE.key, started_by=person, inputs=_inputs(theirs))
        setup.snapshot = _as_of(read_once, theirs)
        setups.append(setup)
    Org.objects.bulk_create(orgs, batch_size=500)
    Connection.objects.bulk_create(connections, batch_size=500)
    Setup.objects.bulk_create(setups, batch_size=500)
    return [setup.pk for setup in setups]


def _seldom_read(first: SetupHarness) -> dict[str, Any]:
    """A snapshot of nothing but the slow parts."""
    with client_for(first.org) as client:
        known, inputs = known_of(first.setup), inputs_of(first.setup)
        return GUIDE.dump(GUIDE.read(client, inputs, GUIDE.slow_parts, known))


def _as_of(read_once: dict[str, Any], theirs: StandInOrg) -> dict[str, Any]:
    """The same, of another org: what is asked of a user is asked of that org's."""
    parts = {
        name: {**part, "asked": theirs.connection_user_id if part.get("asked") else ""}
        for name, part in read_once["parts"].items()
    }
    return {**read_once, "parts": parts}


def _org(place: Place, theirs: StandInOrg, team: Team, known: dict[str, object]) -> Org:
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


def _connection(org: Org, theirs: StandInOrg, access: str, person: User) -> Connection:
    return Connection(
        org=org,
        state=Connection.State.CONNECTED,
        access_token=Secret(access),
        refresh_token=Secret(),
        user_id=theirs.admin_id,
        username=theirs.tables["User"][theirs.admin_id]["Username"],
        granted_by=person,
        granted_at=timezone.now(),
    )


def _inputs(theirs: StandInOrg) -> dict[str, object]:
    from wizard.guides.defaults import initial_inputs

    return {**initial_inputs(GUIDE), "mode": "first", "connection_user": theirs.connection_user_id}


def desk_of(place: Place, setup_id: UUID, person: User) -> SetupHarness:
    setup = fragment.load(str(setup_id))
    theirs = place.world.orgs[setup.org.org_id]
    return SetupHarness(place, theirs, setup.org, setup, person)
