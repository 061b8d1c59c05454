"""Who froze the connection user, by the audit trail: asked only where it is frozen.

Salesforce freezes users itself, for calls from an unusual network or a high-risk address (KB 005318944 and
005319571). That it leaves no row of a person then is inference. A person's row names the user by the name:
"Froze user account for Darth Vader" (a public list of real rows, fact sheet: G-AUDIT).
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from orgs.salesforce.soql import Names, soql
from wizard.guides.base import Reader
from wizard.guides.connected_app_authentication import lookups
from wizard.guides.connected_app_authentication.calibration.assumptions import freeze_actions
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.reading.parsing import answered
from wizard.guides.connected_app_authentication.reading.parts import PART_OBJECTS, asked
from wizard.guides.connected_app_authentication.snapshot import Snapshot, User

_QUERY = (
    "SELECT {fields} FROM {sobject} WHERE Action IN {actions} ORDER BY CreatedDate DESC, Id DESC LIMIT 200"
)
_fill = partial(
    soql,
    _QUERY,
    fields=Names(PART_OBJECTS["freezes"].fields),
    sobject=Names([PART_OBJECTS["freezes"].sobject]),
)


def with_freezes(client: Reader, snapshot: Snapshot, choices: Choices) -> Snapshot:
    """The snapshot with the rows of people who froze the connection user, or ended that, newest first."""
    user = lookups.the_user(snapshot, choices)
    frozen = any(row.frozen for row in snapshot.login.get(()) if user and row.user_id == user.id)
    if not (user and frozen):
        return snapshot
    (result,) = client.queries({"freezes": _fill(actions=freeze_actions(snapshot.facts.freeze_actions))})
    found = answered("freezes", [result], datetime.now(UTC).isoformat())
    about_it = tuple(row for row in found.get(()) if _names(row.display, user))
    value = about_it if found.is_known else None
    return replace(snapshot, freezes=replace(found, value=value, asked=asked("freezes", choices)))


def _names(display: str, user: User) -> bool:
    """Whether the row is about this user; a row about somebody of the same name counts, as it may be."""
    called = (re.escape(each) for each in (user.name, user.username) if each)
    return re.search(rf"(?<!\w)({'|'.join(called)})(?!\w)", display, re.IGNORECASE) is not None
