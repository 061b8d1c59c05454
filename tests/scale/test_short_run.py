"""A short run of `make scale` with a real worker process: bounded memory, bounded calls, side by side."""

from __future__ import annotations

import re

from tests.commands.checkout import make

ORGS = 60


def test_one_worker_process_re_checks_many_orgs_in_little_memory() -> None:
    said = make("scale", "--orgs", str(ORGS), "--only", "recheck,apply")
    assert f"recheck: {ORGS} orgs re-checked" in said
    calls = re.search(r"([\d.]+) calls an org", said)
    assert calls, said
    assert float(calls[1]) <= 2.2, "a check is two calls"
    assert ", 0 overlaps in one org" in said
