"""What is not as it was at the handover: seen, said to be all right, and that taken back."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Schema

from api import answers, render
from api.acting import given, known_step
from api.auth import ProgramRequest
from api.once import Key, act
from api.texts import StageName, Text
from wizard.actions import handover
from wizard.actions.fetch import fetch_setup
from wizard.models import Setup

router = Router()


class KnownIn(Schema):
    """Why it is all right, and the last day on which it is not told again."""

    step: StageName
    reason: Text
    until: date


class StepIn(Schema):
    step: StageName


@router.get("/setups/{uuid:setup_id}/differences", response=answers.Differences)
def get_differences(request: ProgramRequest, setup_id: UUID) -> answers.Differences:
    """As the last look after the handover saw them; also those that somebody knows."""
    return render.differences(fetch_setup(request.auth.person, setup_id, archived_too=True))


@router.post("/setups/{uuid:setup_id}/acknowledge", response=answers.Differences)
def acknowledge(request: ProgramRequest, setup_id: UUID, sent: KnownIn, key: Key = None) -> HttpResponse:
    """Say that a difference is all right: it is not told again up to that day, unless it changes."""

    def done() -> answers.Differences:
        setup = given(request, setup_id)
        step = known_step(setup, sent.step)
        handover.acknowledge(setup, request.auth.person, step, sent.reason, sent.until)
        return _as_they_are(setup)

    return act(request, key, done)


@router.post("/setups/{uuid:setup_id}/unacknowledge", response=answers.Differences)
def unacknowledge(request: ProgramRequest, setup_id: UUID, sent: StepIn, key: Key = None) -> HttpResponse:
    """Take that back, whoever said so."""

    def done() -> answers.Differences:
        setup = given(request, setup_id)
        handover.unacknowledge(setup, request.auth.person, known_step(setup, sent.step))
        return _as_they_are(setup)

    return act(request, key, done)


def _as_they_are(setup: Setup) -> answers.Differences:
    setup.refresh_from_db(fields=["drifted", "known_drift", "drift_findings"])
    return render.differences(setup)
