"""A short run of `make chaos`: every kind of kill, and nothing may be lost, doubled or stuck."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.commands.checkout import make

APPLIES = 10
KINDS = "worker,web,stream,valkey,postgres"
# A machine that runs other tests beside this one starts processes slowly; `make chaos` is stricter.
BOUND = 240


@pytest.mark.timeout(1200)
def test_applies_survive_every_kind_of_kill(tmp_path: Path) -> None:
    told = tmp_path / "figures.json"
    short = ["--applies", str(APPLIES), "--only", KINDS, "--together", "2", "--people", "220"]
    said = make("chaos", *short, "--bound", str(BOUND), "--json", str(told))
    figures = json.loads(told.read_text(encoding="utf-8"))
    assert figures["problems"] == [], said
    applies = [each for each in figures["rounds"] if each["what"] == "apply"]
    assert Counter(each["kind"] for each in applies) == dict.fromkeys(KINDS.split(","), APPLIES // 5)
    assert any(each["attempts"] > 1 for each in applies), "no kill fell under a job"
    assert figures["undone"] >= 2
