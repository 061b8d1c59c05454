"""What this room forgets with a person: whose Salesforce user they signed in with."""

from __future__ import annotations

from django.db.models import Q

from orgs.connections import tokens
from orgs.models import Connection, Revocation
from teams.erasure import ERASED, Names
from teams.models import User


def forget(user: User, names: Names) -> None:
    """A connection that works with this person's rights ends: it can't be kept without its person."""
    for connection in Connection.objects.filter(granted_by=user).select_related("org"):
        tokens.disconnect(connection)
    Connection.objects.filter(granted_by=user).update(username=ERASED, display_name=ERASED, language="")
    # Until migration 0005 a row did not say whose grant it was: then it is told to whoever granted it.
    theirs = Q(granted_by=user) | Q(granted_by=None, asked_by=user)
    Revocation.objects.filter(theirs).update(username="")
