"""What can go wrong when we call Salesforce, as types that carry Salesforce's code."""

from __future__ import annotations


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


class NeedsReconnecting(SalesforceError):
    """The grant is gone (`invalid_grant`): a person has to sign in again."""


class LimitReached(SalesforceError):
    """The org's API allowance is used up (`REQUEST_LIMIT_EXCEEDED`)."""


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


LOCKED = "UNABLE_TO_LOCK_ROW"
DOWN = "SERVER_UNAVAILABLE"
TOO_MANY = "TOO_MANY_REQUESTS"  # ours: HTTP 429 came without an errorCode

#: What to say when the answer was an HTML page or nothing: HTTP status -> code of ours.
_CODES_BY_STATUS = {401: "INVALID_SESSION_ID", 404: "NOT_FOUND", 429: TOO_MANY, 503: "MAINTENANCE_PAGE"}


def error_for(
    status: int, code: str = "", message: str = "", fields: tuple[str, ...] = ()
) -> SalesforceError:
    """The typed error for an answer. Statuses and codes: fact sheet, section 8."""
    code = code or _CODES_BY_STATUS.get(status, f"HTTP_{status}")
    kind: type[SalesforceError] = Refused
    if code == "INVALID_SESSION_ID":
        kind = SessionExpired
    elif code == "REQUEST_LIMIT_EXCEEDED":
        kind = LimitReached
    elif code in (LOCKED, DOWN) or status in (420, 429) or status >= 500:
        kind = TemporaryProblem
    return kind(code, message, status=status, fields=fields)


def proves_nothing_happened(error: SalesforceError) -> bool:
    """Whether a write that ended in `error` may be sent again without a read-back."""
    return error.code in (LOCKED, DOWN) or error.status == 429
