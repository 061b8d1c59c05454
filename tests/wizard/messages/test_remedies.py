"""Every code that can reach a page is explained."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from orgs.hosts import PAGES
from wizard.messages import remedies

ROOT = Path(__file__).parents[3]
CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")

# facts/salesforce-api.md, the tables of sections 7 and 8, and the write errors of section 4.
FACT_SHEET = {
    "access_denied",
    "invalid_grant",
    "invalid_client_id",
    "invalid_client",
    "invalid_app_access",
    "redirect_uri_mismatch",
    "unsupported_grant_type",
    "invalid_request",
    "invalid_scope",
    "rate_limit_exceeded",
    "OAUTH_APP_ACCESS_DENIED",
    "OAUTH_APPROVAL_ERROR_GENERIC",
    "OAUTH_AUTHORIZATION_BLOCKED",
    "unsupported_token_type",
    "invalid_token",
    "Bad_OAuth_Token",
    "Missing_OAuth_Token",
    "Wrong_Org",
    "INVALID_SESSION_ID",
    "REQUEST_LIMIT_EXCEEDED",
    "API_DISABLED_FOR_ORG",
    "API_CURRENTLY_DISABLED",
    "INSUFFICIENT_ACCESS",
    "INSUFFICIENT_ACCESS_OR_READONLY",
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
    "MALFORMED_QUERY",
    "INVALID_FIELD",
    "MALFORMED_ID",
    "JSON_PARSER_ERROR",
    "REQUIRED_FIELD_MISSING",
    "INVALID_FIELD_FOR_INSERT_UPDATE",
    "DUPLICATE_VALUE",
    "DUPLICATE_DEVELOPER_NAME",
    "FIELD_INTEGRITY_EXCEPTION",
    "UNABLE_TO_LOCK_ROW",
    "CANNOT_MODIFY_MANAGED_OBJECT",
    "INVALID_TYPE",
    "NOT_FOUND",
    "ENTITY_IS_DELETED",
    "METHOD_NOT_ALLOWED",
    "UNSUPPORTED_MEDIA_TYPE",
    "UNKNOWN_EXCEPTION",
    "SERVER_UNAVAILABLE",
    "PROCESSING_HALTED",
    "INACTIVE_OWNER_OR_USER",
    "PACKAGE_LICENSE_REQUIRED",
    "MIXED_DML_OPERATION",
}

OURS = {
    "ORG_CHANGED",
    "INTERRUPTED",
    "UNEXPECTED",
    "REFUSED",
    "SET_MISSING",
    "SET_STILL_ASSIGNED",
    "TIMEOUT",
    "CONNECTION_LOST",
}


def test_a_refused_write_of_no_known_cause_sends_nobody_to_look_for_a_permission_alone() -> None:
    refused = remedies.get("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY")
    assert "trigger" in refused.happened.plain()
    assert "details" in refused.do.plain()
    assert "Before you start" not in refused.do.plain()


def codes_used_as_remedies() -> set[str]:
    """The values of `remedy=` in the guides' sources, and what their helpers are given."""
    found: set[str] = set()
    for path in (ROOT / "wizard/guides").rglob("checks_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.keyword)
                and node.arg == "remedy"
                and isinstance(node.value, ast.Constant)
            ):
                found.add(str(node.value.value))
            if isinstance(node, ast.Call):
                texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                found |= {text for text in texts if isinstance(text, str) and CODE.fullmatch(text)}
    return found


def test_the_walk_over_the_sources_finds_codes() -> None:
    assert {"APP_MISSING", "CONNECTION_USER_FROZEN", "WRONG_ACCOUNT"} <= codes_used_as_remedies()


@pytest.mark.parametrize("code", sorted(FACT_SHEET | OURS | codes_used_as_remedies()))
def test_a_code_is_explained(code: str) -> None:
    remedy = remedies.REMEDIES[code]
    assert remedies.get(code) is remedy
    for text in (remedy.happened, remedy.do, remedy.who):
        assert text.plain().endswith(".")
        assert all(len(each.split()) <= 20 for each in text.plain().split(". "))


def test_an_unknown_code_is_shown_with_the_code() -> None:
    remedy = remedies.get("SOMETHING_NEW")
    assert "SOMETHING_NEW" in remedy.happened.plain()
    assert remedy.retry


def test_every_page_that_a_remedy_points_to_exists_and_needs_no_record() -> None:
    pages = {remedy.where for remedy in remedies.REMEDIES.values() if remedy.where}
    assert {page for page in pages if page not in PAGES or PAGES[page]} == set()
