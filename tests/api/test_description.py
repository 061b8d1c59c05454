"""The description of the API is true: whatever is sent, the answer is one that it tells of."""

from __future__ import annotations

import io
import json
from http import HTTPStatus
from pathlib import Path

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from teams import limits
from tests.api.conftest import MakeProgram
from tests.wizard.harness import SetupHarness

pytestmark = pytest.mark.django_db

KEPT = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 8  # of each operation, right ones and wrong ones: the whole test takes some ten seconds


def test_the_description_that_is_checked_in_is_todays() -> None:
    now = io.StringIO()
    call_command("openapi", stdout=now)
    told = json.loads(now.getvalue())
    assert told["openapi"].startswith("3.1")
    assert json.loads(KEPT.read_text()) == told, "manage.py openapi > docs/openapi.json"


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_nothing_that_is_sent_gets_an_answer_that_is_not_described(
    checked: SetupHarness,
    program_of: MakeProgram,
    monkeypatch: pytest.MonkeyPatch,
    mode: GenerationMode,
) -> None:
    monkeypatch.setattr(limits, "calling", lambda _token: 0)
    for signal in (request_started, request_finished):  # the test's transaction is on this connection
        monkeypatch.setattr(signal, "receivers", [])
    program = program_of(checked.person)
    job = checked.setup.jobs.first()
    assert job is not None
    known = {"setup_id": checked.setup.pk, "org_id": checked.org.pk, "job_id": job.pk}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    answered: dict[str, set[int]] = {}

    for found in schema.get_all_operations():
        operation = found.ok()  # type: ignore[union-attr]

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: schemathesis.Case) -> None:  # type: ignore[type-arg]
            for name in case.path_parameters or {}:
                if name in known:  # else nearly every answer is that there is no such thing
                    case.path_parameters[name] = str(known[name])
            response = case.call(headers={"Authorization": f"Bearer {program.secret}"})
            case.validate_response(response, checks=CHECKS)
            answered.setdefault(case.operation.label, set()).add(response.status_code)

        try:
            ask()
        except Exception as nothing:
            if "Unsatisfiable" not in type(nothing).__name__:
                raise

    assert len(answered) > 20, "it asked for nearly nothing"
    good = sum(any(status < HTTPStatus.BAD_REQUEST for status in each) for each in answered.values())
    assert mode is GenerationMode.NEGATIVE or good > 10, answered
