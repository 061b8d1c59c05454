from __future__ import annotations

import pytest


@pytest.mark.django_db
def test_it_is_ready_when_database_and_broker_answer(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": True, "broker": True}


@pytest.mark.django_db
def test_it_is_not_ready_without_a_broker(client, settings, free_port):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"database": True, "broker": False}


def test_it_lives_even_without_a_database(client):
    # No database mark: pytest-django would fail this test if the view touched it.
    assert client.get("/healthz").status_code == 200
