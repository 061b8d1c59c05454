"""A client's admin, let into one stage of one setup by a link.

The link's token is known to its receiver only. It lets one person in: the first who signs in at
Salesforce by it, into the org of the setup. What that person may open is a `SetupGuest` row, which
lives as long as one of their links does.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from orgs import hosts
from orgs.models import Org
from orgs.sign_in import callbacks
from orgs.sign_in.callbacks import SignInResult
from teams import access, links
from teams.models import SetupGuest, User
from wizard.guests import permissions
from wizard.guides.base import Stage
from wizard.history.record import record_event
from wizard.live import publish
from wizard.live.access import may_change
from wizard.models import GuestInvitation, OpenInvitations, Setup
from wizard.setups import bind_org

LIFETIME = timedelta(days=7)
# Events of who was refused; for every other reason the link was over when they came back.
REFUSED_AS = {"used": "guest_second", "different_org": "guest_other_org", "taken": "guest_org_taken"}


class Refused(Exception):
    """Why somebody is not let in: `unknown`, `revoked`, `expired`, `finished`, `used`, `different_org`
    or `taken`. `params` fill in the words."""

    def __init__(self, why: str, **params: str) -> None:
        super().__init__(why)
        self.why = why
        self.params = params


@dataclass(frozen=True)
class Entry:
    """Somebody who is let in."""

    user: User
    setup: Setup
    stage: str


def sendable(setup: Setup) -> list[Stage[Any, Any]]:
    """The stages that can be sent: the handover is the team's own."""
    return [stage for stage in setup.guide.stages if stage.steps]


def invite(setup: Setup, stage_key: str, by: User) -> tuple[GuestInvitation, str]:
    """Make a link for one stage. It is given back here, and never again."""
    token = links.new_token()
    with transaction.atomic():
        made = GuestInvitation.objects.create(
            setup=setup,
            stage=stage_key,
            token_hash=links.hash_of(token),
            invited_by=by,
            expires_at=timezone.now() + LIFETIME,
        )
        record_event(setup, "guest_invited", actor=by, stage=setup.guide.stage(stage_key).title.to_json())
    return made, settings.PUBLIC_URL + reverse("wizard:invited", args=[token])


def by_token(token: str) -> GuestInvitation | None:
    """The invitation of this link, whatever became of it."""
    return _rows().filter(token_hash=links.hash_of(token)).first()


def by_key(key: str) -> GuestInvitation | None:
    """The invitation that a browser's session names."""
    return _rows().filter(pk=key).first() if key else None


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
    return GuestInvitation.objects.open().filter(setup=setup).select_related("invited_by", "used_by")


def closed_reason(invitation: GuestInvitation | None) -> str:
    """Why this link opens nothing (any more); empty if it does."""
    if invitation is None:
        return "unknown"
    if invitation.revoked_at:
        return "revoked"
    if invitation.expires_at <= timezone.now():
        return "expired"
    if invitation.setup.finished:
        return "finished"
    if not invitation.used_by_id and not _inviter_may(invitation):
        return "revoked"  # whoever made it is out of the team, and may still have the link
    return ""


def _inviter_may(invitation: GuestInvitation) -> bool:
    by = invitation.invited_by_id
    return by is not None and may_change(by, invitation.setup)


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


def admit(arrival: SignInResult) -> Entry:
    """Who signed in, as a guest. Raises `Refused`; a grant that is not kept is ended at once."""
    try:
        with transaction.atomic():
            entry, kept, invitation = _let_in(arrival)
    except Refused as refused:
        callbacks.discard_grant(arrival)
        _tell_inviter(arrival, refused)
        raise
    permissions.note(invitation, arrival)
    if not kept:
        callbacks.discard_grant(arrival)
    return entry


def _tell_inviter(arrival: SignInResult, refused: Refused) -> None:
    """Whoever is turned away stands in the history of the setup, with what they tried."""
    invitation = by_key(arrival.sign_in.about)
    if invitation is not None:
        stage = invitation.setup.guide.stage(invitation.stage).title.to_json()
        kind = REFUSED_AS.get(refused.why, "guest_late")
        record_event(invitation.setup, kind, name=arrival.person, org=arrival.seen.name, stage=stage)


def _let_in(arrival: SignInResult) -> tuple[Entry, bool, GuestInvitation]:
    invitation = _locked(arrival.sign_in.about)
    if invitation is None or (why := closed_reason(invitation)):
        raise Refused("unknown" if invitation is None else why)
    if invitation.used_by_id and invitation.salesforce_user_id != arrival.user_id:
        raise Refused("used")
    setup = invitation.setup
    if setup.org.is_bound and setup.org.org_id != arrival.seen.org_id:
        raise Refused("different_org", expected=setup.org.name, got=arrival.seen.name)
    user = _account(invitation, arrival)
    try:
        bind_org.bind(setup, arrival, user)
    except bind_org.WorkedOnElsewhere as elsewhere:
        raise Refused("taken", got=elsewhere.org.name) from None
    if setup.org.org_id != arrival.seen.org_id:  # bound to another org at this very moment
        raise Refused("different_org", expected=setup.org.name, got=arrival.seen.name)
    _note_used(invitation, user, arrival)
    kept = arrival.sign_in.keeps and bind_org.take_connection(setup, arrival, user)
    return Entry(user, setup, invitation.stage), kept, invitation


def _locked(key: str) -> GuestInvitation | None:
    """What it hangs on is read after: a join would be from before the wait for the lock."""
    return GuestInvitation.objects.select_for_update().filter(pk=key).first()


def _account(invitation: GuestInvitation, arrival: SignInResult) -> User:
    """The guest's account: one for each Salesforce user and org of a team. It has no way in of its own."""
    user = invitation.used_by or _earlier(invitation, arrival)
    name = arrival.person[:150]
    if user is None:
        return User.objects.create_user(f"{uuid.uuid4()}@guests.invalid", name=name, is_guest=True)
    if user.name != name:
        user.name = name
        user.save(update_fields=["name"])
    return user


def _earlier(invitation: GuestInvitation, arrival: SignInResult) -> User | None:
    """Who came by another link of this team, from the same org."""
    same = GuestInvitation.objects.filter(
        setup__org__team=invitation.setup.org.team_id,
        setup__org__org_id=arrival.seen.org_id,
        salesforce_user_id=arrival.user_id,
        used_by__isnull=False,
    )
    found = same.select_related("used_by").first()
    return found.used_by if found else None


def _note_used(invitation: GuestInvitation, user: User, arrival: SignInResult) -> None:
    invitation.used_by, invitation.used_at = user, timezone.now()
    invitation.salesforce_user_id = arrival.user_id
    invitation.rights = None  # until they are read anew
    invitation.save(update_fields=["used_by", "used_at", "salesforce_user_id", "rights"])
    _settle(user, invitation.setup)
    title = invitation.setup.guide.stage(invitation.stage).title
    record_event(invitation.setup, "guest_came", actor=user, stage=title.to_json())


def _settle(user: User, setup: Setup) -> None:
    """The guest's row lives as long as the longest of their open links."""
    theirs = GuestInvitation.objects.open().filter(setup=setup, used_by=user)
    longest = theirs.order_by("-expires_at").first()
    if longest is None:
        SetupGuest.objects.filter(user=user, setup_id=setup.pk, ended_at=None).update(ended_at=timezone.now())
        return
    SetupGuest.objects.update_or_create(
        user=user,
        setup_id=setup.pk,
        defaults={"team_id": setup.org.team_id, "expires_at": longest.expires_at, "ended_at": None},
    )


def revoke(invitation: GuestInvitation, by: User | None) -> bool:
    """Nobody gets in by this link from now on, and who came by it is out within seconds."""
    setup = invitation.setup
    with transaction.atomic():
        # In the order of `_let_in`. Two links taken back at once must not each see the other as open.
        locked = _locked(str(invitation.pk))
        Setup.objects.select_for_update().get(pk=setup.pk)
        still_open = GuestInvitation.objects.open().filter(pk=invitation.pk)
        if locked is None or not still_open.update(revoked_at=timezone.now()):
            return False
        if locked.used_by is not None:
            _settle(locked.used_by, setup)
        record_event(
            setup, "guest_link_revoked", actor=by, stage=setup.guide.stage(invitation.stage).title.to_json()
        )
        publish.notify_changed(setup.id)
    return True


# -- what a guest who is in may do


def stages_of(user: User, setup: Setup) -> frozenset[str]:
    """The stages that were sent to this guest: theirs to do. The others they only see."""
    mine = GuestInvitation.objects.open().filter(setup=setup, used_by=user)
    return frozenset(mine.values_list("stage", flat=True))


def setups_of(user: User) -> list[Setup]:
    """What this guest may open now."""
    rows = access.guest_rows().filter(user=user).values("setup_id")
    return list(Setup.objects.filter(pk__in=rows).select_related("org").order_by("-created_at"))


def was_let_in(user: User, setup_id: uuid.UUID | str) -> bool:
    """Whether this guest could open this setup once: they are told so kindly, and nothing else."""
    return SetupGuest.objects.filter(user=user, setup_id=setup_id).exists()


def inviter_of(user: User, setup: Setup) -> str:
    """Who waits for this guest's work, for a thank-you."""
    last = setup.invitations.filter(used_by=user).select_related("invited_by").first()
    return last.invited_by.name if last and last.invited_by else ""
