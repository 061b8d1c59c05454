"""What must not be in the repository: made files, secrets, one machine's paths, real addresses."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

ITSELF = "tests/test_tracked_files.py"  # holds what it looks for
MADE = re.compile(
    r"\.(pyc|mo|log|sqlite3|db|pid)$|(^|/)(\.venv|var|staticfiles|node_modules|__pycache__)/|(^|/)\.env$"
)
PACKAGE_HOST = re.compile(r"pypi\.|pythonhosted|npmjs|index-url[ =]h|/simple/")
MACHINE_PATH = re.compile(r"(?<![\w.:-])/(?:root|home|Users|work|opt|mnt)/[\w.-]+")
KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}")
ADDRESS = re.compile(r"[\w.%+-]+@((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})")
RESERVED = re.compile(r"(^|\.)(example(\.(com|org|net))?|invalid|test|localhost)$", re.I)  # RFC 2606, 6761
# Hosts in hostile input of tests, and what is written where: none of these is anybody's address.
HOSTILE = {"evil.com", "acme.my.salesforce.com", "x.com"}
NOT_ADDRESSES = {"orgs/directory.py": {"x.com"}, "simulator/metadata_soap/components.py": {"salesforce.com"}}


def may_stand(name: str, host: str) -> bool:
    allowed = NOT_ADDRESSES.get(name, set()) | (HOSTILE if name.startswith("tests/") else set())
    return bool(RESERVED.search(host)) or host.lower() in allowed


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    names = [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    return [name for name in names if name != ITSELF]


def text_of(name: str) -> str:
    """The file's text; empty for a picture."""
    raw = (ROOT / name).read_bytes()
    return "" if b"\0" in raw[:8000] else raw.decode("utf-8")


def found(pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    return [(name, hit[0]) for name in tracked() for hit in pattern.finditer(text_of(name))]


def test_no_made_file_is_tracked():
    names = tracked()
    assert len(names) > 300, "this test reads nothing"
    assert [name for name in names if MADE.search(name)] == []


@pytest.mark.parametrize("pattern", [PACKAGE_HOST, MACHINE_PATH, KEY], ids=["host", "path", "key"])
def test_no_file_names_a_package_host_a_machines_path_or_a_key(pattern):
    assert found(pattern) == []


def test_every_e_mail_address_is_a_reserved_one():
    real = [
        (name, hit[0])
        for name in tracked()
        for hit in ADDRESS.finditer(text_of(name))
        if not may_stand(name, hit[1])
    ]
    assert real == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (PACKAGE_HOST, "https://files.pythonhosted.org/x.whl"),
        (MACHINE_PATH, "see /home/ann/code"),
        (KEY, "-----BEGIN RSA PRIVATE KEY-----"),
        (MADE, "wizard/__pycache__/x.pyc"),
    ],
)
def test_the_patterns_catch_what_they_are_for(pattern, text):
    assert pattern.search(text)


@pytest.mark.parametrize(
    "text", ["make some /api/simple", "https://guide.example/work/list", "`wizard/jobs/runner.py`"]
)
def test_the_patterns_let_the_rest_pass(text):
    assert not PACKAGE_HOST.search(text)
    assert not MACHINE_PATH.search(text)
