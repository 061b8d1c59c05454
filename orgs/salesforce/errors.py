"""What can go wrong when we call Salesforce, as types that carry Salesforce's code."""

from __future__ import annotations

from orgs.plain_text import plain


class SalesforceError(Exception):
    """A call did not give what it should have.

    `code` is Salesforce's `errorCode` (or one of ours, in capitals, where Salesforce
    gave none), `message` its own words without anything secret, `status` the HTTP status
    (0 when there was no answer), `permanent` whether trying again is pointless.
    """

    permanent = True

    def __init__(
        self, code: str, message: str = "", *, status: int = 0, fields: tuple[str, ...] = ()
    ) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code
        self.message = message
        self.status = status
        self.fields = fields


class SessionExpired(SalesforceError):
    """The access token is no longer good; the client refreshes once by itself."""


class SessionRefused(SalesforceError):
    """A token that was just given is not accepted: signing in once more would not help."""

    def __init__(self, message: str, *, status: int = 0) -> None:
        super().__init__("SESSION_REFUSED", message, status=status)


class NeedsReconnecting(SalesforceError):
    """The grant is gone (`invalid_grant`): a person has to sign in again."""


class LimitReached(SalesforceError):
    """An allowance is used up, for hours; `code` says which: of the org, of the user, or another."""


class TemporaryProblem(SalesforceError):
    """Busy, locked, down or no answer: tried again with a bounded wait before it is raised."""

    permanent = False
    retry_after: float = 0.0  # seconds that Salesforce asked us to wait


class NoAnswer(TemporaryProblem):
    """A timeout or a dropped connection. A write may have taken effect: read back."""


class Refused(SalesforceError):
    """Salesforce understood and said no: bad request, missing right, validation."""


class VersionRefused(Refused):
    """The org does not have a resource that every version has: it does not speak our version."""


class OrgMoved(Refused):
    """The org answers at another My Domain now; `message` is its host, `origin` where to sign in."""

    def __init__(self, origin: str, *, status: int = 0) -> None:
        super().__init__("ORG_MOVED", origin.partition("://")[2], status=status)
        self.origin = origin


class QueryLost(Refused):
    """Salesforce has dropped a query's further pages: it has to be begun again."""


class CompositeRefused(Refused):
    """The org takes single calls, but no composite ones."""


LOCKED = "UNABLE_TO_LOCK_ROW"
HALTED = "PROCESSING_HALTED"  # not sent, because something before it in the composite was refused
DOWN = "SERVER_UNAVAILABLE"
CONCURRENT = "CONCURRENT_LIMIT"  # ours: REQUEST_LIMIT_EXCEEDED of requests at the same time
TOO_MANY = "TOO_MANY_REQUESTS"  # ours: HTTP 429 came without an errorCode

#: What to say when the answer was an HTML page or nothing: HTTP status -> code of ours.
_LIKE_500 = {501, *range(505, 600)}  # gateways have many: all of them say that it is not our doing
_CODES_BY_STATUS = {401: "INVALID_SESSION_ID", 404: "NOT_FOUND", 429: TOO_MANY, 503: "MAINTENANCE_PAGE"}


def error_for(
    status: int, code: str = "", message: str = "", fields: tuple[str, ...] = ()
) -> SalesforceError:
    """The typed error for an answer. Statuses and codes: fact sheet, section 8."""
    code = code or _CODES_BY_STATUS.get(status) or f"HTTP_{500 if status in _LIKE_500 else status}"
    if code == "REQUEST_LIMIT_EXCEEDED":
        code = _which_limit(message)
    kind: type[SalesforceError] = Refused
    if code == "INVALID_SESSION_ID":
        kind = SessionExpired
    elif code in _LIMITS:
        kind = LimitReached
    elif code in (LOCKED, DOWN, CONCURRENT) or status in (420, 429) or status >= 500:
        kind = TemporaryProblem
    return kind(code, message, status=status, fields=fields)


_LIMITS = ("REQUEST_LIMIT_EXCEEDED", "USER_LIMIT", "OTHER_LIMIT")


def _which_limit(message: str) -> str:
    """One code for several limits, told apart by the limit's name in the words.

    `TotalRequests` are those of 24 hours; `ConcurrentRequests` and `ConcurrentPerOrgLongTxn` are those at
    the same time (API Request Limits and Allocations), which end by themselves.
    """
    said = plain(message).lower()
    if "concurrent" in said:
        return CONCURRENT
    if "totalrequests" in said or "total requests" in said or not said:
        return "REQUEST_LIMIT_EXCEEDED"
    return "USER_LIMIT" if "user" in said else "OTHER_LIMIT"


def proves_nothing_happened(error: SalesforceError) -> bool:
    """Whether a write that ended in `error` may be sent again without a read-back."""
    return error.code in (LOCKED, DOWN, CONCURRENT) or error.status == 429
