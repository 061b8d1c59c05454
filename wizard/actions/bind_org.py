"""A setup that was begun for a client by name only, and the first sign-in that says which org it is about."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from orgs.models import Connection, Org
from orgs.sign_in import flow
from orgs.sign_in.callbacks import SignInResult
from teams.access import Action
from teams.acting.acts import act
from teams.models import User
from wizard.actions.start import begin_reading
from wizard.history.record import record_event
from wizard.live import publish
from wizard.models import UNDER_WAY, Setup


class WorkedOnElsewhere(Exception):
    """The team has this Salesforce org already, with an open setup of the same guide."""

    def __init__(self, org: Org) -> None:
        super().__init__(str(org.pk))
        self.org = org


def bind(setup: Setup, arrival: SignInResult, actor: User) -> None:
    """From now on the setup is about the org that the person signed in to. Raises `WorkedOnElsewhere`.

    Call it in a transaction. `setup.org` is the right one afterwards, whoever bound it.
    """
    try:
        with transaction.atomic():
            bound = _bind(setup, arrival)
    except IntegrityError:  # another setup was bound to the same org at this moment
        with transaction.atomic():
            bound = _bind(setup, arrival)
    if bound:
        record_event(setup, "org_bound", actor=actor, org=setup.org.name)
        if setup.org.setups.filter(archived_at=None).exclude(pk=setup.pk).exists():
            record_event(setup, "handed_over_before", org=setup.org.name)


def _bind(setup: Setup, arrival: SignInResult) -> bool:
    locked = Setup.objects.select_for_update(no_key=True).get(pk=setup.pk)
    setup.org = locked.org  # read now: a join would be from before the wait for the lock
    if locked.org.is_bound:
        return False  # somebody else came first
    what = {"org_id": arrival.seen.org_id, **flow.what_it_is(arrival)}
    unbound, known = locked.org, _known(locked, arrival)
    if known is None:
        Org.objects.filter(pk=unbound.pk).update(**what)
    else:
        if known.setups.filter(UNDER_WAY, guide_key=setup.guide_key).exists():
            raise WorkedOnElsewhere(known)
        Org.objects.filter(pk=known.pk).update(**what)
        Setup.objects.filter(pk=setup.pk).update(org=known)
        unbound.delete()  # the setup was all that hung on it
    setup.org = Org.objects.select_related("connection", "team").get(pk=(known or unbound).pk)
    return True


def _known(setup: Setup, arrival: SignInResult) -> Org | None:
    same = Org.objects.filter(team_id=setup.org.team_id, org_id=arrival.seen.org_id)
    return same.select_for_update(no_key=True).first()


def take_connection(setup: Setup, arrival: SignInResult, actor: User) -> bool:
    """Keep the grant where the org has no live connection, and begin to read. False: it is not needed."""
    now = Connection.objects.select_for_update(of=("self",), no_key=True).filter(org_id=setup.org_id).first()
    if now is not None and now.is_connected:
        return False
    if setup.org.client_id and arrival.sign_in.org != str(setup.org_id):
        return False  # begun through our app, before we knew that the org has its own: never to be renewed
    flow.connect(setup.org, arrival, actor)
    setup.org = Org.objects.select_related("connection", "team").get(pk=setup.org_id)
    record_event(setup, "connected", actor=actor, username=arrival.seen.username)
    begin_reading(setup, actor)
    publish.notify_changed(setup.id)
    return True


@act(Action.CONNECT)
def connect_for_client(setup: Setup, person: User, arrival: SignInResult) -> bool:
    """A member signs in for the client; whether the grant was kept. Raises `WorkedOnElsewhere`."""
    with transaction.atomic():
        bind(setup, arrival, person)
        return setup.org.org_id == arrival.seen.org_id and take_connection(setup, arrival, person)
