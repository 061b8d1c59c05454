"""OAuth 2.0 web-server flow with PKCE, as in section 7 of the fact sheet."""
