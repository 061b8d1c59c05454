"""What a program may do: the acts of `wizard.actions` that need no browser."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import Field, StringConstraints

from api import answers, render
from api.auth import ProgramRequest
from api.once import Key, act
from api.problems import FieldProblem, Refused
from api.reading import known_stage
from api.texts import Name, StageName, Text, Words
from orgs.models import Org
from teams.access import Action, fetch_for
from teams.models import User
from wizard.actions import (
    archive,
    assignment,
    changes,
    confirm,
    handover,
    notes,
    override,
    reading,
    start,
)
from wizard.actions.changes import Approval
from wizard.actions.fetch import fetch_setup
from wizard.actions.reading import Started
from wizard.models import Setup
from wizard.state.context import context_of
from wizard.support import setup_list

router = Router()
STARTED = {202: answers.StartedOut}


class ApprovalIn(Schema):
    """Approve a plan exactly as it was shown, and type the org's name where that is asked for."""

    fingerprint: Annotated[str, StringConstraints(max_length=128)]
    stage: StageName | None = Field(None, description="Empty: all stages together; of an undo: everything.")
    org_name: Name = ""


class StageIn(Schema):
    stage: StageName


class ReasonIn(Schema):
    stage: StageName
    reason: Text


class StepIn(Schema):
    step: StageName


class HandOverIn(Schema):
    """Steps that are open may stay open, if they are named."""

    open: Annotated[list[StageName], Field(max_length=100)] = []
    keep_watching: bool = False


class NoteIn(Schema):
    text: Words


def given(request: ProgramRequest, setup_id: UUID, *, anyhow: bool = False) -> Setup:
    """`anyhow`: also a setup that waits for its org, or was put away."""
    return fetch_setup(request.auth.person, setup_id, Action.CHANGE, archived_too=anyhow, unbound_too=anyhow)


def _started(done: Started) -> answers.StartedOut:
    return answers.StartedOut(job=render.job(done.job), is_new=done.is_new)


def _as_it_is(setup: Setup) -> answers.SetupOut:
    return render.setup(setup_list.row(str(setup.pk)))


def _on_setup(
    request: ProgramRequest, setup_id: UUID, key: str | None, do: Callable[[Setup, User], object]
) -> HttpResponse:
    """An act that is done at once, as it is or with more than the setup and the person; the setup then."""

    def done() -> answers.SetupOut:
        setup = given(request, setup_id, anyhow=True)
        do(setup, request.auth.person)
        return _as_it_is(setup)

    return act(request, key, done)


@router.post("/setups/{uuid:setup_id}/check", response=STARTED)
def check(request: ProgramRequest, setup_id: UUID, key: Key = None) -> HttpResponse:
    """Look at every line again."""
    person = request.auth.person
    return act(request, key, lambda: _started(reading.check(given(request, setup_id), person)), 202)


@router.post("/setups/{uuid:setup_id}/apply", response=STARTED)
def apply(request: ProgramRequest, setup_id: UUID, sent: ApprovalIn, key: Key = None) -> HttpResponse:
    """Make the changes of a plan that was seen."""

    def done() -> answers.StartedOut:
        setup = given(request, setup_id)
        stage = _stage(setup, sent.stage) or setup.guide.preparation.key
        approval = Approval(sent.fingerprint, sent.org_name, proved=True)
        together = not sent.stage
        return _started(changes.apply(setup, request.auth.person, stage, approval, together=together))

    return act(request, key, done, 202)


@router.post("/setups/{uuid:setup_id}/undo", response=STARTED)
def undo(request: ProgramRequest, setup_id: UUID, sent: ApprovalIn, key: Key = None) -> HttpResponse:
    """Take back what we changed, as the undo plan shows it."""

    def done() -> answers.StartedOut:
        setup = given(request, setup_id)
        stage = _stage(setup, sent.stage) or setup.guide.handover.key
        approval = Approval(sent.fingerprint, sent.org_name, proved=True)
        return _started(changes.undo(setup, request.auth.person, stage, approval))

    return act(request, key, done, 202)


@router.post("/setups/{uuid:setup_id}/stop", response=answers.SetupOut)
def stop(request: ProgramRequest, setup_id: UUID, key: Key = None) -> HttpResponse:
    """Ask what is under way to stop after the current change."""

    def do(setup: Setup, person: User) -> object:
        return reading.stop(setup, person, setup.guide.preparation.key)

    return _on_setup(request, setup_id, key, do)


@router.post("/setups/{uuid:setup_id}/confirm", response=answers.SetupOut)
def confirm_step(request: ProgramRequest, setup_id: UUID, sent: StepIn, key: Key = None) -> HttpResponse:
    """Sign, in the name of the token's person, that something was done which nothing can read."""

    def do(setup: Setup, person: User) -> object:
        return confirm.confirm(setup, person, _step(setup, sent.step), sure=True)

    return _on_setup(request, setup_id, key, do)


@router.post("/setups/{uuid:setup_id}/unconfirm", response=answers.SetupOut)
def unconfirm_step(request: ProgramRequest, setup_id: UUID, sent: StepIn, key: Key = None) -> HttpResponse:
    """Take a signature back."""

    def do(setup: Setup, person: User) -> object:
        return confirm.unconfirm(setup, person, _step(setup, sent.step))

    return _on_setup(request, setup_id, key, do)


@router.post("/setups/{uuid:setup_id}/override", response=answers.SetupOut)
def override_order(request: ProgramRequest, setup_id: UUID, sent: ReasonIn, key: Key = None) -> HttpResponse:
    """Go on with a stage that waits for the safe order, for a reason that stands in the report."""

    def do(setup: Setup, person: User) -> object:
        return override.override(setup, person, _stage(setup, sent.stage), sent.reason)

    return _on_setup(request, setup_id, key, do)


@router.post("/setups/{uuid:setup_id}/hand-over", response=STARTED)
def hand_over(request: ProgramRequest, setup_id: UUID, sent: HandOverIn, key: Key = None) -> HttpResponse:
    """Read everything once more, and hand over on that."""

    def done() -> answers.StartedOut:
        setup, person = given(request, setup_id), request.auth.person
        watch = sent.keep_watching
        return _started(handover.hand_over(setup, person, sent.open, keep_watching=watch, proved=True))

    return act(request, key, done, 202)


@router.post("/setups/{uuid:setup_id}/reopen", response=answers.SetupOut)
def reopen(request: ProgramRequest, setup_id: UUID, key: Key = None) -> HttpResponse:
    """Work on a setup again that was handed over."""
    return _on_setup(request, setup_id, key, handover.reopen)


@router.post("/setups/{uuid:setup_id}/look-now", response=answers.SetupOut)
def look_now(request: ProgramRequest, setup_id: UUID, key: Key = None) -> HttpResponse:
    """After a handover that is watched: look now, not with the next day."""
    return _on_setup(request, setup_id, key, handover.look_now)


@router.post("/setups/{uuid:setup_id}/archive", response=answers.SetupOut)
def archive_setup(request: ProgramRequest, setup_id: UUID, key: Key = None) -> HttpResponse:
    """Out of every list. It ends the connection, where no other setup needs it."""
    return _on_setup(request, setup_id, key, partial(archive.archive, proved=True))


@router.post("/setups/{uuid:setup_id}/unarchive", response=answers.SetupOut)
def unarchive_setup(request: ProgramRequest, setup_id: UUID, key: Key = None) -> HttpResponse:
    """Back into the lists."""
    return _on_setup(request, setup_id, key, archive.unarchive)


@router.post("/setups/{uuid:setup_id}/take-over", response=answers.SetupOut)
def take_over(request: ProgramRequest, setup_id: UUID, key: Key = None) -> HttpResponse:
    """From now on the token's person has the setup."""
    return _on_setup(request, setup_id, key, assignment.take_over)


@router.post("/setups/{uuid:setup_id}/give-back", response=answers.SetupOut)
def give_back(request: ProgramRequest, setup_id: UUID, key: Key = None) -> HttpResponse:
    """From now on nobody has it."""
    return _on_setup(request, setup_id, key, assignment.give_back)


@router.post("/setups/{uuid:setup_id}/notes", response=answers.SetupOut)
def leave_note(request: ProgramRequest, setup_id: UUID, sent: NoteIn, key: Key = None) -> HttpResponse:
    """A note for the team, which stays as it is."""
    return _on_setup(request, setup_id, key, lambda setup, person: notes.note(setup, person, sent.text))


@router.post("/orgs/{uuid:org_id}/begin", response={201: answers.SetupOut})
def begin(request: ProgramRequest, org_id: UUID, key: Key = None) -> HttpResponse:
    """The setup under way in an org that is known already, else a new one."""

    def done() -> answers.SetupOut:
        rows = Org.objects.exclude(org_id="").select_related("connection")
        org = fetch_for(request.auth.person, Action.CHANGE, rows, pk=org_id)
        return _as_it_is(start.begin(org, request.auth.person))

    return act(request, key, done, 201)


def _stage(setup: Setup, key: str | None) -> str:
    """The stage's key, if the guide has it."""
    return known_stage(context_of(setup), key).stage.key if key else ""


def _step(setup: Setup, key: str) -> str:
    if key not in {step.key for step in setup.guide.steps()}:
        raise Refused(422, "not_valid", [FieldProblem(where="step", message="no step of this guide")])
    return key
