"""A short run of `make scale` with a real worker process: bounded memory, bounded calls, side by side."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from config.paths import BASE_DIR

ORGS = 60


@pytest.mark.timeout(240)
def test_one_worker_process_re_checks_many_orgs_in_little_memory() -> None:
    command = [sys.executable, "-m", "tests.scale", "--orgs", str(ORGS), "--only", "recheck,apply"]
    done = subprocess.run(command, cwd=BASE_DIR, capture_output=True, text=True, timeout=220)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert f"recheck: {ORGS} orgs re-checked" in said
    calls = re.search(r"([\d.]+) calls an org", said)
    assert calls, said
    assert float(calls[1]) <= 2.2, "a check is two calls"
    assert ", 0 overlaps in one org" in said
