"""OAuth 2.0 web-server flow with PKCE, as in section 7 of the fact sheet."""

from __future__ import annotations

from flask import Blueprint

# Our External Client App as the stand-in knows it.
CLIENT_ID = "connect-guide-stand-in"
CLIENT_SECRET = "stand-in-secret"
APP_LABEL = "Connect Guide"

blueprint = Blueprint("oauth", __name__)

from simulator.oauth import authorize, identity, login, revoke, token  # noqa: E402,F401 - they add their routes
