"""The token endpoint, rotation, revocation and introspection (section 7)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta

import pytest
import requests

from simulator.client_apps import CLIENT_SECRET
from simulator.org.store import Org
from simulator.scenarios import create
from simulator.server import Stand
from tests.simulator.visitor import Visitor, username_of


@pytest.fixture
def org(own_stand: Stand) -> Org:
    return create(own_stand.world, "fresh", name="Tokens", people=0)


@pytest.fixture
def visitor(own_stand: Stand) -> Visitor:
    return Visitor(own_stand.url)


def code_for(visitor: Visitor, org: Org, **changes: str | None) -> str:
    return visitor.log_in(username_of(org)).authorize(**changes).press("Allow").returned["code"]


def works(visitor: Visitor, access_token: str) -> bool:
    answer = requests.get(
        visitor.url + "/services/data/v66.0/query", {"q": "SELECT Id FROM Organization"},
        headers={"Authorization": f"Bearer {access_token}"}, timeout=60,
    )  # fmt: skip
    assert answer.status_code in (200, 401)
    return answer.status_code == 200


def test_the_answer_has_the_documented_keys_and_a_valid_signature(visitor: Visitor, org: Org) -> None:
    answer = visitor.connect(org)
    assert set(answer) == {
        "access_token", "refresh_token", "signature", "scope", "id_token", "instance_url", "id", "token_type",
        "issued_at",
    }  # fmt: skip
    signed = hmac.new(CLIENT_SECRET.encode(), (answer["id"] + answer["issued_at"]).encode(), hashlib.sha256)
    assert base64.b64decode(answer["signature"]) == signed.digest()
    assert isinstance(answer["issued_at"], str)
    assert works(visitor, answer["access_token"])


def test_without_the_refresh_token_scope_there_is_no_refresh_token(visitor: Visitor, org: Org) -> None:
    answer = visitor.connect(org, scope="api")
    assert "refresh_token" not in answer
    assert "id_token" not in answer


def test_a_code_works_once_and_its_second_use_ends_the_grant(visitor: Visitor, org: Org) -> None:
    code = code_for(visitor, org)
    first = visitor.exchange(code).json()
    second = visitor.exchange(code)
    assert second.json() == {"error": "invalid_grant", "error_description": "expired authorization code"}
    assert not works(visitor, first["access_token"])


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": None}, "invalid_grant"),
        ({"code_verifier": "w" * 43}, "invalid_request"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_secret": None}, "invalid_client"),
        ({"client_id": "wrong"}, "invalid_client_id"),
        ({"redirect_uri": "http://127.0.0.1:9999/orgs/callback/"}, "redirect_uri_mismatch"),
        ({"code": "aPrxnothing"}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_wrong_exchange_is_refused_and_the_right_one_still_works(
    visitor: Visitor, org: Org, changes: dict[str, str | None], error: str
) -> None:
    code = code_for(visitor, org)
    right: dict[str, str | None] = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": "http://localhost:8000/orgs/callback/",
        "code_verifier": "v" * 43,
    }  # fmt: skip
    wrong = visitor.token(**right | changes)
    assert (wrong.status_code, wrong.json()["error"]) == (400, error)
    assert visitor.token(**right).status_code == 200


def test_an_access_token_ends_when_the_switch_says(faulty: Stand, visitor: Visitor, org: Org) -> None:
    org.switches.change(access_token_seconds=60)
    tokens = visitor.connect(org)
    assert works(visitor, tokens["access_token"])
    faulty.world.clock.offset = timedelta(seconds=61)
    assert not works(visitor, tokens["access_token"])
    assert works(visitor, visitor.refresh(tokens["refresh_token"]).json()["access_token"])


def test_a_deactivated_person_is_told_so_at_refresh(visitor: Visitor, org: Org) -> None:
    tokens = visitor.connect(org)
    org.patch(org.admin_id, IsActive=False)
    answer = visitor.refresh(tokens["refresh_token"]).json()
    assert answer == {"error": "invalid_grant", "error_description": "inactive user"}


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_both(visitor: Visitor, org: Org, which: str) -> None:
    tokens = visitor.connect(org)
    address = visitor.url + "/services/oauth2/revoke"
    answer = requests.post(address, {"token": tokens[which]}, timeout=60)
    assert (answer.status_code, answer.text) == (200, "")
    assert not works(visitor, tokens["access_token"])
    assert visitor.refresh(tokens["refresh_token"]).status_code == 400
    assert requests.post(address, {"token": tokens[which]}, timeout=60).status_code == 400


def test_sign_in_and_refresh_leave_login_history_and_a_token_row(visitor: Visitor, org: Org) -> None:
    tokens = visitor.connect(org)
    visitor.refresh(tokens["refresh_token"])
    kinds = [
        row["LoginSubType"] for row in org.rows("LoginHistory") if row["LoginType"] == "Remote Access 2.0"
    ]
    assert kinds == ["OauthWebServer", "OauthRefreshToken"]
    (row,) = org.rows("OauthToken")
    assert (row["AppName"], row["UserId"], row["UseCount"]) == ("Connect Guide", org.admin_id, 2)
