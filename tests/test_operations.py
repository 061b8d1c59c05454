"""docs/operations.md: what it tells to run, watch and configure is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from config.metrics import exposition, measured
from orgs.oauth import SCOPE_REASONS
from tests.test_docs import NAME, all_settings, rows

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


@pytest.mark.django_db
def test_every_alarm_is_about_a_figure_that_is_measured() -> None:
    there = set(re.findall(r"^# TYPE (\w+)", exposition(measured()), re.M))
    named = set(re.findall(r"connect_guide_\w+", TEXT))
    assert len(named) > 6
    assert named <= there
    assert there - named == set(), "a figure that nobody watches"


def test_every_setting_that_is_named_exists() -> None:
    """In capitals with an underscore: a setting, or PostgreSQL's password for Docker Compose."""
    named = set(re.findall(r"`\{?([A-Z]+_[A-Z_]+)\}?", TEXT))
    known = all_settings() | {"POSTGRES_PASSWORD", "HTTPS_PROXY"}
    assert {"PUBLIC_URL", "TOKEN_KEYS", "METRICS_KEY"} <= named
    assert named <= known


# Not for operators: the try-out's people, the first account (docs/accounts.md), a document of ours.
NOT_HERE = {"demo", "add_person", "openapi", "webhook_receiver"}


def test_every_command_of_ours_is_explained() -> None:
    ours = {
        name
        for name, room in get_commands().items()
        if room in ("api", "config", "teams", "orgs", "notices", "wizard")
    }
    assert {"verify_audit", "shred_person", "calibrate"} <= ours
    used = set(re.findall(r"python manage\.py ([a-z_]+)", TEXT))
    assert ours - used == NOT_HERE


def test_the_scopes_are_those_that_we_ask_for() -> None:
    fields = [first for first, *_ in rows(TEXT, "field", "value", "why")]
    assert {NAME.findall(each)[0] for each in fields if each.startswith("scope")} == set(SCOPE_REASONS)


def test_every_service_that_is_stopped_or_run_exists() -> None:
    for line in re.findall(r"docker compose (?:stop|exec|run)(.*)", TEXT):
        assert set(re.findall(r"\w+", line)) & set(COMPOSE["services"]), line
    stopped = re.findall(r"docker compose stop(?: --timeout \d+)? ([a-z ]+)", TEXT)
    assert {tuple(each.split()) for each in stopped} == {("web", "stream", "worker", "beat")}


def test_what_is_said_of_jobs_and_tries_is_what_the_code_does() -> None:
    from config import process_heartbeats
    from orgs.connections import revocation
    from wizard.jobs import queue
    from wizard.live import stream

    assert f"silent heartbeat after {queue.STALE.seconds} seconds" in TEXT
    assert f'"still here" every {stream.KEEP_ALIVE_SECONDS} seconds' in TEXT
    assert f"heard of in the last {process_heartbeats.SILENT:.0f} seconds" in TEXT
    minutes = sum(
        min(2**attempt, revocation.LONGEST_PAUSE.seconds // 60) for attempt in range(1, revocation.TRIES)
    )
    assert 30 * 60 < minutes < 42 * 60, "not quite two days"
