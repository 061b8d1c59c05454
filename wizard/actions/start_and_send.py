"""A setup for one of many clients, with the link that lets them begin: both, or neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import connection, transaction

from teams import limits
from teams.access import Action
from teams.acting.acts import NotDone, act
from teams.models import Team, User
from wizard.actions import guest_links, start
from wizard.guests import sending
from wizard.guides.text import Json
from wizard.models import UNDER_WAY, Setup


@dataclass(frozen=True)
class Client:
    """Whom to start: `inputs` are choices that are made already, over the guide's defaults."""

    name: str
    address: str
    language: str
    only_sign_in: bool = False
    inputs: Mapping[str, Json] = field(default_factory=dict)


@act(Action.CONNECT)
def start_and_send(team: Team, person: User, client: Client) -> Setup:
    """Raises `NotDone` where the team has an open setup for a client of that name, and what the mail server
    raises: then there is neither a setup nor a link."""
    if seconds := limits.starting_for_many(person):
        raise NotDone("too_often", seconds=seconds)
    with transaction.atomic():
        _wait_for_the_name(team, client.name)
        if clients_there(team, [client.name]):
            raise NotDone("client_there", client=client.name)
        setup = start.open_for_client(team, person, client.name)
        setup.inputs = {**setup.inputs, **client.inputs}
        setup.save(update_fields=["inputs"])
        stages = [] if client.only_sign_in else [setup.guide.preparation.key]
        made, link = guest_links.make(setup, stages, person, mailed=True)
        sending.mail(sending.message_for(made, link, person, client.language), client.address, person)
    return setup


def clients_there(team: Team, names: list[str]) -> set[str]:
    """Which of these names, in lower case, are those of orgs with an open setup in this team."""
    wanted = {name.lower() for name in names}
    rows = Setup.objects.filter(UNDER_WAY, org__team=team).values_list("org__name", flat=True)
    return {name.lower() for name in rows} & wanted


def _wait_for_the_name(team: Team, name: str) -> None:
    """Until the end of the transaction: the same list may be started by two people at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"client {team.pk} {name.lower()}"]
        )
