from __future__ import annotations

import pytest
from django.core.cache import cache

from config import process_heartbeats


@pytest.fixture(autouse=True)
def _nobody_was_heard_of_yet():
    cache.clear()


@pytest.mark.django_db
def test_it_is_ready_when_database_and_broker_answer(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": True, "broker": True, "worker": False, "stream": False}


@pytest.mark.django_db
def test_it_is_not_ready_without_a_broker(client, settings, free_port):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"database": True, "broker": False, "worker": False, "stream": False}


@pytest.mark.django_db
def test_the_whole_is_ready_when_a_worker_and_a_stream_were_heard_of(client):
    assert client.get("/readyz?whole=1").status_code == 503
    process_heartbeats.beat("worker")
    assert client.get("/readyz?whole=1").status_code == 503
    process_heartbeats.beat("stream", viewers=0)
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
    for path in ("/healthz", "/readyz"):
        assert client.get(path, headers={"host": host}).status_code == 200
    if host:
        assert client.get("/", headers={"host": host}).status_code == 400, "pages are refused as before"


@pytest.mark.django_db
@pytest.mark.parametrize("allowed", ["*", ".example.com", "guide.example.com"])
def test_health_is_told_whatever_hosts_are_allowed(client, settings, allowed):
    settings.ALLOWED_HOSTS = [allowed]
    assert client.get("/readyz", headers={"host": "10.0.0.5"}).status_code == 200
