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
