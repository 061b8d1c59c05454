"""Tokens of links that are sent out: 256 random bits, and only their hash is kept."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is stored. Plain SHA-256 does: there is nothing to guess in 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
