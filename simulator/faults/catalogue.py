"""The faults by name: what each one is, and which kinds of requests it can happen to."""

from __future__ import annotations

from dataclasses import dataclass

#: What a request can be called in a rule; several words must all fit ("composite write").
KINDS: dict[str, str] = {
    "authorize": "the browser's way to the consent page",
    "token": "the token endpoint, code and refresh alike",
    "code": "a code that is exchanged for tokens",
    "refresh": "a refresh token that is exchanged",
    "revoke": "the end of a grant",
    "userinfo": "who is signed in",
    "identity": "an identity URL",
    "versions": "the list of API versions",
    "rest": "anything below a version of the REST API",
    "query": "a query or one of its further pages",
    "composite": "a composite call",
    "collections": "up to 200 records in one call",
    "record": "one record",
    "describe": "the description of an object",
    "limits": "the limits of the org",
    "tooling": "anything of the Tooling API",
    "soap": "the Metadata API",
    "read": "an API call that changes nothing",
    "write": "an API call that changes something",
    "page": "a page for people",
}


@dataclass(frozen=True)
class Fault:
    """`suits`: it happens to a request that has at least one of these kinds; empty: to any."""

    words: str
    suits: tuple[str, ...] = ()


_CALLS = ("rest", "soap", "userinfo", "identity")
_DATA = ("rest", "versions", "token", "userinfo")

FAULTS: dict[str, Fault] = {
    "expired_session": Fault("The access token has expired: 401 INVALID_SESSION_ID", _CALLS),
    "revoked_grant": Fault("The grant was revoked: its tokens stop working", (*_CALLS, "token")),
    "reuse_detected": Fault("The refresh token was used before, which ends the grant", ("refresh",)),
    "limit_reached": Fault("403 REQUEST_LIMIT_EXCEEDED", (*_CALLS, "token")),
    "too_many": Fault("429 without a body; `retry_after` gives the header", (*_CALLS, "token", "versions")),
    "unavailable": Fault("503 with an HTML page"),
    "server_unavailable": Fault("503 SERVER_UNAVAILABLE", _CALLS),
    "maintenance": Fault("A maintenance page with status 200, or with `status`"),
    "unknown_exception": Fault("500 UNKNOWN_EXCEPTION, before or after it took effect", _CALLS),
    "refused": Fault("Any other refusal: `code`, `status` and `message`", (*_CALLS, "token")),
    "composite_refused": Fault("A whole composite call is refused: 403 API_DISABLED_FOR_ORG", ("composite",)),
    "row_lock": Fault("UNABLE_TO_LOCK_ROW on the `row`th row that the request writes", ("write",)),
    "timeout": Fault("No answer for `seconds`, then the connection ends; before or after it took effect"),
    "slow": Fault("The answer comes after `seconds`"),
    "dropped": Fault("The connection breaks before or after it took effect"),
    "truncated": Fault("The connection breaks in the middle of the answer; it took effect"),
    "invalid_json": Fault("A complete answer that is half of the JSON; it took effect", _DATA),
    "other_shape": Fault("Valid JSON of another shape than documented; it took effect", _DATA),
    "empty": Fault("Status 200 and nothing else; it took effect", _DATA),
    "old_version": Fault("The org speaks `version` at most", ("versions", "rest")),
}
