"""Every code of ours that can reach a page is explained."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from orgs.hosts import PAGES
from wizard.messages import remedies

ROOT = Path(__file__).parents[3]
CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")

OURS = {
    *("ORG_CHANGED", "INTERRUPTED", "UNEXPECTED", "REFUSED"),
    *("SET_MISSING", "SET_STILL_ASSIGNED", "TIMEOUT", "CONNECTION_LOST"),
}


def test_a_refused_write_of_no_known_cause_sends_nobody_to_look_for_a_permission_alone() -> None:
    refused = remedies.get("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY")
    assert "trigger" in refused.happened.plain()
    assert "details" in refused.do.plain()
    assert "Before you start" not in refused.do.plain()


def codes_used_as_remedies() -> set[str]:
    """The values of `remedy=` in the guides' sources, and what their helpers are given."""
    found: set[str] = set()
    guides = ROOT / "wizard/guides"
    for path in (*guides.rglob("checks_*.py"), *guides.rglob("proof/*.py")):
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


def test_every_code_that_is_used_is_explained() -> None:
    """Salesforce's own are in tests/faults/test_remedies.py, and how all are worded too."""
    assert (OURS | codes_used_as_remedies()) - set(remedies.REMEDIES) == set()


def test_an_unknown_code_is_shown_with_the_code() -> None:
    remedy = remedies.get("SOMETHING_NEW")
    assert "SOMETHING_NEW" in remedy.happened.plain()
    assert remedy.retry


def test_every_page_that_a_remedy_points_to_exists_and_needs_no_record() -> None:
    pages = {remedy.where for remedy in remedies.REMEDIES.values() if remedy.where}
    assert {page for page in pages if page not in PAGES or PAGES[page]} == set()
