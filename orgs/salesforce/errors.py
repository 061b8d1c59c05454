"""What can go wrong when we call Salesforce, as types that carry Salesforce's code."""

from __future__ import annotations


class SalesforceError(Exception):
    """A call did not give what it should have.

    `code` is Salesforce's `errorCode` (or one of ours, in capitals, where Salesforce
    gave none), `message` its own words without anything secret, `status` the HTTP status
    (0 when there was no answer), `permanent` whether trying again is pointless.
    """

    permanent = True

    def __init__(self, code: str, message: str = "", *, status: int = 0, fields: tuple[str, ...] = ()) -> None:
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


class NoAnswer(TemporaryProblem):
    """A timeout or a dropped connection. A write may have taken effect: read back."""


class Refused(SalesforceError):
    """Salesforce understood and said no: bad request, missing right, validation."""
