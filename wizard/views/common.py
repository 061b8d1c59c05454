"""What every view of a setup begins with: the object, for this person."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from teams.access import Action, fetch_for
from teams.http import SignedInRequest
from wizard.models import Setup


def fetch_setup(request: SignedInRequest, setup_id: Any, action: Action = Action.SEE) -> Setup:
    """The setup with its org and connection, if this person may do that with it (else 404 or 403)."""
    setups = Setup.objects.select_related("org", "org__connection", "finished_by")
    return fetch_for(request.user, action, setups, team_field="org__team", pk=setup_id)


def check_stage(setup: Setup, stage_key: str) -> str:
    """The stage's key, or 404 for one that the guide does not have."""
    if stage_key not in {stage.key for stage in setup.guide.stages}:
        raise Http404
    return stage_key


def check_input(setup: Setup, input_key: str) -> str:
    """The input's key, or 404 for one that the guide does not ask for."""
    if input_key not in {each.key for each in setup.guide.inputs}:
        raise Http404
    return input_key


def typed(text: str) -> str:
    """What somebody typed, without NUL characters: PostgreSQL can't store or compare them."""
    return text.replace("\0", "")
