"""What follows in setups from what happens below: a sign-in, a disconnect, somebody who leaves a team."""

from __future__ import annotations

from uuid import UUID

from orgs.models import Org
from teams.models import User
from wizard.actions import assignment, guest_links
from wizard.actions.start import begin_reading, open_setup
from wizard.history import notices
from wizard.history.record import record_event, record_sign_in
from wizard.live import publish
from wizard.models import NOT_WATCHED, UNDER_WAY, GuestInvitation, Setup
from wizard.monitoring import drift


def on_access_revoked(sender: object, *, team_id: UUID, user: User, by: User | None, **more: object) -> None:
    """Links that they sent open nothing any more, and who came by them is out; their setups are free.

    What runs for them stops by itself, after the change that it is at (`wizard.jobs.runner`).
    """
    theirs = GuestInvitation.objects.open().filter(setup__org__team=team_id, invited_by=user)
    for invitation in theirs.select_related("setup__org"):
        guest_links.revoke(invitation, by)
    assignment.free_all(team_id, user)


def after_sign_in(
    sender: object, *, org: Org, person: User, again: bool = False, before: str = "", **_more: object
) -> bool:
    """The org's open setup, or a new one; its facts are being read when its page is first seen.

    `again`: the sign-in was asked for by an org that we know, so it begins nothing where a setup
    that is handed over is watched: the watching goes on. Else an org that has a setup, open or handed
    over, begins nothing either: True, and the next page asks (`wizard.views.known_org`).
    """
    if not again and org.setups.filter(archived_at=None).exists():
        return True
    if again and drift.resume_monitoring(org, person, before):
        return False
    setup, is_new = open_setup(org, person)
    if not is_new:
        record_sign_in(setup, person, before)
    begin_reading(setup, person)
    return False


def after_loss(sender: object, *, org_id: UUID, **more: object) -> None:
    """Salesforce ended the grant: whoever works with the org has to sign in again."""
    for setup in Setup.objects.filter(UNDER_WAY | drift.WATCHED, org_id=org_id).select_related("org"):
        notices.sign_in_lost(setup)


def after_disconnect(sender: object, *, org_id: UUID, by: User | None = None, **_more: object) -> None:
    """Without keys there is nothing to watch by; a later sign-in to the org is for something else.

    Each setup that needed the keys tells it.
    """
    for setup in Setup.objects.filter(UNDER_WAY, org_id=org_id):
        record_event(setup, "disconnected", actor=by)
        if by is None:  # nobody used it for so long
            notices.sign_in_lost(setup)
        publish.notify_changed(setup.pk)
    watched = Setup.objects.filter(drift.WATCHED, org_id=org_id)
    for setup in watched:
        record_event(setup, "watching_ended", actor=by)
        publish.notify_changed(setup.pk)
    watched.update(**NOT_WATCHED)
