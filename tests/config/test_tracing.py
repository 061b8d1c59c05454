"""Every line says which request or job it is about, in ids only."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from celery import shared_task
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from config import tracing
from config.logs.lines import OneLine
from teams.backends import Accounts
from teams.models import User
from tests.fixture_types import SignedIn

pytestmark = pytest.mark.django_db
SETUP = "0b9fa41b-65ee-4b55-a5b1-7d2f9d0f4a11"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Any:
    """Each record since now, as it was written at the time."""
    found: list[dict[str, object]] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(json.loads(OneLine().format(record)))

    keep = Keep()
    logging.getLogger().addHandler(keep)
    caplog.set_level(logging.INFO)
    yield found
    logging.getLogger().removeHandler(keep)


def done(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["logger"] == "requests.done"]


def test_a_request_has_an_id_that_its_lines_and_its_answer_carry(client: Client, lines: Any) -> None:
    numbers = [client.get("/help/")["X-Request-ID"] for _ in range(2)]
    assert [line["request"] for line in done(lines)] == numbers
    assert len(set(numbers)) == 2
    assert tracing.ids() == {}, "nothing is left for the thread's next request"


def test_a_line_has_the_pattern_of_the_address_and_ids_but_no_person(
    dana: User, signed_in: SignedIn, lines: Any
) -> None:
    signed_in(dana).get(reverse("teams:join", args=["a-token-of-an-invitation"]), {"code": "x"})
    (line,) = done(lines)
    assert "/team/join/<str:token>/" in line["message"]
    assert f"person {dana.pk}" in line["message"]
    for personal in ("a-token", dana.email, dana.name, "code"):
        assert personal not in line["message"]


def test_a_request_that_could_not_ask_who_it_is_has_its_line_and_id_all_the_same(
    dana: User, signed_in: SignedIn, lines: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is away: the line is no question to it."""

    def away(*_args: object) -> None:
        raise OperationalError("connection lost")

    client = signed_in(dana)
    client.raise_request_exception = False
    monkeypatch.setattr(Accounts, "get_user", away)
    answer = client.get("/")
    assert answer.status_code == 503
    assert f"Reference {answer['X-Request-ID']}" in answer.content.decode()
    (line,) = done(lines)
    assert line["request"] == answer["X-Request-ID"]


def test_an_id_from_outside_is_taken_only_behind_a_proxy(client: Client, settings: Settings) -> None:
    given = {"X-Request-ID": "from-the-proxy-1"}
    assert client.get("/healthz", headers=given)["X-Request-ID"] != given["X-Request-ID"]
    settings.TRUSTED_PROXY_COUNT = 1
    assert client.get("/healthz", headers=given)["X-Request-ID"] == given["X-Request-ID"]
    hostile = client.get("/healthz", headers={"X-Request-ID": "x\n" + "y" * 100})["X-Request-ID"]
    assert "y" not in hostile


@shared_task(name="tests.run_job")
def speaking(job_id: str) -> None:
    logging.getLogger("wizard").info("working")


def test_what_a_worker_writes_names_the_job(lines: Any) -> None:
    speaking.apply(args=(SETUP,), task_id="task-1")
    (line,) = [line for line in lines if line["message"] == "working"]
    assert line["job"] == SETUP
    assert (line["task"], line["task_name"]) == ("task-1", "tests.run_job")
    assert tracing.ids() == {}


def test_a_failing_request_is_traced_too(client: Client, lines: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: Any) -> None:
        raise RuntimeError("on purpose")

    client.raise_request_exception = False
    monkeypatch.setattr("wizard.views.public.render", fail)
    number = client.get("/help/")["X-Request-ID"]
    failed = [line for line in lines if "traceback" in line]
    assert failed
    assert {line["request"] for line in failed} == {number}
