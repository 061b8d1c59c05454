"""Who signed in through the app lately, by Login History: asked only while an org in use can be locked out.

Which app a sign-in was by can't be asked for (fact sheet, section 6), so the newest ones of the whole
org are read, and those by other apps are forgotten at once.
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
from wizard.guides.connected_app_authentication.snapshot import Snapshot, State

MOST = 2000  # sign-ins: one page of an answer
#: Without one of them Salesforce gives the caller's own sign-ins only, and does not say so.
SEES_ALL = ("PermissionsManageUsers", "PermissionsMonitorLoginHistory")
_QUERY = soql(
    "SELECT {fields} FROM {sobject} ORDER BY LoginTime DESC LIMIT {most}",
    most=MOST,
    fields=Names(PART_OBJECTS["logins"].fields),
    sobject=Names([PART_OBJECTS["logins"].sobject]),
)


def sees_all(snapshot: Snapshot) -> bool:
    """Whether the caller may see the sign-ins of others."""
    return any(snapshot.rights.get({}).get(right) for right in SEES_ALL)


def with_sign_ins(client: Reader, snapshot: Snapshot, choices: Choices) -> Snapshot:
    """The snapshot with those who signed in through the app, where that matters and may be seen."""
    app = lookups.the_app(snapshot, choices)
    matters = lookups.is_in_use(snapshot, choices) and not (app and app.admin_approved)
    was_read = snapshot.app.is_known and snapshot.tokens.state is not State.NOT_READ
    if not (matters and was_read and sees_all(snapshot)):
        return snapshot
    (result,) = client.queries({"logins": _QUERY})
    now = datetime.now(UTC).isoformat()
    logins = answered("logins", [result], now)
    if not logins.is_known:
        return replace(snapshot, logins=logins)
    rows = result.records()
    ours = tuple(use for use in logins.get(()) if use.app == lookups.app_name(snapshot, choices))
    since = str(rows[-1]["LoginTime"]) if rows else now
    facts = replace(snapshot.facts, logins_since=since)
    return replace(snapshot, logins=replace(logins, value=ours), facts=facts)
