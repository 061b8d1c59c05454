"""Every error of the fact sheet's tables, and every row of the error catalogue, is explained.

The tables are copied here from `salesforce-api.md` (sections 4, 7, 8, 9) and `mcc-domain.md` (B1).
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from orgs.salesforce.errors import error_for
from orgs.sign_in.classify import classify
from orgs.sign_in.messages import EXPLANATIONS
from wizard.guides.connected_app_authentication.guide import GUIDE, Snapshot
from wizard.messages import remedies

#: (section, HTTP status, errorCode) of the data APIs; without a code: what the client calls the status.
DATA_ERRORS = [
    ("4a", 400, "DUPLICATE_DEVELOPER_NAME"),
    ("4a", 400, "DUPLICATE_VALUE"),
    ("4b", 400, "FIELD_INTEGRITY_EXCEPTION"),
    ("4b", 400, "INACTIVE_OWNER_OR_USER"),
    ("4b", 403, "INSUFFICIENT_ACCESS_OR_READONLY"),
    ("4b", 403, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"),
    ("4b", 400, "PACKAGE_LICENSE_REQUIRED"),
    ("4c", 400, "INVALID_FIELD_FOR_INSERT_UPDATE"),
    ("4c", 400, "CANNOT_MODIFY_MANAGED_OBJECT"),
    ("4c", 404, "NOT_FOUND"),
    ("1d", 400, "INVALID_TYPE"),
    ("7b", 403, "API_DISABLED_FOR_ORG"),
    ("8", 401, "INVALID_SESSION_ID"),
    ("8", 403, "REQUEST_LIMIT_EXCEEDED"),
    ("8", 403, "API_CURRENTLY_DISABLED"),
    ("8", 403, "INSUFFICIENT_ACCESS"),
    ("8", 400, "MALFORMED_QUERY"),
    ("8", 400, "INVALID_FIELD"),
    ("8", 400, "MALFORMED_ID"),
    ("8", 400, "JSON_PARSER_ERROR"),
    ("8", 400, "REQUIRED_FIELD_MISSING"),
    ("8", 400, "UNABLE_TO_LOCK_ROW"),
    ("8", 404, "ENTITY_IS_DELETED"),
    ("8", 405, "METHOD_NOT_ALLOWED"),
    ("8", 415, "UNSUPPORTED_MEDIA_TYPE"),
    ("8", 414, ""),
    ("8", 431, ""),
    ("8", 420, ""),
    ("8", 502, ""),
    ("8", 500, "UNKNOWN_EXCEPTION"),
    ("8", 503, "SERVER_UNAVAILABLE"),
    ("8", 503, ""),
    ("8", 400, "PROCESSING_HALTED"),
    ("8", 400, "MIXED_DML_OPERATION"),
    ("9", 500, "INVALID_CROSS_REFERENCE_KEY"),
    ("9", 500, "INVALID_LOGIN"),
    # No table has these, but the client names them.
    ("-", 400, ""),
    ("-", 401, ""),
    ("-", 403, ""),
    ("-", 404, ""),
    ("-", 429, ""),
    ("-", 500, ""),
    ("-", 504, ""),
]

#: Section 7: (error, error_description) of the token and authorize endpoints -> our explanation.
SIGN_IN_ERRORS = [
    ("invalid_grant", "expired access/refresh token", "grant_ended"),
    ("invalid_grant", "expired authorization code", "code_expired"),
    ("invalid_grant", "invalid authorization code", "code_expired"),
    ("invalid_grant", "authentication failure", "authentication_failure"),
    ("invalid_grant", "user hasn't approved this consumer", "not_approved"),
    ("invalid_grant", "token validity expired", "grant_ended"),
    ("invalid_grant", "inactive user", "inactive_user"),
    ("invalid_grant", "IP restricted", "ip_restricted"),
    ("invalid_grant", "invalid login hours", "login_hours"),
    ("invalid_client_id", "client identifier invalid", "invalid_client_id"),
    ("invalid_client", "invalid client credentials", "invalid_client"),
    ("invalid_client", "app must be installed into org", "app_not_installed"),
    ("invalid_client", "External client app is not installed in this org", "ec_app_missing"),
    ("invalid_app_access", "user is not admin approved to access this app", "not_approved"),
    ("redirect_uri_mismatch", "redirect_uri must match configuration", "redirect_uri_mismatch"),
    ("unsupported_grant_type", "grant type not supported", "invalid_request"),
    ("invalid_request", "", "invalid_request"),
    ("invalid_scope", "", "invalid_scope"),
    ("rate_limit_exceeded", "", "rate_limited"),
    ("access_denied", "end-user denied authorization", "access_denied"),
    ("access-denied", "end-user denied authorization", "access_denied"),
    ("OAUTH_APP_ACCESS_DENIED", "user is not admin approved to access this app", "not_approved"),
    ("OAUTH_APPROVAL_ERROR_GENERIC", "An unexpected error has occurred during authentication.", "generic"),
    ("OAUTH_AUTHORIZATION_BLOCKED", "this app is blocked by admin", "blocked"),
]

#: Section 7, further codes that a call can end in.
TOKEN_CODES = [
    "unsupported_token_type",
    "invalid_token",
    "Bad_OAuth_Token",
    "Missing_OAuth_Token",
    "Wrong_Org",
    "No_Access",
    "Bad_Id",
    "Inactive",
]


@dataclass(frozen=True)
class Row:
    """A row of B1: which of our remedies or explanations answer it, or why none does.

    `says` must be in one of their texts: the remedy that the catalogue names.
    """

    number: int
    symptom: str
    remedies: tuple[str, ...] = ()
    sign_in: tuple[str, ...] = ()
    says: str = ""
    not_ours: str = ""


ENGAGEMENT = "Engagement's own settings: seen only through Engagement's API, which version 1 leaves out"

CATALOGUE = [
    Row(1, "the app is not under Manage Connected Apps", ("APP_MISSING",), says="Install"),
    Row(
        2,
        "OAUTH_APPROVAL_ERROR_GENERIC",
        ("OAUTH_APPROVAL_ERROR_GENERIC",),
        ("generic", "app_not_installed"),
        says="Install",
    ),
    Row(3, "the same under API Access Control", (), ("app_not_installed", "generic"), says="install"),
    Row(4, "OAuth App Blocked", ("OAUTH_AUTHORIZATION_BLOCKED",), ("blocked",), says="who blocked it"),
    Row(
        5, "user hasn't approved this consumer", ("invalid_app_access",), ("not_approved",), "permission set"
    ),
    Row(6, "user is not admin approved", ("OAUTH_APP_ACCESS_DENIED",), ("not_approved",), says="hour"),
    Row(7, "all users are cut off after Save", ("MODE_MISMATCH",), says="safer order"),
    Row(8, "the wrong Engagement account got connected", ("WRONG_ACCOUNT",), says="Log out of Engagement"),
    Row(9, "the wrong org got connected", not_ours="happens in Engagement's Connect Account, unseen by us"),
    Row(10, "right password gives login denied", not_ours="package V5 only; its field must never be read"),
    Row(11, "Authentication Failed, HTTP 500", not_ours=ENGAGEMENT),
    Row(12, "MFA stops the API user", not_ours=ENGAGEMENT),
    Row(13, "login expired after months", not_ours=ENGAGEMENT),
    Row(14, "MustChangePassword", not_ours=ENGAGEMENT),
    Row(15, "sends stopped after a password reset", ("LIVE_CONNECTION",), says="pause sends"),
    Row(
        16,
        "the system user was deactivated, frozen or changed",
        (
            "CONNECTION_USER_INACTIVE",
            "CONNECTION_USER_FROZEN",
            "CONNECTION_USER_LICENCE",
            "CONNECTION_USER_PROFILE",
        ),
        says="Unfreeze",
    ),
    Row(17, "fails from Engagement's servers", ("IP_NOT_READABLE", "POLICY_BY_HAND"), says="app's page"),
    Row(
        18,
        "relaxed, still refused",
        not_ours="session settings need the Metadata API: never read",
    ),
    Row(19, "random session drops", not_ours="no source ties the setting to failures: information, no fault"),
    Row(20, "the system user is API-only", ("CONNECTION_USER_API_ONLY",), says="another profile"),
    Row(21, "expired access/refresh token in our app", ("invalid_grant",), ("grant_ended",), "Sign in"),
    Row(22, "refresh policy left at until revoked", ("POLICY_BY_HAND", "REFRESH_TOKEN_UNCLEAR"), says="Edit"),
    Row(23, "a sandbox sends into production", ("SANDBOX_COPY",), says="only in the sandbox"),
    Row(24, "packaged sets are missing", ("PACKAGED_SETS_MISSING",), says="Install or upgrade"),
    Row(
        25,
        "a set can't be assigned",
        ("FIELD_INTEGRITY_EXCEPTION", "PACKAGE_LICENSE_REQUIRED", "NO_PACKAGE_SEATS"),
        says="seat",
    ),
    Row(26, "a business unit is missing", not_ours=ENGAGEMENT),
    Row(27, "API limit errors", ("REQUEST_LIMIT_EXCEEDED", "API_USAGE_HIGH"), says="hour by hour"),
    Row(28, "Uninstall was clicked", ("APP_MISSING",), says="look at the whole list"),
    Row(29, "refused to attach the set", ("RIGHT_MISSING",), says="somebody else do that step"),
    Row(30, "error 2 right after installing", (), ("app_not_installed", "generic"), says="sign in again"),
]


def texts_of(row: Row) -> str:
    found = []
    for code in row.remedies:
        remedy = remedies.REMEDIES[code]
        found += [remedy.happened.plain(), remedy.do.plain(), remedy.who.plain()]
    for code in row.sign_in:
        words = EXPLANATIONS[code]
        found += [str(words.happened), *(str(line) for line in words.do), str(words.copy)]
    return " ".join(found)


def test_an_error_of_the_data_apis_is_explained() -> None:
    named = {(section, error_for(status, code).code) for section, status, code in DATA_ERRORS}
    assert {each for each in named if each[1] not in remedies.REMEDIES} == set()


def test_an_error_of_a_token_is_explained_by_signing_in_again() -> None:
    assert [code for code in TOKEN_CODES if not remedies.REMEDIES[code].sign_in] == []


@pytest.mark.parametrize(("error", "description", "code"), SIGN_IN_ERRORS)
def test_an_error_of_a_sign_in_is_explained(error: str, description: str, code: str) -> None:
    assert classify(error, description) == code
    assert EXPLANATIONS[code].do
    # A refresh can end in it too, and then a job shows the remedy.
    assert error.replace("-", "_") in remedies.REMEDIES


def test_the_catalogue_has_all_its_rows_once() -> None:
    assert [row.number for row in CATALOGUE] == list(range(1, 31))


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: f"{row.number}-{row.symptom}")
def test_a_row_of_the_catalogue_is_answered_or_not_ours(row: Row) -> None:
    if row.not_ours:
        assert not row.remedies
        assert not row.sign_in
        return
    assert row.remedies or row.sign_in
    assert row.says.lower() in texts_of(row).lower()


def test_the_guide_warns_where_the_catalogue_warns() -> None:
    """Row 28: beside the click. (Row 7 is the lock-out warning, see the guide's own tests.)"""
    how = GUIDE.step("app").how
    assert how is not None
    told = " ".join(row.text.plain() for row in how(Snapshot(), GUIDE.parse_inputs({})))
    assert "never Uninstall" in told


@pytest.mark.parametrize("code", sorted(remedies.REMEDIES))
def test_words_are_plain_sentences(code: str) -> None:
    remedy = remedies.get(code)
    assert remedy is remedies.REMEDIES[code]
    for text in (remedy.happened, remedy.do, remedy.who):
        sentence = text.plain()
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert not {"Traceback", "Exception", "None"} & set(sentence.split())
