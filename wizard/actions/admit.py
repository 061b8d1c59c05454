"""A client's admin comes back from Salesforce with a link of ours: let in, or told why not."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from orgs.sign_in.callbacks import SignInResult
from teams.models import User
from wizard.actions import bind_org, guest_links
from wizard.guests import invitations, notices, permissions
from wizard.history.record import record_event
from wizard.live import publish
from wizard.models import GuestInvitation, Setup

# Events of who was refused; for every other reason the link was over when they came back.
REFUSED_AS = {"used": "guest_second", "different_org": "guest_other_org", "taken": "guest_org_taken"}


class Refused(Exception):
    """Why somebody is not let in: `unknown`, `revoked`, `expired`, `ended`, `finished`, `used`,
    `different_org` or `taken`. `params` fill in the words."""

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


def admit(arrival: SignInResult) -> tuple[Entry, bool]:
    """Who signed in, as a guest, and whether the grant was kept. Raises `Refused`."""
    try:
        with transaction.atomic():
            entry, kept, invitation = _let_in(arrival)
    except Refused as refused:
        _tell_inviter(arrival, refused)
        raise
    permissions.note(invitation, arrival)
    return entry, kept


def _tell_inviter(arrival: SignInResult, refused: Refused) -> None:
    """Whoever is turned away stands in the history of the setup, with what they tried."""
    invitation = invitations.by_key(arrival.sign_in.about)
    if invitation is not None:
        stage = invitation.title.to_json()
        kind = REFUSED_AS.get(refused.why, "guest_late")
        record_event(invitation.setup, kind, name=arrival.person, org=arrival.seen.name, stage=stage)


def _let_in(arrival: SignInResult) -> tuple[Entry, bool, GuestInvitation]:
    invitation = invitations.locked(arrival.sign_in.about)
    if invitation is None or (why := invitations.closed_reason(invitation)):
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
    return Entry(user, setup, invitation.stage or setup.guide.preparation.key), kept, invitation


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
    invitation.language = arrival.seen.language
    invitation.rights = None  # until they are read anew
    invitation.save(update_fields=["used_by", "used_at", "salesforce_user_id", "language", "rights"])
    guest_links.settle(user, invitation.setup)
    record_event(invitation.setup, "guest_came", actor=user, stage=invitation.title.to_json())
    notices.after_sign_in(invitation)
    publish.notify_changed(invitation.setup_id)
