"""A hostile or broken server in Salesforce's place answers a sign-in with rubbish."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from orgs.models import Connection, Org, Revocation
from teams.models import User
from tests.answers import Answer
from tests.faults.judging import assert_no_raw_error
from tests.fixture_types import SignedIn
from tests.orgs.stand_in import shown

pytestmark = pytest.mark.django_db

ORG, PERSON = "00D000000000001EAA", "005000000000001AAA"
DEEP = "[" * 100_000


class Rogue:
    """Answers what it is told to: path -> body. Counts the revocations that it is asked for."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.revoked = 0
        self.token: dict[str, Any] = {
            "access_token": "secret-access",
            "refresh_token": "secret-refresh",
            "instance_url": url,
            "id": f"{url}/id/{ORG}/{PERSON}",
            "scope": "api",
        }
        self.organization: dict[str, Any] = {"Id": ORG, "Name": "Rogue", "IsSandbox": True}
        self.instead: dict[str, str] = {}

    def answer(self, path: str, request: Any) -> str:
        for part, body in self.instead.items():
            if part in path:
                return body
        if path.endswith("/token"):
            return json.dumps(self.token)
        if path.endswith("/userinfo"):
            return json.dumps({"preferred_username": "rogue@x.example", "name": "Rogue"})
        if path.endswith("/composite"):
            return json.dumps({"compositeResponse": [self._result(sub) for sub in request]})
        if "/query" in path:
            return json.dumps({"records": [], "done": True})
        return json.dumps([{"version": "66.0"}])

    def _result(self, sub: Any) -> dict[str, Any]:
        described = {"fields": [{"name": "Id"}]}
        body = described if "describe" in sub["url"] else {"records": [self.organization], "done": True}
        return {"referenceId": sub["referenceId"], "httpStatusCode": 200, "body": body}


@pytest.fixture
def rogue(settings: Settings) -> Iterator[Rogue]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(b"")

        def do_POST(self) -> None:
            self._say(self.rfile.read(int(self.headers["Content-Length"])))

        def _say(self, sent: bytes) -> None:
            one.revoked += self.path.endswith("/revoke")
            subs = json.loads(sent)["compositeRequest"] if self.path.endswith("/composite") else None
            body = one.answer(self.path, subs).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    one = Rogue(f"http://127.0.0.1:{server.server_port}")
    settings.SALESFORCE_EXTRA_ORIGINS = [one.url]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield one
    server.shutdown()
    thread.join()
    server.server_close()


def come_back(client: Client, rogue: Rogue) -> Any:
    client.post(reverse("orgs:connect"), {"where": rogue.url})
    (state,) = client.session["sign_ins"]
    return shown(client, client.get(reverse("orgs:callback"), {"state": state, "code": "code"}))


def assert_explained(response: Answer) -> None:
    assert response.status_code == 400
    page = response.content.decode()
    assert_no_raw_error(page)
    assert "secret-" not in page
    assert not Org.objects.exists()
    assert not Connection.objects.exists()


def test_without_rubbish_it_is_connected(rogue: Rogue, signed_in: SignedIn, dana: User) -> None:
    assert come_back(signed_in(dana), rogue).status_code == 302
    assert Org.objects.get().name == "Rogue"


def test_a_name_that_no_database_takes_is_kept_without_what_is_broken_in_it(
    rogue: Rogue, signed_in: SignedIn, dana: User
) -> None:
    rogue.organization["Name"] = "Half \ud83d and\0 NUL"
    assert come_back(signed_in(dana), rogue).status_code == 302
    assert Org.objects.get().name == "Half ? and NUL"


@pytest.mark.parametrize(
    "body", ["[]", "5", "null", '"x"', "{}", DEEP, "<html>", '{"access_token": 5}', '{"error": [1]}']
)
def test_a_token_endpoint_that_answers_rubbish_is_explained(
    rogue: Rogue, signed_in: SignedIn, dana: User, body: str
) -> None:
    rogue.instead["/token"] = body
    assert_explained(come_back(signed_in(dana), rogue))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "http://[x/id/"),
        ("id", "//"),
        ("instance_url", "http://[::1"),
        ("instance_url", "https://evil.example"),
        ("expires_in", float("inf")),
    ],
)
def test_a_grant_whose_addresses_or_life_are_rubbish_is_explained(
    rogue: Rogue, signed_in: SignedIn, dana: User, field: str, value: object
) -> None:
    rogue.token[field] = value
    assert_explained(come_back(signed_in(dana), rogue))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/services/data/v66.0/composite", '{"compositeResponse": []}'),
        ("/userinfo", DEEP),
        ("/userinfo", "[]"),
        ("/query", '{"records": [5]}'),
        ("/query", '{"records": [{"SubscriberPackage": 5}]}'),
    ],
)
def test_an_org_that_answers_rubbish_is_explained_and_its_grant_ended(
    rogue: Rogue, signed_in: SignedIn, dana: User, path: str, body: str
) -> None:
    rogue.instead[path] = body
    assert_explained(come_back(signed_in(dana), rogue))
    assert rogue.revoked == 1
    assert not Revocation.objects.exists()


@pytest.mark.parametrize("versions", ["[]", "[5]", '[{"version": "x"}]', '[{"label": "x"}]'])
def test_versions_that_are_none_are_explained_and_the_grant_ended(
    rogue: Rogue, signed_in: SignedIn, dana: User, versions: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = rogue.answer

    def told(path: str, request: Any) -> str:
        return versions if path.endswith("/data/") else answer(path, request)

    monkeypatch.setattr(rogue, "answer", told)
    assert_explained(come_back(signed_in(dana), rogue))
    assert rogue.revoked == 1


@pytest.mark.parametrize(
    "organization", [{}, {"Id": ORG}, {"Id": ORG + "x" * 40, "Name": "", "IsSandbox": 1}]
)
def test_an_organization_without_what_every_org_has_is_not_kept(
    rogue: Rogue, signed_in: SignedIn, dana: User, organization: dict[str, object]
) -> None:
    rogue.organization = organization
    assert_explained(come_back(signed_in(dana), rogue))
    assert rogue.revoked == 1


def test_a_name_that_no_database_takes_is_cut_and_shown_as_text(
    rogue: Rogue, signed_in: SignedIn, dana: User
) -> None:
    rogue.organization["Name"] = "<img src=x onerror=alert(1)>\0" + "x" * 5000
    client = signed_in(dana)
    assert come_back(client, rogue).status_code == 302
    assert len(Org.objects.get().name) == 255
    page = client.get("/").content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page
