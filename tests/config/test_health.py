from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db.migrations.recorder import MigrationRecorder
from redis import Redis

from config import process_heartbeats


@pytest.fixture(autouse=True)
def _nobody_was_heard_of_yet():
    cache.clear()


@pytest.mark.django_db
def test_it_is_ready_when_database_and_broker_answer(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        **{"database": True, "migrations": True, "broker": True},
        **{"worker": False, "stream": False, "beat": False},
    }


@pytest.mark.django_db
def test_it_is_not_ready_without_a_broker(client, settings, free_port):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert [part for part, answers in answer.json().items() if answers] == ["database", "migrations"]


@pytest.mark.django_db
def test_it_is_not_ready_with_a_broker_that_takes_nothing_more(client, settings):
    """It answers to a ping, but no limit of a sign-in can be counted there."""
    with Redis.from_url(settings.REDIS_URL) as broker:
        broker.config_set("maxmemory", 1)
        try:
            assert broker.ping()
            answer = client.get("/readyz")
        finally:
            broker.config_set("maxmemory", 0)
    assert (answer.status_code, answer.json()["broker"]) == (503, False)
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_it_is_not_ready_before_its_tables_are_there(client, monkeypatch):
    monkeypatch.setattr("config.health._migrated", False)
    last = MigrationRecorder.Migration.objects.filter(app="teams").latest("name")
    last.delete()
    try:
        answer = client.get("/readyz")
    finally:
        last.save()
    assert (answer.status_code, answer.json()["migrations"]) == (503, False)
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_the_whole_is_ready_when_a_worker_and_a_stream_were_heard_of(client):
    assert client.get("/readyz?whole=1").status_code == 503
    process_heartbeats.beat("worker")
    assert client.get("/readyz?whole=1").status_code == 503
    process_heartbeats.beat("stream", viewers=0)
    assert client.get("/readyz?whole=1").json()["beat"] is False
    process_heartbeats.beat("beat")
    answer = client.get("/readyz?whole=1")
    assert answer.status_code == 200
    assert all(answer.json().values())


def test_it_lives_even_without_a_database(client):
    # No database mark: pytest-django would fail this test if the view touched it.
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "host", ["10.0.0.5:8000", "[fd00::5]:8000", "kubelet", "guide.internal.:80", "", "not a host", "[::1"]
)
def test_health_is_told_whatever_the_host_header_says(client, host):
    for path in ("/healthz", "/readyz", "/healthz/"):
        assert client.get(path, headers={"host": host}).status_code == 200
    if host:
        assert client.get("/", headers={"host": host}).status_code == 400, "pages are refused as before"


@pytest.mark.django_db
@pytest.mark.parametrize("allowed", ["*", ".example.com", "guide.example.com"])
def test_health_is_told_whatever_hosts_are_allowed(client, settings, allowed):
    settings.ALLOWED_HOSTS = [allowed]
    assert client.get("/readyz", headers={"host": "10.0.0.5"}).status_code == 200
