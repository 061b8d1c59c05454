"""Userinfo, the identity URL, keys and discovery (section 7)."""

from __future__ import annotations

import base64
import json

import pytest
import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from simulator.client_apps import CLIENT_ID
from simulator.org.store import Org
from simulator.scenarios import create
from simulator.server import Stand
from tests.simulator.visitor import Visitor


@pytest.fixture
def org(own_stand: Stand) -> Org:
    return create(own_stand.world, "fresh", name="Identity", people=0)


def get(address: str, token: str = "") -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.get(address, headers=headers, timeout=60)


def test_a_bad_token_is_answered_in_one_word(own_stand: Stand, org: Org) -> None:
    address = own_stand.url + "/services/oauth2/userinfo"
    assert (get(address).status_code, get(address).text) == (403, "Missing_OAuth_Token")
    assert get(address, "nonsense").text == "Bad_OAuth_Token"
    other = create(own_stand.world, "fresh", name="Other", people=0)
    tokens = Visitor(own_stand.url).connect(org)
    wrong = get(f"{own_stand.url}/id/{other.id}/{other.admin_id}", tokens["access_token"])
    assert (wrong.status_code, wrong.text) == (403, "Wrong_Org")


def test_the_id_token_is_signed_with_the_published_key(own_stand: Stand, org: Org) -> None:
    tokens = Visitor(own_stand.url).connect(org, nonce="n-1")
    found = get(own_stand.url + "/.well-known/openid-configuration").json()
    (key,) = get(found["jwks_uri"]).json()["keys"]
    head, body, signature = tokens["id_token"].split(".")
    public = rsa.RSAPublicNumbers(_number(key["e"]), _number(key["n"])).public_key()
    public.verify(_raw(signature), f"{head}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256())
    claims = json.loads(_raw(body))
    assert claims["iss"] == found["issuer"] == own_stand.url
    assert (claims["aud"], claims["sub"], claims["nonce"]) == (CLIENT_ID, tokens["id"], "n-1")


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _number(text: str) -> int:
    return int.from_bytes(_raw(text), "big")
