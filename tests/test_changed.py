"""`make check` picks the tests of what changed, nearest first, and none that starts a browser or process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import changed
from tests.changed import ROOT, all_tests, is_slow, pick


def test_a_module_brings_its_mirror_first_then_its_room_then_who_uses_it_and_the_house() -> None:
    picked = pick(["wizard/jobs/queue.py"])
    places = [
        "wizard/jobs/test_queue.py",
        "wizard/jobs/test_runner_apply.py",
        "security/test_attack_support.py",
    ]
    found = [picked.index(f"tests/{each}") for each in [*places, "test_architecture.py"]]
    assert found == sorted(found)
    assert found[0] == 0


def test_what_starts_browsers_or_processes_runs_only_where_it_changed_itself() -> None:
    worker = "tests/wizard/jobs/test_kill_worker.py"
    assert is_slow(worker)
    assert not {test for test in pick(["wizard/jobs/queue.py", "wizard/tasks.py"]) if is_slow(test)}
    assert worker in pick([worker])


def test_a_template_brings_the_pick_the_views_that_show_it() -> None:
    assert "tests/wizard/views/test_report.py" in pick(["templates/wizard/report.html"])[:3]


def test_nothing_brings_nothing_and_every_other_file_the_house_s_own_tests() -> None:
    assert pick([]) == []
    assert set(pick(["CHANGELOG.md"])) == {
        f"tests/{path.name}" for path in (ROOT / "tests").glob("test_*.py")
    }


def test_every_module_with_pick_its_room_has_some_that_are_quick_enough() -> None:
    sources = [path for room in changed.ROOMS for path in (ROOT / room).rglob("*.py")]
    rooms = {str(Path(test).parent) for test in all_tests() if not is_slow(test)}
    for source in (str(path.relative_to(ROOT)) for path in sources):
        if f"tests/{Path(source).parent}" in rooms:
            assert pick([source])[0].startswith(f"tests/{Path(source).parent}/"), source


@pytest.mark.parametrize(("first", "status"), [("pass", 0), ("assert False", 1)])
def test_a_run_that_is_out_of_time_is_good_only_if_nothing_failed(
    tmp_path: Path, first: str, status: int
) -> None:
    file = tmp_path / "test_two.py"
    file.write_text(f"def test_first():\n    {first}\n\ndef test_second():\n    raise SystemExit(9)\n")
    command = [sys.executable, "-c", f"from tests import changed; exit(changed.run([{str(file)!r}], 0))"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert "1 tests further away were left out" in ended.stdout
    assert ended.returncode == status
