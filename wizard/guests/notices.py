"""When a guest has come, and when their part is done: in the transaction in which it happens."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from wizard.guests.pending import still_waited_for
from wizard.history import notices
from wizard.history.record import record_event
from wizard.models import GuestInvitation, Setup

BEFORE_THE_END = timedelta(days=2)


def after_sign_in(invitation: GuestInvitation) -> None:
    """Somebody came by the link."""
    if not invitation.stages:
        if _end(invitation):
            notices.guest_done(invitation)
        return
    notices.guest_opened(invitation)
    if not still_waited_for().filter(pk=invitation.pk).exists():
        _end(invitation)  # it was done before they came, so it is not told as their work


def after_lines(sender: object, *, setup: Setup, **more: object) -> None:
    """Lines were read or signed: is a guest's part done with them?"""
    used = GuestInvitation.objects.open().filter(setup=setup, used_by__isnull=False, done_at=None)
    for invitation in used.select_related("setup__org"):
        waits = still_waited_for().filter(pk=invitation.pk).exists()
        if not waits and _end(invitation):
            record_event(setup, "guest_done", stage=invitation.title.to_json())
            notices.guest_done(invitation)


def tell_of_ending(now: datetime) -> None:
    """Of links that end soon while something is to be done: once each, however often this looks."""
    ending = still_waited_for().filter(expires_at__lt=now + BEFORE_THE_END, done_at=None)
    for invitation in ending.select_related("setup__org"):
        notices.link_ending(invitation)


def _end(invitation: GuestInvitation) -> bool:
    """Whether it is new."""
    this = GuestInvitation.objects.filter(pk=invitation.pk, done_at=None)
    return bool(this.update(done_at=timezone.now()))
