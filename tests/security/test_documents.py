"""What docs/security.md promises has its tests, and SECURITY.md says how to report."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from orgs.forms import AppForm

ROOT = Path(__file__).resolve().parents[2]
SECURITY = (ROOT / "docs/security.md").read_text(encoding="utf-8")
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", SECURITY)))
ROWS = [
    line
    for line in SECURITY.splitlines()
    if line.startswith("| ") and "held by" not in line and "---" not in line
]
_NUMBERS = """2.1 2.1.1 2.1.2 2.2.1 2.2.2 2.3 2.4 2.5 2.6 4.1 4.2 4.3 4.4 4.5 4.6 4.7 4.8 4.9 4.10 4.11
    4.12 4.13 4.14 4.15 4.16"""
RFC_9700 = set(_NUMBERS.split())


def functions_of(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("path", "name"), TESTS)
def test_every_test_that_is_named_exists(path, name):
    assert (ROOT / path).exists()
    assert not name or name in functions_of(path)


def test_every_point_names_a_test():
    assert len(ROWS) > 40
    assert [row for row in ROWS if "`tests/" not in row] == []


def test_every_point_of_rfc_9700_is_there():
    rows = [row.split("|")[1] for row in ROWS]
    named = {number for row in rows for number in re.findall(r"\b\d\.\d+(?:\.\d)?\b", row)}
    assert named == RFC_9700


def test_no_password_of_salesforce_is_asked_for():
    """Password fields are django-allauth's, for accounts here. Ours hides one thing: an app's own secret."""
    asks = re.compile(r'type="password"|PasswordInput')
    ours = [path for room in ("orgs", "notices", "wizard", "teams") for path in (ROOT / room).rglob("*.py")]
    ours += [
        path for room in ("orgs", "notices", "wizard") for path in (ROOT / "templates" / room).rglob("*.html")
    ]
    assert len(ours) > 60
    assert [path.name for path in ours for _each in asks.findall(path.read_text("utf-8"))] == ["forms.py"]
    masked = [name for name, field in AppForm.base_fields.items() if field.widget.input_type == "password"]
    assert masked == ["client_secret"]


def test_how_to_report_is_said():
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert "Report a vulnerability" in text
    assert "(docs/security.md)" in text
    assert (ROOT / "docs/security.md").exists()
