"""What this room forgets with a person: who did it, who signed it, what they wrote."""

from __future__ import annotations

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from teams.erasure import ERASED, Names
from teams.models import User
from wizard.actions import guest_links
from wizard.models import Event, GuestInvitation, StepState

WRITTEN = "text"  # of a note: a person's own words, which may name anybody


def erase_person(user: User, names: Names) -> None:
    events = Event.objects.annotate(
        data_text=Cast("data", TextField()), changes_text=Cast("changes", TextField())
    )
    theirs = Q(actor=user) | names.in_column("data_text") | names.in_column("changes_text")
    for event in events.filter(theirs | names.in_column("actor_name")).iterator(200):
        _erase(event, user, names)
    StepState.objects.filter(confirmed_by=user).update(confirmed_name=ERASED)
    _take_links_back(user)


def _take_links_back(user: User) -> None:
    """Nobody can be told apart by them any more: who comes again needs a link of their own."""
    theirs = GuestInvitation.objects.filter(used_by=user)
    for invitation in theirs.open().select_related("setup__org"):
        guest_links.revoke(invitation, None)
    theirs.update(salesforce_user_id="")


def _erase(event: Event, user: User, names: Names) -> None:
    if event.actor_id == user.pk:
        event.actor_name = ERASED
        if WRITTEN in event.data:
            event.data = event.data | {WRITTEN: ERASED}
    event.data, event.changes = names.erased(event.data), names.erased(event.changes)
    event.save(update_fields=["actor_name", "data", "changes"])
