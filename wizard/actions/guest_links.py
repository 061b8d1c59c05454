"""Links that let a client's admin into stages of a setup: made, mailed, taken back."""

from __future__ import annotations

import logging
from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from teams import limits, links
from teams.access import Action
from teams.accounts import NO_MAIL
from teams.acting.acts import NotDone, act
from teams.models import SetupGuest, User
from wizard.actions.refusing import refuse_finished
from wizard.guests import invitations, return_address, sending
from wizard.guests.sending import Sent
from wizard.history.record import record_event
from wizard.live import publish
from wizard.models import GuestInvitation, Setup

logger = logging.getLogger(__name__)


@act(Action.CHANGE)
def invite(
    setup: Setup,
    person: User,
    stages: Collection[str],
    *,
    address: str,
    language: str,
    return_to: str = "",
) -> Sent:
    """Make a link, and mail it if an address is given: one that could not be sent is not made.

    `return_to`: where the client goes on after their part.
    """
    refuse_finished(setup)
    try:
        goes_on = return_address.checked(return_to)
    except return_address.NotAllowed:
        raise NotDone("return_refused") from None
    if seconds := limits.inviting(person):
        raise NotDone("too_often", seconds=seconds)
    try:
        with transaction.atomic():
            made, link = make(setup, stages, person, mailed=bool(address), return_to=goes_on)
            message = sending.message_for(made, link, person, language)
            if address:
                sending.mail(message, address, person)
    except NO_MAIL as problem:
        logger.error("No e-mail can be sent (%s): is EMAIL_HOST right?", type(problem).__name__)
        raise NotDone("no_mail") from problem
    return Sent(made, link, message, address)


def make(
    setup: Setup, stages: Collection[str], by: User, *, mailed: bool = False, return_to: str = ""
) -> tuple[GuestInvitation, str]:
    """Make a link for these stages; for none: only to sign in. It is given back here, and never again."""
    token = links.new_token()
    first, *more = [each.key for each in invitations.sendable(setup) if each.key in stages] or [""]
    with transaction.atomic():
        made = GuestInvitation.objects.create(
            setup=setup,
            stage=first,
            more_stages=more,
            token_hash=links.hash_of(token),
            invited_by=by,
            return_to=return_to,
            expires_at=timezone.now() + invitations.LIFETIME,
        )
        kind = "guest_mailed" if mailed else "guest_invited"
        record_event(setup, kind, actor=by, stage=made.title.to_json())
    return made, settings.PUBLIC_URL + reverse("wizard:invited", args=[token])


@act(Action.CHANGE)
def revoke_link(invitation: GuestInvitation, person: User) -> None:
    """Take a link back."""
    if not revoke(invitation, person):
        raise NotDone("link_over")


def revoke(invitation: GuestInvitation, by: User | None) -> bool:
    """Nobody gets in by this link from now on, and who came by it is out within seconds."""
    setup = invitation.setup
    with transaction.atomic():
        # In the order of `admit`. Two links taken back at once must not each see the other as open.
        locked = invitations.locked(str(invitation.pk))
        Setup.objects.select_for_update(no_key=True).get(pk=setup.pk)
        still_open = GuestInvitation.objects.open().filter(pk=invitation.pk)
        if locked is None or not still_open.update(revoked_at=timezone.now()):
            return False
        if locked.used_by is not None:
            settle(locked.used_by, setup)
        record_event(setup, "guest_link_revoked", actor=by, stage=invitation.title.to_json())
        publish.notify_changed(setup.id)
    return True


def settle(user: User, setup: Setup) -> None:
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
