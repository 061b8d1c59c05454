"""Scanners that nobody here wrote find nothing in what is tracked, and do find what is planted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import default_settings

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ["api", "cli", "config", "notices", "orgs", "simulator", "teams", "wizard", "manage.py"]
# Each place where text is marked safe has its reason beside ruff's S308: bandit can't be told of it.
SKIPPED = "B308,B703"
ACCEPTED = {
    "config/tryout/children.py B310": "it asks its own child, on 127.0.0.1, whether it lives",
    "teams/migrations/0006_sessions_by_digest.py B608": "two tables that it names itself",
}
# What looks like a secret, where, and why it is none.
KNOWN = {
    ("config/env.py", "Basic Auth Credentials"): "how an address is written",
    ("README.md", "Basic Auth Credentials"): "how an address is written",
    ("README.md", "Secret Keyword"): "how a key is made",
    ("config/settings.py", "Basic Auth Credentials"): "how an address is written",
    ("deploy/environment", "Basic Auth Credentials"): "how an address is written",
    (".ci/compose.env", "Secret Keyword"): "values for a check that starts nothing",
    ("config/settings.py", "Base64 High Entropy String"): "the try-out's key, refused without DEBUG=1",
    ("simulator/client_apps.py", "Secret Keyword"): "the stand-in's invented secret",
}
MADE = (".lock", ".svg", ".png", ".po", ".min.js")  # hashes, pictures, translations, libraries


def bandit(*paths: str) -> set[str]:
    """`file rule` for each finding of medium severity or more."""
    command = [sys.executable, "-m", "bandit", "-q", "-ll", "-s", SKIPPED, "-f", "json", "-r", *paths]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    found = json.loads(done.stdout)
    assert found["errors"] == []
    return {f"{each['filename'].removeprefix('./')} {each['test_id']}" for each in found["results"]}


def secrets_in(*paths: Path) -> set[tuple[str, str, int]]:
    found = SecretsCollection(root=str(ROOT))
    with default_settings():
        for path in paths:
            found.scan_file(str(path))
    return {(name.removeprefix("./"), secret.type, secret.line_number) for name, secret in found}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    names = [name for name in listed.stdout.split("\0") if name and not name.startswith("tests/")]
    return [Path(name) for name in names if not name.endswith(MADE) and (ROOT / name).is_file()]


def test_bandit_finds_nothing():
    assert bandit(*ROOMS) == set(ACCEPTED)


def test_bandit_finds_what_is_planted(tmp_path):
    bad = tmp_path / "bad.py"
    bad.write_text(
        "import subprocess\n\ndef run(text):\n    return eval(text), subprocess.call(text, shell=True)\n"
    )
    assert len(bandit(str(bad))) == 2


def test_no_tracked_file_holds_a_secret():
    files = tracked()
    assert len(files) > 250
    found = secrets_in(*files)
    assert {each for each in found if each[:2] not in KNOWN} == set()
    assert {each[:2] for each in found} == set(KNOWN), "a reason that is not needed any more"


@pytest.mark.parametrize(
    "line",
    [
        "client_" + "secret = 'J8sd72Kfhe83kdKDh2873'",
        "aws = 'AKIA" + "IOSFODNN7EXAMPLQ'",
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "url = 'https://ann:" + "hunter2secret@db.example/x'",
    ],
)
def test_a_planted_secret_is_found(tmp_path, line):
    planted = tmp_path / "planted.py"
    planted.write_text(line + "\n")
    assert secrets_in(planted)
