"""Figures for Prometheus, behind a key, without anybody's name."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest
from celery.signals import heartbeat_sent
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from config import process_heartbeats
from orgs.models import Revocation
from orgs.salesforce import outcomes
from simulator.server import Stand
from tests.access.people import Side, make_side
from tests.fixture_types import FreePort, MakePerson
from wizard.live.publish import AWAY
from wizard.live.stream import hub
from wizard.models import Job

pytestmark = pytest.mark.django_db
KEY = "a-key-for-prometheus"


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    cache.clear()
    outcomes.take()


@pytest.fixture
def side(person: MakePerson) -> Side:
    return make_side("Ours", person)


@pytest.fixture
def read(client: Client, settings: Settings) -> Any:
    settings.METRICS_KEY = KEY

    def figures() -> dict[str, float]:
        answer = client.get("/metrics", headers={"authorization": f"Bearer {KEY}"})
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
        found = {}
        for line in answer.content.decode().splitlines():
            if not line.startswith("#"):
                name, value = re.fullmatch(r'(\w+(?:\{\w+="\w+"\})?) (\S+)', line).groups()  # type: ignore[union-attr]
                assert name not in found
                found[name.removeprefix("connect_guide_")] = float(value)
        return found

    return figures


def test_without_a_key_in_the_settings_there_is_no_such_page(client: Client, settings: Settings) -> None:
    settings.METRICS_KEY = ""
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer wrong", f"Basic {KEY}", f"Bearer {KEY}x", "Bearer é"]
)
def test_another_key_is_refused(client: Client, settings: Settings, given: str) -> None:
    settings.METRICS_KEY = KEY
    assert client.get("/metrics", headers={"authorization": given}).status_code == 401
    assert client.get(f"/metrics?key={KEY}").status_code == 401


def test_jobs_are_counted_with_the_age_of_the_queue_and_the_stuck_ones(read: Any, side: Side) -> None:
    now = timezone.now()
    empty = read()
    assert (empty['jobs{state="queued"}'], empty["queue_age_seconds"], empty["jobs_stuck"]) == (0, 0, 0)
    old = {"setup": side.setup, "org": side.org, "kind": Job.Kind.CHECK}
    Job.objects.create(**old, created_at=now - timedelta(seconds=90))
    Job.objects.create(
        **{**old, "kind": Job.Kind.APPLY}, state=Job.State.RUNNING, heartbeat_at=now - timedelta(minutes=1)
    )
    found = read()
    assert (found['jobs{state="queued"}'], found['jobs{state="running"}']) == (1, 1)
    assert 90 <= found["queue_age_seconds"] < 120
    assert found["jobs_stuck"] == 1


def test_connections_and_revocations_are_counted(read: Any, side: Side) -> None:
    assert read()['connections{state="connected"}'] == 1
    assert read()['connections{state="needs_reconnecting"}'] == 0, "from zero: else the first are no rise"
    before = read()
    new = {"origin": "https://x.my.salesforce.com", "next_try_at": timezone.now()}
    Revocation.objects.create(**new, token="t")
    Revocation.objects.create(**new, given_up_at=timezone.now())
    side.org.connection.state = "needs_reconnecting"
    side.org.connection.save()
    found = read()
    assert found['connections{state="needs_reconnecting"}'] == 1
    assert found["revocations_waiting"] == before["revocations_waiting"] + 1
    assert found["revocations_given_up"] == before["revocations_given_up"] + 1


def test_calls_to_salesforce_are_counted_by_how_they_ended(read: Any) -> None:
    for outcome in ("ok", "ok", "NoAnswer"):
        outcomes.note(outcome)
    first = read()
    assert first['salesforce_calls_total{outcome="ok"}'] == 2
    outcomes.note("ok")
    again = read()
    assert again['salesforce_calls_total{outcome="ok"}'] == 3
    assert again['salesforce_calls_total{outcome="NoAnswer"}'] == 1


def test_real_calls_are_counted(stand: Stand, read: Any) -> None:
    from orgs.salesforce.errors import SalesforceError
    from orgs.salesforce.transport import Transport

    transport = Transport(stand.url)
    transport.send("GET", "/services/data/", None, safe=True)
    with pytest.raises(SalesforceError):
        transport.send("GET", "/services/data/v66.0/query?q=x", "no-token", safe=True)
    transport.close()
    found = read()
    assert found['salesforce_calls_total{outcome="ok"}'] == 1
    assert found['salesforce_calls_total{outcome="SessionExpired"}'] == 1


def test_a_stream_says_that_it_lives_and_how_many_look(read: Any) -> None:
    async def one_life() -> None:
        beating = asyncio.create_task(process_heartbeats.stream_beats(lambda: 7))
        for _ in range(2_000):
            await asyncio.sleep(0.02)
            if await asyncio.to_thread(process_heartbeats.alive, "stream"):
                break
        beating.cancel()

    asyncio.run(one_life())
    found = read()
    assert (found["stream_viewers"], found['processes{part="stream"}']) == (7, 1)
    assert hub.viewers() == 0


def test_a_worker_that_is_connected_says_so_and_hands_in_its_calls(
    read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_heartbeats, "_last", -process_heartbeats.EVERY)
    for _beat in range(2):
        outcomes.note("ok")
        heartbeat_sent.send(sender=None)
    assert len(process_heartbeats.alive("worker")) == 1
    assert process_heartbeats.calls() == {"ok": 2}
    assert read()['processes{part="worker"}'] == 1


def test_what_can_t_be_handed_in_is_kept(settings: Settings, free_port: FreePort) -> None:
    outcomes.note("ok")
    healthy = settings.CACHES
    settings.CACHES = {"default": {**healthy["default"], "LOCATION": f"redis://127.0.0.1:{free_port()}/0"}}
    with pytest.raises(AWAY):
        process_heartbeats.hand_in_calls()
    settings.CACHES = healthy
    process_heartbeats.hand_in_calls()
    assert process_heartbeats.calls() == {"ok": 1}


def test_without_a_broker_the_rest_is_told_and_that_it_is_away(
    read: Any, settings: Settings, free_port: FreePort
) -> None:
    assert read()['up{part="broker"}'] == 1
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": f"redis://127.0.0.1:{free_port()}/0"}
    }
    found = read()
    assert (found['up{part="broker"}'], found['up{part="database"}']) == (0, 1)
    assert "queue_age_seconds" in found
    assert "stream_viewers" not in found, "nobody knows"


def test_without_a_database_the_rest_is_told(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("the connection is closed")

    monkeypatch.setattr("config.metrics._of_the_database", away)
    found = read()
    assert (found['up{part="broker"}'], found['up{part="database"}']) == (1, 0)
    assert "stream_viewers" in found


def test_figures_go_on_in_maintenance_and_under_any_host(client: Client, settings: Settings) -> None:
    settings.METRICS_KEY, settings.MAINTENANCE = KEY, "Back at 18:00 UTC"
    key = {"authorization": f"Bearer {KEY}", "host": "10.0.0.5:8000"}
    assert client.get("/metrics", headers=key).status_code == 200


def test_who_was_silent_for_too_long_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    process_heartbeats.beat("worker")
    assert len(process_heartbeats.alive("worker")) == 1
    monkeypatch.setattr(process_heartbeats, "SILENT", -1.0)
    assert process_heartbeats.alive("worker") == {}


def test_no_figure_names_anybody(client: Client, settings: Settings, side: Side) -> None:
    settings.METRICS_KEY = KEY
    text = client.get("/metrics", headers={"authorization": f"Bearer {KEY}"}).content.decode()
    for personal in (side.org.name, side.org.org_id, str(side.setup.pk), side.team.name, "@"):
        assert personal not in text
