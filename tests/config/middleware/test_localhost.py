from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db
ASKED = "/account/login/?next=%2Forgs%2Fconnect%2F"


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "[::1]:8000"])
def test_a_number_leads_to_localhost_with_path_and_query(
    client: Client, settings: Settings, host: str
) -> None:
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = "http://localhost:8000", ["localhost", "127.0.0.1", "[::1]"]
    asked = client.get(ASKED, HTTP_HOST=host)
    assert (asked.status_code, asked["Location"]) == (302, f"http://localhost:8000{ASKED}")
    sent = client.post("/account/login/", {"login": "x"}, HTTP_HOST=host)
    assert (sent.status_code, sent["Location"]) == (307, "http://localhost:8000/account/login/")
    assert client.get(ASKED, HTTP_HOST="localhost:8000").status_code == 200
    assert client.get("/healthz", HTTP_HOST=host).status_code == 200


def test_an_installation_with_a_name_of_its_own_leads_nobody_to_localhost(
    client: Client, settings: Settings
) -> None:
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = "https://guide.example.com", ["127.0.0.1"]
    assert client.get(ASKED, HTTP_HOST="127.0.0.1", secure=True).status_code == 200
