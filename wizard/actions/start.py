"""An org's open setup: begun at a sign-in, by a button, or for a client by name; and its first jobs."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from orgs.connections import tokens
from orgs.models import Connection, Org
from teams import limits
from teams.access import Action
from teams.acting.acts import NotDone, act
from teams.models import Team, User
from wizard.guides import registry
from wizard.guides.defaults import initial_inputs
from wizard.history.record import record_event, record_sign_in
from wizard.jobs import queue
from wizard.models import UNDER_WAY, Job, Setup


def begin_reading(setup: Setup, person: User) -> None:
    """What follows a sign-in: look at every line, and list the org's people once."""
    queue.start(setup, Job.Kind.CHECK, actor=person)
    if not setup.org.people.exists():
        queue.start(setup, Job.Kind.SYNC_USERS, actor=person)


def open_setup(org: Org, person: User) -> tuple[Setup, bool]:
    """The setup under way in this org, else a new one; and whether it is new."""
    key = next(iter(registry.GUIDES))
    for _attempt in range(2):
        setup = Setup.objects.filter(UNDER_WAY, org=org, guide_key=key).first()
        if setup:
            return setup, False
        try:
            with transaction.atomic():
                setup = Setup.objects.create(
                    org=org, guide_key=key, started_by=person, inputs=initial_inputs(registry.get(key))
                )
                record_event(setup, "setup_started", actor=person)
            return setup, True
        except IntegrityError:
            continue  # somebody else opened it in the same moment: take theirs
    return Setup.objects.get(UNDER_WAY, org=org, guide_key=key), False


@act(Action.CHANGE)
def begin(org: Org, person: User, *, arrived: bool = False, before: str = "") -> Setup:
    """The setup under way in an org that we know already, else a new one.

    `arrived`: the person has just signed in to it, where somebody was connected `before`.
    """
    setup, is_new = open_setup(org, person)
    if arrived and not is_new:
        record_sign_in(setup, person, before)
    if org.connection.is_connected:
        begin_reading(setup, person)
    return setup


@act(Action.CONNECT)
def begin_for_client(team: Team, person: User, name: str) -> Setup:
    """A setup for a client whose org nobody has signed in to yet."""
    if seconds := limits.connecting(person):
        raise NotDone("too_often", seconds=seconds)
    return open_for_client(team, person, name)


def open_for_client(team: Team, person: User, name: str) -> Setup:
    """Its org has a connection like every other, but an ended one: nothing is called, nothing revoked."""
    with transaction.atomic():
        org = Org.objects.create(team=team, name=name)
        Connection.objects.create(org=org, state=Connection.State.REVOKED)
        return open_setup(org, person)[0]


@act(Action.CONNECT)
def take_sign_in_back(org: Org, person: User, before: str) -> None:
    """This person's sign-in was meant for another org: this one is as cut off as it was before."""
    if org.connection.granted_by_id != person.pk or not org.connection.is_connected:
        return  # somebody else has signed in since
    if before == Connection.State.NEEDS_RECONNECTING:
        tokens.give_up(org.connection, person)
    else:
        tokens.disconnect(org.connection, person)
    for setup in Setup.objects.filter(UNDER_WAY, org=org):
        record_event(setup, "wrong_org", actor=person)
