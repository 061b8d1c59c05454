"""A client's admin, let into stages of one setup by a link.

The link's token is known to its receiver only. It lets one person in: the first who signs in at
Salesforce by it, into the org of the setup. What that person may open is a `SetupGuest` row, which
lives as long as one of their links does.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from orgs import hosts
from orgs.models import Org
from teams import access, links
from teams.models import SetupGuest, User
from wizard.guides.base import AnyStage
from wizard.models import GuestInvitation, OpenInvitations, Setup

LIFETIME = timedelta(days=7)


def sendable(setup: Setup) -> list[AnyStage]:
    """The stages that can be sent: the handover is the team's own."""
    return [stage for stage in setup.guide.stages if stage.steps]


def by_token(token: str) -> GuestInvitation | None:
    """The invitation of this link, whatever became of it."""
    return _rows().filter(token_hash=links.hash_of(token)).first()


def by_key(key: str) -> GuestInvitation | None:
    """The invitation that a browser's session names."""
    return _rows().filter(pk=key).first() if key else None


def locked(key: str) -> GuestInvitation | None:
    """What it hangs on is read after: a join would be from before the wait for the lock."""
    return GuestInvitation.objects.select_for_update(no_key=True).filter(pk=key).first()


def last_of(user: User) -> GuestInvitation | None:
    """By which this guest came in last and may come again."""
    return _rows().open().filter(used_by=user).order_by("-used_at").first()


def _rows() -> OpenInvitations:
    rows: OpenInvitations = GuestInvitation.objects.select_related(
        "setup", "setup__org", "setup__org__team", "setup__org__connection", "invited_by", "used_by"
    )
    return rows


def of_setup(setup: Setup) -> Iterable[GuestInvitation]:
    """Those that still let somebody in, the newest first."""
    rows = GuestInvitation.objects.open().filter(setup=setup).select_related("invited_by", "used_by")
    for row in rows:
        row.setup = setup  # what it is called is the setup's to say
    return rows


def closed_reason(invitation: GuestInvitation | None) -> str:
    """Why this link opens nothing (any more); empty if it does."""
    if invitation is None:
        return "unknown"
    if invitation.revoked_at:
        return "revoked"
    if invitation.expires_at <= timezone.now():
        return "expired"
    if invitation.setup.archived_at:
        return "ended"
    if invitation.setup.finished:
        return "finished"
    if not invitation.used_by_id and not _inviter_may(invitation):
        return "revoked"  # whoever made it is out of the team, and may still have the link
    return ""


def _inviter_may(invitation: GuestInvitation) -> bool:
    by = invitation.invited_by_id
    return by is not None and access.may_change_setup(by, invitation.setup_id, invitation.setup.org.team_id)


def origin_of(org: Org) -> str:
    """Where a guest signs in: at the org's own address. Empty: they have to choose."""
    try:
        return hosts.check_login_host(org.moved_to or org.instance_url)
    except hosts.HostRefused:
        return ""


def may_become_connection(invitation: GuestInvitation) -> bool:
    """Whether the guest's sign-in becomes the org's connection: only where there is no live one."""
    return not invitation.setup.org.connection.is_connected


def is_connection_of(user_id: int | None, org: Org) -> bool:
    """Whether this guest's sign-in is what the org is read and changed with now."""
    return user_id is not None and org.connection.is_connected and org.connection.granted_by_id == user_id


# -- what a guest who is in may do


def stages_of(user: User, setup: Setup) -> frozenset[str]:
    """The stages that were sent to this guest: theirs to do. The others they only see."""
    mine = GuestInvitation.objects.open().filter(setup=setup, used_by=user)
    return frozenset(key for each in mine.only("stage", "more_stages") for key in each.stages)


def language_of(user: User, setup: Setup) -> str:
    """In which Salesforce spoke to this guest at their last sign-in."""
    mine = GuestInvitation.objects.open().filter(setup=setup, used_by=user).order_by("-used_at")
    return mine.values_list("language", flat=True).first() or ""


def setups_of(user: User) -> list[Setup]:
    """What this guest may open now."""
    rows = access.guest_rows().filter(user=user).values("setup_id")
    return list(
        Setup.objects.filter(pk__in=rows, archived_at=None).select_related("org").order_by("-created_at")
    )


def was_let_in(user: User, setup_id: uuid.UUID | str) -> bool:
    """Whether this guest could open this setup once: they are told so kindly, and nothing else."""
    return SetupGuest.objects.filter(user=user, setup_id=setup_id).exists()


def return_address_of(user: User, setup: Setup) -> str:
    """Where this guest goes on, as the newest of their links says that says so."""
    mine = GuestInvitation.objects.open().filter(setup=setup, used_by=user).exclude(return_to="")
    return mine.order_by("-used_at").values_list("return_to", flat=True).first() or ""


def inviter_of(user: User, setup: Setup) -> str:
    """Who waits for this guest's work, for a thank-you."""
    last = setup.invitations.filter(used_by=user).select_related("invited_by").first()
    return last.invited_by.name if last and last.invited_by else ""
