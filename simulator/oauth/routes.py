"""The addresses of sign-in."""

from __future__ import annotations

from simulator.oauth import authorize, bridge, identity, login, revoke, token

BLUEPRINTS = tuple(part.blueprint for part in (authorize, bridge, identity, login, revoke, token))
