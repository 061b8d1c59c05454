"""The commands of `make` in their short forms, as README.md and CONTRIBUTING.md write them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.commands.checkout import BIN, copied_to, make
from tests.waiting import eventually
from tests.whole_app import STOP_SECONDS, without_ours


@pytest.fixture(scope="module")
def checkout() -> Iterator[Path]:
    # Not pytest's folder: as root, PostgreSQL runs as another user and must be able to walk there.
    with tempfile.TemporaryDirectory(prefix="connect-guide-checkout-") as folder:
        os.chmod(folder, 0o755)
        yield copied_to(Path(folder))


def test_run_goes_on_until_ctrl_c_and_reset_forgets(checkout: Path, free_port: Callable[[], int]) -> None:
    env = without_ours()
    ports = [f"PYTHON={sys.executable}", f"PORT={free_port()}", f"SIMULATOR_PORT={free_port()}"]
    with (checkout / "said").open("wb") as said:
        running = subprocess.Popen(
            ["make", "run", *ports], cwd=checkout, env=env, stdout=said, stderr=said, start_new_session=True
        )
    said_so_far = (checkout / "said").read_text
    try:
        eventually(said_so_far, lambda: running.poll() is not None or "is ready" in said_so_far())
        ask = "print(User.objects.get(name__startswith='Dana').email)"
        command = [str(BIN / "python"), "manage.py", "shell", "--command", ask]
        beside = subprocess.run(command, cwd=checkout, env=env, capture_output=True, text=True)
        assert "dana.whitfield@" in beside.stdout, beside.stderr + said_so_far()
    finally:
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does, to make and all that it started
        running.wait(STOP_SECONDS)
    assert "Stopped." in said_so_far()
    assert (checkout / "var" / "postgresql").exists()
    make("reset", folder=checkout)
    assert not (checkout / "var" / "postgresql").exists()


def test_format_puts_a_file_in_order(checkout: Path) -> None:
    untidy = checkout / "manage.py"
    tidy = untidy.read_text()
    untidy.write_text(tidy.replace("    ", "      "))
    make("format", folder=checkout, CODE="manage.py")
    assert untidy.read_text() == tidy


def test_lock_writes_what_is_tracked_where_an_index_can_be_reached(checkout: Path) -> None:
    locks = {path: path.read_text() for path in (checkout / "requirements").glob("*.lock")}
    ended = subprocess.run(["make", "lock"], cwd=checkout, capture_output=True, text=True)
    if ended.returncode:
        assert "Failed to fetch" in ended.stderr or "No matching distribution found for uv" in ended.stderr
    else:
        assert {path: path.read_text() for path in locks} == locks, "run `make lock`, and commit the locks"


def test_benchmark_measures_all_its_parts_in_their_order() -> None:
    said = make("benchmark", "--short")
    parts = ("calls", "watching", "pages", "viewers", "worker", "growth")
    places = [said.index(f"Measuring {part}") for part in parts]
    assert places == sorted(places)
    assert "| measured | figure | budget |" in said


def test_screenshots_takes_each_page_at_two_widths_light_dark_and_large(tmp_path: Path) -> None:
    said = make("screenshots", "--into", str(tmp_path), "around")
    taken = sorted(path.name for path in tmp_path.glob("help-*.png"))
    desk, phone = ("dark", "large-text", "light"), ("dark", "light")
    assert taken == [f"help-1280-{kind}.png" for kind in desk] + [f"help-390-{kind}.png" for kind in phone]
    assert f"{len(list(tmp_path.iterdir()))} pictures" in said


def test_quality_gives_scores() -> None:
    assert "ok  help" in make("quality", "help")


def test_properties_finds_its_tests() -> None:
    """Fewer cases of each are in every run of the tests."""
    said = make("properties", "--collect-only", "--quiet", "--numprocesses=0")
    for name in ("test_hosts", "test_soql", "test_names", "test_callback"):
        assert f"{name}.py" in said
