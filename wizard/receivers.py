"""What follows in setups from what happens below: a sign-in, a disconnect, somebody who leaves a team."""

from __future__ import annotations

from typing import Any

from orgs.models import Org
from teams.models import User
from wizard.guests import invitations
from wizard.history.record import record_event
from wizard.models import GuestInvitation, Setup
from wizard.monitoring import drift
from wizard.setups import assignment
from wizard.setups.create import begin_reading, open_setup


def on_access_revoked(sender: Any, *, team_id: Any, user: User, by: User | None, **more: Any) -> None:
    """Links that they sent open nothing any more, and who came by them is out; their setups are free.

    What runs for them stops by itself, after the change that it is at (`wizard.jobs.runner`).
    """
    theirs = GuestInvitation.objects.open().filter(setup__org__team=team_id, invited_by=user)
    for invitation in theirs.select_related("setup__org"):
        invitations.revoke(invitation, by)
    assignment.free_all(team_id, user)


def after_sign_in(sender: Any, *, org: Org, person: User, again: bool = False, **_more: Any) -> None:
    """The org's open setup, or a new one; its facts are being read when its page is first seen.

    `again`: the sign-in was asked for by an org that we know, so it begins nothing where a setup
    that is handed over is watched: the watching goes on.
    """
    if again and drift.resume_monitoring(org, person):
        return
    setup, is_new = open_setup(org, person)
    if not is_new:
        record_event(setup, "reconnected", actor=person)
    begin_reading(setup, person)


def after_disconnect(sender: Any, *, org_id: Any, **_more: Any) -> None:
    """Without keys there is nothing to watch by; a later sign-in to the org is for something else."""
    watched = Setup.objects.filter(drift.WATCHED, org_id=org_id)
    for setup in watched:
        record_event(setup, "watching_ended")
    watched.update(keep_watching=False, drifted=[])
