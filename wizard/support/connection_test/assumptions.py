"""What the guide assumes beside what an org says, and keeping for one org what it does otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from orgs import audit
from orgs.models import Org
from orgs.salesforce.client import Client
from teams.models import User
from wizard.guides.connected_app_authentication.calibration import assumptions, evidence, judgement, points

NEEDS_A_WRITE = judgement.NEEDS_A_WRITE
Point = points.Point
BadSetting = assumptions.BadSetting


def compare(client: Client, org: Org) -> list[Point]:
    """Ask the org about each assumption. Reads only."""
    return judgement.judge(evidence.gather(client), org.assumptions)


@transaction.atomic
def keep(org: Org, settings: Iterable[str], by: User | None) -> dict[str, str]:
    """Keep each `name=value`; an empty value forgets it. Raises `BadSetting`."""
    changes = dict(assumptions.parse(text) for text in settings)
    locked = Org.objects.select_for_update().get(pk=org.pk)
    org.assumptions = assumptions.merged(locked.assumptions, changes)
    org.save(update_fields=["assumptions"])
    for name, value in changes.items():
        audit.assumption_set(org, by, name, value)
    return changes
