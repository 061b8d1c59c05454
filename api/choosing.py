"""Beginning for a client by name, and the choices of the first stage."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from api import answers
from api.acting import STARTED, as_it_is, given, started
from api.auth import ProgramRequest
from api.once import Key, act
from api.problems import FieldProblem, Refused
from api.reading import known_stage
from api.texts import NO_NUL, Name, StageName
from teams.access import Action, fetch_for
from teams.models import Team
from wizard.actions import choose, reading, start
from wizard.actions.fetch import fetch_setup
from wizard.models import Setup
from wizard.stage import wanted
from wizard.stage.people import MOST_PEOPLE
from wizard.state.context import context_of

router = Router()
Value = Annotated[str, StringConstraints(max_length=255, pattern=NO_NUL)]


class ClientIn(Schema):
    """What the client is called until somebody signs in to their org."""

    name: Annotated[Name, StringConstraints(min_length=1, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]


class ChoicesIn(Schema):
    """What is not named stays as it is; a list of people is taken as the whole list."""

    choices: Annotated[
        dict[StageName, Value | Annotated[list[Value], Field(max_length=MOST_PEOPLE)]], Field(max_length=50)
    ]


class WayIn(Schema):
    """One of the `ways` of this line."""

    stage: StageName
    step: StageName
    number: Annotated[int, Field(ge=0, le=100)]


@router.post("/teams/{uuid:team_id}/begin", response={201: answers.SetupOut})
def begin_for_client(request: ProgramRequest, team_id: UUID, sent: ClientIn, key: Key = None) -> HttpResponse:
    """A setup for a client whose org nobody has signed in to yet."""

    def done() -> answers.SetupOut:
        person = request.auth.person
        team = fetch_for(person, Action.CONNECT, Team.objects.all(), team_field="pk", pk=team_id)
        return as_it_is(start.begin_for_client(team, person, sent.name.strip()))

    return act(request, key, done, 201)


@router.post("/setups/{uuid:setup_id}/read-people", response=STARTED)
def read_people(request: ProgramRequest, setup_id: UUID, key: Key = None) -> HttpResponse:
    """Read the org's users into our directory again: by it, people are known by their usernames."""
    person = request.auth.person
    return act(request, key, lambda: started(reading.reread_people(given(request, setup_id), person)), 202)


@router.get("/setups/{uuid:setup_id}/choices", response=answers.Choices)
def get_choices(request: ProgramRequest, setup_id: UUID) -> answers.Choices:
    """What is chosen in the first stage."""
    found = fetch_setup(request.auth.person, setup_id, Action.EXPORT, archived_too=True)
    return answers.Choices(choices=wanted.written(found))


@router.post("/setups/{uuid:setup_id}/choices", response=answers.Choices)
def make_choices(
    request: ProgramRequest,
    setup_id: UUID,
    sent: ChoicesIn,
    dry_run: Annotated[bool, Query(description="Only say what is wrong; keep nothing.")] = False,
    key: Key = None,
) -> HttpResponse:
    """Choose as the first stage's page does: all of it, or nothing where a part is wrong."""

    def done() -> answers.Choices:
        setup = given(request, setup_id)
        read = wanted.read(setup, sent.choices)
        if read.wrong:
            wrong = [FieldProblem(where=where, message=why) for where, why in read.wrong]
            raise Refused(422, "not_valid", wrong)
        return answers.Choices(choices=_kept(setup, request, read.values, dry_run=dry_run))

    return act(request, key, done)


@router.post("/setups/{uuid:setup_id}/way", response=answers.SetupOut)
def choose_way(request: ProgramRequest, setup_id: UUID, sent: WayIn, key: Key = None) -> HttpResponse:
    """Choose a way out that a line offers."""

    def done() -> answers.SetupOut:
        setup = given(request, setup_id)
        stage = known_stage(context_of(setup), sent.stage).stage.key
        choose.choose_way(setup, request.auth.person, stage, sent.number, sent.step)
        return as_it_is(setup)

    return act(request, key, done)


def _kept(
    setup: Setup, request: ProgramRequest, values: dict[str, object], *, dry_run: bool
) -> dict[str, str | list[str]]:
    if dry_run:
        setup.inputs = {**setup.inputs, **values}
    else:
        choose.choose(setup, request.auth.person, lambda _now: values)
    return wanted.written(setup)
