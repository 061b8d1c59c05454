"""The app as an External Client App: looked for only where no connected app looks like it.

Nobody has told of such an org, and no source says that the app becomes one; whoever meets it is told
what was seen.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from orgs.salesforce.soql import Names, soql
from wizard.guides.base import Reader
from wizard.guides.connected_app_authentication import lookups
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.reading.parsing import answered
from wizard.guides.connected_app_authentication.reading.parts import PART_OBJECTS
from wizard.guides.connected_app_authentication.snapshot import Snapshot

_QUERY = soql(
    "SELECT {fields} FROM {sobject} ORDER BY MasterLabel LIMIT 200",
    fields=Names(PART_OBJECTS["external"].fields),
    sobject=Names([PART_OBJECTS["external"].sobject]),
)


def with_external_app(client: Reader, snapshot: Snapshot, choices: Choices) -> Snapshot:
    """The snapshot with the External Client Apps, where the app is not among the connected apps."""
    apps = snapshot.app.get(())
    if (
        not snapshot.app.is_known
        or lookups.the_app(snapshot, choices)
        or any(map(lookups.looks_like_ours, apps))
    ):
        return snapshot
    (result,) = client.queries({"external": _QUERY})
    now = datetime.now(UTC).isoformat()
    return replace(snapshot, external=answered("external", [result], now))
