"""How much of an org's API allowance is used: from when the page warns, and we stop watching.

Salesforce counts the calls of any 24 hours (a rolling window), not of a calendar day.
"""

from __future__ import annotations

from orgs.models import Connection

WARN_AT = 80  # percent
STOP_AT = 90


def percent_used(connection: Connection) -> int | None:
    """As Salesforce said with its last answer; None before it said anything."""
    if not connection.api_limit or connection.api_used is None:
        return None
    return connection.api_used * 100 // connection.api_limit


def is_spent(connection: Connection) -> bool:
    """Whether what is left is for people's own work, not for our watching."""
    return (percent_used(connection) or 0) >= STOP_AT
