"""A short run of what `make chaos` does with notices: each is told, and no delivery comes twice."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from config.paths import BASE_DIR
from tests.whole_app import without_ours

KILLS = 4


@pytest.mark.timeout(900)
def test_notices_survive_the_kills_of_their_worker() -> None:
    command = [sys.executable, "-m", "tests.chaos.telling", "--kills", str(KILLS)]
    told = subprocess.run(command, cwd=BASE_DIR, env=without_ours(), capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
    figures = re.search(r"(\d+) of (\d+) told by (\d+) deliveries; (\d+) came twice by its id", told.stdout)
    assert figures, told.stdout
    assert (figures[1], figures[2], figures[4]) == (str(KILLS), str(KILLS), "0")
    assert int(figures[3]) >= KILLS
