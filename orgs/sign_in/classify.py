"""Which of our reasons (`orgs.sign_in.messages`) a failed sign-in has.

Salesforce's codes and texts: fact sheet, section 7. We branch on OAuth's `error`; the
description is looked at only where Salesforce uses one code for several causes.
"""

from __future__ import annotations

from orgs.salesforce.errors import LimitReached, NoAnswer, SalesforceError, TemporaryProblem

_BY_ERROR = {
    "access_denied": "access_denied",
    "access-denied": "access_denied",  # the documentation's spelling
    "page_expired": "state_used",  # ours, for a page that asks for consent a second time
    "oauth_app_access_denied": "not_approved",
    "invalid_app_access": "not_approved",
    "oauth_approval_error_generic": "generic",
    "oauth_authorization_blocked": "blocked",
    "app_blocked": "blocked",
    "invalid_client_id": "invalid_client_id",
    "redirect_uri_mismatch": "redirect_uri_mismatch",
    "invalid_scope": "invalid_scope",
    "invalid_request": "invalid_request",
    "unsupported_grant_type": "invalid_request",
    "unsupported_response_type": "invalid_request",
    "rate_limit_exceeded": "rate_limited",
    "api_disabled_for_org": "api_disabled",
    "api_currently_disabled": "api_disabled",
}

#: One code with several causes: (error, part of the description in lower case) -> code of ours.
_BY_DESCRIPTION = (
    ("invalid_client", "installed", "app_not_installed"),
    ("invalid_client", "", "invalid_client"),
    ("invalid_grant", "hasn't approved", "not_approved"),
    ("invalid_grant", "inactive user", "inactive_user"),
    ("invalid_grant", "ip restricted", "ip_restricted"),
    ("invalid_grant", "login hours", "login_hours"),
    ("invalid_grant", "", "code_expired"),
)


def classify(error: str, description: str = "") -> str:
    """Our code for what Salesforce answered at the authorize or token endpoint."""
    error, description = error.strip().lower(), description.strip().lower()
    if code := _BY_ERROR.get(error):
        return code
    for known, part, code in _BY_DESCRIPTION:
        if error == known and part in description:
            return code
    return "unknown"


def code_for(error: SalesforceError) -> str:
    """Our code for an error that a call of ours ended in."""
    if (code := classify(error.code, error.message)) != "unknown":
        return code
    if isinstance(error, LimitReached):
        return "limit_reached"
    if isinstance(error, NoAnswer):
        return "no_network"
    if isinstance(error, TemporaryProblem):
        return "rate_limited" if error.status == 429 else "salesforce_down"
    return "unknown"
