"""What the API offers in this org, and how much of its allowances is left."""

from __future__ import annotations

from simulator.errors import ApiError
from simulator.org import rights
from simulator.rest.call import Call, Reply


def resources(call: Call) -> Reply:
    names = ("tooling/query", "sobjects", "query", "queryAll", "limits", "composite")
    links = {name: f"{call.base}/{name}" for name in names}
    return Reply(200, {"identity": f"{call.origin}/id/{call.org.id}/{call.user_id}"} | links)


def limits(call: Call) -> Reply:
    """Needs View Setup and Configuration (section 8)."""
    if not rights.has_right(call.org, call.user_id, "ViewSetup"):
        raise ApiError("FORBIDDEN", "You do not have access to this resource.", status=403)
    switches = call.org.switches
    made = sum(
        not row.get("IsOwnedByProfile") and not row.get("NamespacePrefix")
        for row in call.org.rows("PermissionSet")
    )
    most = 1500
    return Reply(
        200,
        {
            "DailyApiRequests": {
                "Max": switches.api_limit,
                "Remaining": max(0, switches.api_limit - switches.api_used),
            },
            "PermissionSets": {
                "Max": most,
                "Remaining": most - made,
                "CreateCustom": {"Max": 1000, "Remaining": max(0, 1000 - made)},
            },
        },
    )
