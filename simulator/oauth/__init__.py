"""OAuth 2.0 web-server flow with PKCE, as in section 7 of the fact sheet."""

# Our External Client App as the stand-in knows it.
CLIENT_ID = "connect-guide-stand-in"
CLIENT_SECRET = "stand-in-secret"
APP_LABEL = "Connect Guide"
