"""Which of our reasons (`orgs.sign_in.messages`) a failed sign-in has.

Salesforce's codes and texts: fact sheet, section 7; the list of error codes in the help pages of the
OAuth flows; and the server's own list, as Salesforce's Mobile SDK has it (`OAuthErrorCode`). We branch
on OAuth's `error`; the description is looked at only where Salesforce uses one code for several causes.
"""

from __future__ import annotations

import re

from orgs.plain_text import plain
from orgs.salesforce.errors import (
    CONCURRENT,
    LimitReached,
    NoAnswer,
    OrgMoved,
    SalesforceError,
    TemporaryProblem,
)

_REASONS: dict[str, tuple[str, ...]] = {
    "state_used": ("page_expired",),  # ours, for a page that asks for consent a second time
    "not_approved": ("oauth_app_access_denied", "invalid_app_access"),
    "generic": ("oauth_approval_error_generic",),
    "blocked": (
        "oauth_authorization_blocked",
        "oauth_app_blocked",
        "app_blocked",
        "fail_close_app_blocked",
        "client_blocked",
        "client_blocked_retry",
    ),
    "ec_app_missing": ("oauth_ec_app_not_found", "app_not_found", "installation_error"),
    "invalid_client_id": ("invalid_client_id", "invalid_expid", "unsupported_expid"),
    "invalid_client": ("invalid_basic_auth_header",),
    "redirect_uri_mismatch": ("redirect_uri_mismatch", "redirect_uri_missing"),
    "invalid_scope": ("invalid_scope", "insufficient_scope"),
    "invalid_request": (
        "invalid_request",
        "unsupported_grant_type",
        "unsupported_response_type",
        "unauthorized_client",
        "oauth_flow_disabled",
        "oauth_policy_not_found",
        "ecapp_policy_not_found",
        "invalid_distribution_state",
        "invalid_assertion_type",
        "invalid_dpop_proof",
        "use_dpop_nonce",
        "bad_jti_claim",
        "app_attest_failed",
        "app_attest_failed_retry",
        "registration_error",
        "failed_registration",
        "exceeded_registration_limit",
    ),
    "session_level": ("invalid_session_level",),
    "session_refused": ("session_refused",),
    "not_finished": (
        "immediate_unsuccessful",
        "authorization_pending",
        "login_error",
        "otp_error",
        "invalid_otp",
        "login_required",
        "consent_required",
        "interaction_required",
        "account_selection_required",
    ),
    "inactive_user": ("inactive_user", "inactive"),
    "inactive_org": ("inactive_org", "org_locked"),
    "password_expired": ("invalid_operation_with_expired_password",),
    "ip_restricted": ("ip_restricted",),
    "code_expired": ("invalid_token", "unsupported_token_type"),
    "grant_ended": ("invalid_session_id", "bad_oauth_token", "missing_oauth_token"),
    "identity_refused": ("wrong_org", "no_access", "bad_id", "no_site_endpoint"),
    "rate_limited": ("rate_limit_exceeded", "login_rate_exceeded", "slow_down"),
    "salesforce_down": (
        "server_error",
        "temporarily_unavailable",
        "service_unavailable",
        "system_down",
        "unknown_error",
    ),
    "api_disabled": ("api_disabled_for_org", "api_currently_disabled"),
    "no_network": ("query_timeout",),  # it answered nothing in the time that it gives itself
    "limit_reached": ("request_limit_exceeded",),
    "user_limit": ("user_limit",),
    "other_limit": ("other_limit",),
    "concurrent_limit": (CONCURRENT.lower(),),
}
_BY_ERROR = {error: code for code, errors in _REASONS.items() for error in errors}

#: Codes that Salesforce uses for several causes, told apart by a part of the description, in lower case.
_OF_SEVERAL = ("access_denied", "invalid_client", "invalid_grant")
_SAID = (
    ("external client app", "ec_app_missing"),
    ("installed", "app_not_installed"),
    ("admin approved", "not_approved"),
    ("hasn't approved", "not_approved"),
    ("already being processed", "busy"),
    ("inactive org", "inactive_org"),
    ("inactive user", "inactive_user"),
    ("user is inactive", "inactive_user"),
    ("user is frozen", "inactive_user"),
    ("app is blocked", "blocked"),
    ("ip restricted", "ip_restricted"),
    ("login hours", "login_hours"),
    ("password expired", "password_expired"),
    ("password has expired", "password_expired"),
)
_SAID_OF = (
    ("access_denied", "end-user denied", "access_denied"),
    ("invalid_client", "", "invalid_client"),
    ("invalid_grant", "access/refresh token", "grant_ended"),
    ("invalid_grant", "token validity", "grant_ended"),
    ("invalid_grant", "revoked", "grant_ended"),
    # Salesforce DX Developer Guide, Resolve Common Authorization Errors: of several causes.
    ("invalid_grant", "authentication failure", "authentication_failure"),
    ("invalid_grant", "scope", "invalid_scope"),
    ("invalid_grant", "code", "code_expired"),
)
#: Without any words. The second is said of a code that is not valid (RFC 6749, 5.2).
_UNSAID = {"access_denied": "access_denied", "invalid_grant": "code_expired"}

#: Codes of Salesforce's own pages that no list has yet: by what their names say.
_BY_NAME = (
    ("blocked", "blocked"),
    ("not_installed", "app_not_installed"),
    ("uninstalled", "app_not_installed"),
    ("app_not_found", "ec_app_missing"),
    ("denied", "not_approved"),
)


def classify(error: str, description: str = "") -> str:
    """Our code for what Salesforce answered at the authorize or token endpoint."""
    error, description = _named(plain(error)), plain(description).lower()
    if code := _BY_ERROR.get(error):
        return code
    if not description and error in _UNSAID:
        return _UNSAID[error]
    own = error.startswith("oauth_")  # of Salesforce's own pages
    said: tuple[tuple[str, str], ...] = _SAID if own or error in _OF_SEVERAL else ()
    said += tuple((part, code) for known, part, code in _SAID_OF if known == error)
    if code := next((code for part, code in said if part in description), ""):
        return code
    return next((code for part, code in _BY_NAME if part in error), "generic") if own else "unknown"


def _named(error: str) -> str:
    """As our tables have it: the documentation writes `access-denied`, and so do people."""
    return error.lower().replace("-", "_")


def error_named_in(text: str) -> str:
    """The first error that a text names, in lower case; of its words only codes look like one."""
    words = map(_named, re.findall(r"[a-z]+(?:[_-][a-z]+)+", plain(text).lower()))
    known = {*_BY_ERROR, *_OF_SEVERAL}
    return next((word for word in words if word in known or word.startswith("oauth_")), "")


def code_for(error: SalesforceError) -> str:
    """Our code for an error that a call of ours ended in."""
    if isinstance(error, OrgMoved):
        return "org_moved"  # from no text: the words need the new address
    if error.code == "UNEXPECTED_REDIRECT":
        return "sent_elsewhere"
    if (code := classify(error.code, error.message)) != "unknown":
        return code
    if isinstance(error, LimitReached):
        return "limit_reached"
    if isinstance(error, NoAnswer):
        return "no_network"
    if isinstance(error, TemporaryProblem):
        return "rate_limited" if error.status == 429 else "salesforce_down"
    return "unknown"
