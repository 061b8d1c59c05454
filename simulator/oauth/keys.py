"""The key that signs id tokens, and the id token itself (a JWT with RS256)."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from simulator.world import World

KEY_ID = "stand-in"
_LIFE = timedelta(minutes=2)


def private_key(world: World) -> rsa.RSAPrivateKey:
    """Made at the first use and kept with the world, so that a restart doesn't change it."""
    pem = world.extra.get("signing_key")
    if pem:
        found = serialization.load_pem_private_key(pem.encode(), None)
        if isinstance(found, rsa.RSAPrivateKey):
            return found
    key = rsa.generate_private_key(65537, 2048)
    world.extra["signing_key"] = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    world.changed = True
    return key


def jwks(world: World) -> dict[str, object]:
    numbers = private_key(world).public_key().public_numbers()
    key = {
        "kty": "RSA",
        "use": "sig",
        "alg": "RS256",
        "kid": KEY_ID,
        "n": _number(numbers.n),
        "e": _number(numbers.e),
    }
    return {"keys": [key]}


def id_token(world: World, client_id: str, issuer: str, identity: str, nonce: str) -> str:
    now = world.clock.now()
    claims = {
        "iss": issuer,
        "sub": identity,
        "aud": client_id,
        "iat": int(now.timestamp()),
        "exp": int((now + _LIFE).timestamp()),
    } | ({"nonce": nonce} if nonce else {})
    head = {"typ": "JWT", "alg": "RS256", "kid": KEY_ID}
    body = ".".join(_b64(json.dumps(part, separators=(",", ":")).encode()) for part in (head, claims))
    signature = private_key(world).sign(body.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{body}.{_b64(signature)}"


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _number(value: int) -> str:
    return _b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))
