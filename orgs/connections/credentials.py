"""Which External Client App we are at a place: the org's own, the team's, or the installation's."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import transaction
from django.utils import timezone

from orgs import audit, hosts
from orgs.fields import Secret
from orgs.models import Connection, Org, RegisteredApp
from orgs.oauth import ClientCredentials
from teams.models import Team, User


def credentials_for(team_id: uuid.UUID | str, org: Org | None, origin: str) -> ClientCredentials:
    """The app to sign in through at an origin: what somebody set for it goes before the environment."""
    return _choices(team_id, org, origin)[0]


def granted_through(connection: Connection) -> ClientCredentials | None:
    """The app that this connection's tokens were given to; None when nobody has its pair any more."""
    choices = _choices(connection.org.team_id, connection.org, connection.token_origin)
    if not connection.client_id:
        return choices[0]
    return next((each for each in choices if each.client_id == connection.client_id), None)


def _choices(team_id: uuid.UUID | str, org: Org | None, origin: str) -> list[ClientCredentials]:
    """The nearest first. The org's own one is only for where this org is."""
    own = org.own_pair() if org and org.may_answer_at(origin) else None
    found = [ClientCredentials(*own)] if own else []
    found += [ClientCredentials(app.client_id, app.client_secret.reveal()) for app in _at(team_id, origin)]
    return [*found, ClientCredentials.at(origin)]


def _at(team_id: uuid.UUID | str, origin: str) -> list[RegisteredApp]:
    """The team's app of this very address, then the one for every org of Salesforce's."""
    places = [origin, ""] if hosts.place_of(origin) == "Salesforce" else [origin]
    apps = RegisteredApp.objects.filter(team_id=team_id, origin__in=places)
    return sorted(apps, key=lambda app: app.origin, reverse=True)


@transaction.atomic
def keep(
    team: Team, origin: str, pair: ClientCredentials, by: User, *, ends_on: date | None = None
) -> RegisteredApp:
    """Store the pair of an app for a place; one that was there is replaced."""
    values = {
        "client_id": pair.client_id,
        "client_secret": Secret(pair.client_secret),
        "secret_ends_on": ends_on,
        "set_by": by,
        "set_at": timezone.now(),
    }
    app, new = RegisteredApp.objects.update_or_create(team=team, origin=origin, defaults=values)
    audit.app_set(app, by, replaced=not new)
    return app


@transaction.atomic
def remove(app: RegisteredApp, by: User) -> None:
    audit.app_removed(app, by)
    app.delete()


def connected_through(app: RegisteredApp) -> int:
    """How many connections could not be renewed without it."""
    alive = Connection.objects.filter(org__team=app.team_id, client_id=app.client_id)
    return alive.filter(state=Connection.State.CONNECTED).count()
