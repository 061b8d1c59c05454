"""Whoever changes who is in a team, or may come into it, comes after whoever does so now."""

from __future__ import annotations

import uuid

from teams.models import Team


def lock_team(team_id: uuid.UUID) -> None:
    """Until the end of the transaction nobody else gets past this, for this team.

    To be called before anything else is locked: whoever locked an invitation first, and then waited
    here, would wait for somebody who waits for that invitation.
    """
    # No key: a row that only refers to the team is inserted without waiting for us. A guest who
    # comes in holds their invitation at that moment, and a member's removal waits for that.
    Team.objects.select_for_update(no_key=True).filter(pk=team_id).first()
