"""Somebody may not work in a team any more: what they held in its setups ends with that."""

from __future__ import annotations

from typing import Any

from teams.models import User
from wizard import assigning, guests
from wizard.models import GuestInvitation


def after_loss(sender: Any, *, team_id: Any, user: User, by: User | None, **more: Any) -> None:
    """Links that they sent open nothing any more, and who came by them is out; their setups are free.

    What runs for them stops by itself, after the change that it is at (`wizard.runner`).
    """
    theirs = GuestInvitation.objects.open().filter(setup__org__team=team_id, invited_by=user)
    for invitation in theirs.select_related("setup__org"):
        guests.revoke(invitation, by)
    assigning.free_all(team_id, user)
