"""What a person or a program may do with our access to orgs, and with the apps that give it."""

from __future__ import annotations

from datetime import date

from orgs.connections import credentials, revocation, tokens
from orgs.connections.alive import alive
from orgs.models import Org, RegisteredApp, Revocation
from orgs.oauth import ClientCredentials
from teams.access import Action
from teams.acting.acts import NotDone, act
from teams.models import Team, User


@act(Action.CONNECT)
def disconnect(org: Org, person: User, *, proved: bool) -> None:
    """End our access to this org: not used from now on, and Salesforce is told by a worker."""
    _only_proved(proved=proved)
    tokens.disconnect(org.connection, person)


@act(Action.MANAGE)
def disconnect_orphaned(team: Team, person: User, *, proved: bool) -> int:
    """End all connections of people who are not in the team any more; how many that were."""
    _only_proved(proved=proved)
    orphaned = [each for each in alive(team) if not each.granter_is_member]
    for each in orphaned:
        tokens.disconnect(each, person)
    return len(orphaned)


@act(Action.MANAGE)
def tell_again(ended: Revocation, person: User) -> bool:
    """Ask Salesforce once more now, whatever the pause. False: it was given up."""
    if ended.given_up_at:
        return False
    revocation.try_again(ended)
    return True


@act(Action.MANAGE)
def ended_by_hand(ended: Revocation, person: User, *, proved: bool) -> None:
    """What we gave up is ended now, says the owner."""
    _only_proved(proved=proved)
    revocation.ended_by_hand(ended, person)


@act(Action.MANAGE)
def register_app(
    team: Team,
    person: User,
    origin: str,
    pair: ClientCredentials,
    *,
    ends_on: date | None = None,
    proved: bool,
) -> RegisteredApp:
    """Store the key and secret of the team's app for a place; one that was there is replaced."""
    _only_proved(proved=proved)
    return credentials.keep(team, origin, pair, person, ends_on=ends_on)


@act(Action.MANAGE)
def remove_app(app: RegisteredApp, person: User, *, proved: bool) -> int:
    """Erase them; how many orgs are connected through it."""
    _only_proved(proved=proved)
    using = credentials.connected_through(app)
    credentials.remove(app, person)
    return using


def _only_proved(*, proved: bool) -> None:
    """The person has shown lately that it is they."""
    if not proved:
        raise NotDone("prove_yourself")
