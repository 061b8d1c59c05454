"""Who has a setup: taken over by one person at a time, given back, or free because they left."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from teams.access import Action
from teams.acting.acts import act
from teams.models import User
from wizard.actions.refusing import refuse_finished
from wizard.history.record import record_event
from wizard.live import publish
from wizard.models import Setup


@act(Action.CHANGE)
def take_over(setup: Setup, person: User) -> User | None:
    """From now on this person has it; whoever had it before. The same person again changes nothing."""
    refuse_finished(setup)
    with transaction.atomic():
        before = _locked(setup).assignee
        if before == person:
            return before
        _assign(setup, person)
        if before:
            record_event(setup, "taken_over_from", actor=person, name=before.full_name)
        else:
            record_event(setup, "taken_over", actor=person)
    return before


@act(Action.CHANGE)
def give_back(setup: Setup, person: User) -> bool:
    """From now on nobody has it. True if somebody had."""
    with transaction.atomic():
        if _locked(setup).assignee is None:
            return False
        _assign(setup, None)
        record_event(setup, "given_back", actor=person)
    return True


def free_all(team_id: UUID, person: User) -> int:
    """Somebody may not work in this team any more: what they had is free for others."""
    with transaction.atomic():
        # Also those in other teams: the org is asked for afterwards, like the person in `_locked`. In one
        # order, so that who leaves two teams at once makes nobody wait in a circle.
        held = Setup.objects.select_for_update(no_key=True).filter(assignee=person).order_by("pk")
        theirs = Setup.objects.filter(pk__in=list(held.values_list("pk", flat=True)), org__team=team_id)
        setups = list(theirs.select_related("org").defer("snapshot", "inputs"))
        Setup.objects.filter(pk__in=[setup.pk for setup in setups]).update(assignee=None)
        for setup in setups:
            record_event(setup, "left_free", name=person.full_name)
            publish.notify_changed(setup.pk)
    return len(setups)


def _locked(setup: Setup) -> Setup:
    """Two people who take it over at once come one after the other, and the history says so.

    Without a join: PostgreSQL would take the joined row from before the wait for the lock.
    """
    return Setup.objects.select_for_update(no_key=True).get(pk=setup.pk)


def _assign(setup: Setup, person: User | None) -> None:
    Setup.objects.filter(pk=setup.pk).update(assignee=person)
    setup.assignee = person
    publish.notify_changed(setup.pk)
