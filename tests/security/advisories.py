"""`python -m tests.security.advisories`: does anybody know of a hole in what we depend on?

pip-audit asks osv.dev about every line of requirements/app.lock. Three ends, never mixed up: nothing is
known (0), something is (1), or nobody could be asked, which is said aloud (0, or 2 with `--required`).
https://github.com/pypa/pip-audit
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[2]
OSV = "https://api.osv.dev/v1/query"
SECONDS = 120
# A source that knows of no hole in this knows nothing: Django 3.2 has not been repaired since April 2024.
KNOWN_HOLE = {"package": {"name": "django", "ecosystem": "PyPI"}, "version": "3.2"}
# Advisory -> why it does not touch us. Looked through with every new entry.
ACCEPTED: dict[str, str] = {}


class State(StrEnum):
    CLEAN = "clean"
    VULNERABLE = "vulnerable"
    NOT_REACHED = "not reached"


@dataclass(frozen=True)
class Outcome:
    state: State
    words: str


def audit(lock: Path, url: str = OSV) -> Outcome:
    if reason := why_no_source(url):
        return Outcome(State.NOT_REACHED, reason)
    try:
        done = _pip_audit(lock, url)
    except subprocess.TimeoutExpired:
        return Outcome(State.NOT_REACHED, f"{url} did not answer for all within {SECONDS} seconds")
    try:
        found = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        last = (done.stderr.strip().splitlines() or ["pip-audit said nothing"])[-1]
        return Outcome(State.NOT_REACHED, f"{url} broke off: {last}")
    return _judged(found, lock)


def why_no_source(url: str) -> str:
    """Empty when the source answers and knows its trade."""
    try:
        answer = requests.post(url, json=KNOWN_HOLE, timeout=(3, 10))
        answer.raise_for_status()
        known = answer.json()
    except requests.RequestException as problem:  # no JSON is one too
        return f"{url}: {type(problem).__name__}"
    if not isinstance(known, dict) or not known.get("vulns"):
        return f"{url} answers, but does not know the holes of Django 3.2"
    return ""


def _pip_audit(lock: Path, url: str) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, "-m", "pip_audit", "-r", str(lock), "--disable-pip", "--require-hashes"]
        command += ["--vulnerability-service", "osv", "--osv-url", url, "--format", "json", "--desc", "off"]
        command += ["--progress-spinner", "off", "--timeout", "10", "--cache-dir", cache]
        command += [part for name in ACCEPTED for part in ("--ignore-vuln", name)]
        return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)


def _judged(found: list[dict[str, Any]], lock: Path) -> Outcome:
    skipped = [each["name"] for each in found if "skip_reason" in each]
    if skipped or not found:
        count = f"{len(skipped)} of {len(found)} packages could not be asked about"
        return Outcome(State.NOT_REACHED, f"{count}: {', '.join(skipped) or lock}")
    holes = [(each, hole) for each in found for hole in each["vulns"]]
    if not holes:
        return Outcome(State.CLEAN, f"no hole is known in the {len(found)} packages of {lock.name}")
    return Outcome(State.VULNERABLE, "\n".join(_line(each, hole) for each, hole in holes))


def _line(package: dict[str, Any], hole: dict[str, Any]) -> str:
    repaired = ", ".join(hole["fix_versions"]) or "no version yet"
    return f"{package['name']} {package['version']}: {hole['id']}, repaired in {repaired}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.security.advisories")
    parser.add_argument("--url", default=OSV, help="another source with OSV's interface")
    parser.add_argument("--required", action="store_true", help="fail if nobody could be asked")
    parser.add_argument("--lock", type=Path, default=ROOT / "requirements" / "app.lock")
    given = parser.parse_args(arguments)
    outcome = audit(given.lock, given.url)
    said = "NOT CHECKED, no source of advisories" if outcome.state is State.NOT_REACHED else outcome.state
    print(f"pip-audit: {said}: {outcome.words}", flush=True)
    if outcome.state is State.NOT_REACHED:
        return 2 if given.required else 0
    return int(outcome.state is State.VULNERABLE)


if __name__ == "__main__":
    sys.exit(main())
