"""Ways out that a line offers, such as to use a permission set that exists already."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import Field

from api import answers
from api.acting import as_it_is, given
from api.auth import ProgramRequest
from api.once import Key, act
from api.reading import known_stage
from api.texts import StageName
from wizard.actions import choose
from wizard.state.context import context_of

router = Router()


class WayIn(Schema):
    """One of the `ways` of this line."""

    stage: StageName
    step: StageName
    number: Annotated[int, Field(ge=0, le=100)]


@router.post("/setups/{uuid:setup_id}/way", response=answers.SetupOut)
def choose_way(request: ProgramRequest, setup_id: UUID, sent: WayIn, key: Key = None) -> HttpResponse:
    """Choose a way out that a line offers."""

    def done() -> answers.SetupOut:
        setup = given(request, setup_id)
        stage = known_stage(context_of(setup), sent.stage).stage.key
        choose.choose_way(setup, request.auth.person, stage, sent.number, sent.step)
        return as_it_is(setup)

    return act(request, key, done)
