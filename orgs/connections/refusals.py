"""What a refusal of the token endpoint means for a refresh token that we hold.

Only a final one ends a connection. What this table does not know keeps the tokens: a connection that
is erased by mistake takes a person to mend, one that is kept too long costs a call that is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from orgs.oauth import GrantRefused
from orgs.plain_text import plain


class Meaning(Enum):
    BUSY = "busy"  # refused before anything happened: the same token may be sent again in a moment
    DOWN = "down"  # the endpoint is not well: what happened is not known, so not sent again at once
    FINAL = "final"  # this grant will never work again
    OPEN = "open"  # something else is in the way, and the grant may work once it is gone


@dataclass(frozen=True)
class Rule:
    """`words` is a part of the description, in lower case, but the whole of one that is final; empty: any.

    `code` explains it to a person.
    """

    error: str
    words: str
    meaning: Meaning
    code: str
    source: str

    def fits(self, error: str, said: str) -> bool:
        """Other sentences have words of the final ones in them, such as "temporarily blocked"."""
        whole = self.meaning is Meaning.FINAL and self.words
        return self.error == error and (said == self.words if whole else self.words in said)


BUSY = "TOKEN_ENDPOINT_BUSY"
REFUSED = "TOKEN_REFUSED"  # with words that the table does not know

#: Errors that say something about the app, not about the grant, and that have an explanation of their own.
_OF_THE_APP = (
    "app_not_found",
    "invalid_app_access",
    "invalid_client",
    "invalid_client_id",
    "invalid_request",
    "invalid_scope",
    "redirect_uri_mismatch",
    "unsupported_grant_type",
)

_HELP = "Salesforce help, OAuth 2.0 Authorization Errors (remoteaccess_oauth_flow_errors)"
_LIST = "Salesforce help, OAuth 2.0 User-Agent Flow: list of error codes"
_LOCK = "release notes of Winter '25, rn_security_refresh_token_error"
_SDK = "Salesforce's Mobile SDK, OAuthErrorCode: the values of the server's own list"
_RFC = "RFC 6749, 5.2: invalid_grant is said of a token that is invalid, expired or revoked"
_SHEET = "fact sheet, section 7"
_CODES = "SOAP API guide, ExceptionCode"
_ROTATION = "KB 005316711, Refresh Token Rotation"
_TOO_OLD = "INVALID_OPERATION_WITH_EXPIRED_PASSWORD"

#: At a refresh there is no code that could expire: these were the words of the lock until Winter '25.
OLD_LOCK = Rule("invalid_grant", "expired authorization code", Meaning.BUSY, BUSY, _LOCK)

#: The first that fits.
RULES = (
    Rule("invalid_grant", "already being processed", Meaning.BUSY, BUSY, _LOCK),
    OLD_LOCK,
    Rule("rate_limit_exceeded", "", Meaning.BUSY, "rate_limit_exceeded", _LIST),
    Rule("login_rate_exceeded", "", Meaning.BUSY, "rate_limit_exceeded", _CODES),
    Rule("slow_down", "", Meaning.BUSY, BUSY, _SDK),
    Rule("temporarily_unavailable", "", Meaning.DOWN, BUSY, "RFC 6749, 4.1.2.1"),
    Rule("service_unavailable", "", Meaning.DOWN, BUSY, _SDK),
    Rule("server_error", "", Meaning.DOWN, BUSY, _SDK),
    Rule("system_down", "", Meaning.DOWN, BUSY, _SDK),
    Rule("unknown_error", "", Meaning.DOWN, BUSY, _SDK),
    # One text for two causes, of which the second passes by itself: not final.
    Rule("invalid_grant", "login hours", Meaning.OPEN, "login_hours", _LIST),
    Rule("invalid_grant", "ip restricted", Meaning.FINAL, "ip_restricted", _LIST),
    Rule("invalid_grant", "inactive org", Meaning.OPEN, "inactive_org", "calcom pull request 11508"),
    Rule("inactive_org", "", Meaning.OPEN, "inactive_org", _LIST),
    Rule("org_locked", "", Meaning.OPEN, "inactive_org", _CODES),
    Rule("invalid_grant", "inactive user", Meaning.FINAL, "inactive_user", _HELP),
    Rule("invalid_grant", "user is inactive", Meaning.FINAL, "inactive_user", _LIST),
    Rule("invalid_grant", "user is frozen", Meaning.FINAL, "inactive_user", "news-2026, N3 and N4"),
    Rule("inactive_user", "", Meaning.FINAL, "inactive_user", _LIST),
    Rule("invalid_grant", "this app is blocked by admin", Meaning.FINAL, "app_blocked", _SHEET),
    Rule("app_blocked", "", Meaning.FINAL, "app_blocked", _SDK),
    Rule("fail_close_app_blocked", "", Meaning.FINAL, "app_blocked", _SDK),
    Rule("oauth_app_blocked", "", Meaning.FINAL, "app_blocked", "Microsoft Learn, Copilot for Sales"),
    Rule("oauth_authorization_blocked", "", Meaning.OPEN, "app_blocked", _SHEET),
    Rule("client_blocked", "", Meaning.OPEN, "app_blocked", _SDK),
    Rule("client_blocked_retry", "", Meaning.OPEN, "app_blocked", _SDK),
    Rule("request_limit_exceeded", "", Meaning.OPEN, "REQUEST_LIMIT_EXCEEDED", "fact sheet, section 8"),
    Rule("invalid_operation_with_expired_password", "", Meaning.OPEN, _TOO_OLD, _CODES),
    Rule("invalid_grant", "password expired", Meaning.OPEN, _TOO_OLD, _CODES),
    Rule("invalid_grant", "password has expired", Meaning.OPEN, _TOO_OLD, _CODES),
    Rule("invalid_grant", "expired access/refresh token", Meaning.FINAL, "invalid_grant", _HELP),
    Rule("invalid_grant", "token validity expired", Meaning.FINAL, "invalid_grant", _SHEET),
    Rule("invalid_grant", "refresh token has been revoked", Meaning.FINAL, "invalid_grant", _RFC),
    Rule("invalid_grant", "refresh token reuse detected", Meaning.FINAL, "invalid_grant", _ROTATION),
    Rule("invalid_grant", "refresh token already used", Meaning.FINAL, "invalid_grant", _ROTATION),
    Rule("invalid_grant", "approved", Meaning.OPEN, "invalid_app_access", _SHEET),
)


def rule_for(error: str, description: str) -> Rule:
    """What a refusal says about the refresh token that was sent."""
    error, said = plain(error).lower(), plain(description).lower().rstrip(". ")
    for rule in RULES:
        if rule.fits(error, said):
            return rule
    code = error if error in _OF_THE_APP else REFUSED
    return Rule(error, "", Meaning.OPEN, code, "not in the table")


def is_busy(refusal: GrantRefused) -> bool:
    """Whether the same request may be sent again in a moment, of whichever kind it was."""
    rule = rule_for(refusal.code, refusal.message)
    return rule.meaning is Meaning.BUSY and (rule is not OLD_LOCK or refusal.of_refresh)
