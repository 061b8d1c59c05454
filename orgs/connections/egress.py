"""From which addresses Salesforce sees us come: by the org's own record of each renewal of our sign-in.

Everybody may read their own rows of LoginHistory (fact sheet, section 6). That a renewal leaves one is
inference: where none appears, nothing is told.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from orgs.connections import tokens
from orgs.connections.client import client_for
from orgs.models import Connection, Org
from orgs.salesforce.soql import soql

PATIENCE, PAUSE = 60.0, 2.0  # seconds for a row to appear, and between two looks

_ROWS = "SELECT Id, SourceIp FROM LoginHistory WHERE UserId = {user} ORDER BY LoginTime DESC LIMIT 50"


def renew(connection_id: int) -> None:
    """Have Salesforce renew the sign-in once: from here."""
    connection = Connection.objects.get(pk=connection_id)
    tokens.refresh(connection_id, tokens.usable_token(connection))


def seen_after(
    org: Org,
    act: Callable[[], object],
    *,
    patience: float = PATIENCE,
    sleep: Callable[[float], None] = time.sleep,
) -> frozenset[str]:
    """The addresses of what the org records once `act` has begun; empty where nothing appears in time."""
    before = _rows(org)
    act()
    left = patience
    while not (new := {address for row, address in _rows(org).items() if row not in before}):
        if left <= 0:
            break
        sleep(PAUSE)
        left -= PAUSE
    return frozenset(new)


def _rows(org: Org) -> dict[str, str]:
    user_id = Connection.objects.values_list("user_id", flat=True).get(org=org)
    with client_for(org) as client:
        found = client.query(soql(_ROWS, user=user_id))
    return {str(row["Id"]): str(row["SourceIp"]) for row in found}
