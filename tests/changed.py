"""`make check`: the tests of what has changed since main, nearest first, for as long as the edit loop allows.

Tests that start browsers or processes take too long for it: they run here only where they changed themselves.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 40.0  # of tests; with the start of their servers, and beside the lint, less than a minute
ROOMS = ("api", "bulk", "cli", "config", "notices", "orgs", "simulator", "teams", "wizard")
SLOW_FOLDERS = re.compile(r"tests/(browser|chaos|scale|benchmark|quality|commands|config/tryout)/")
STARTS_PROCESSES = re.compile(r"\b(child_env|whole_app|tests\.wizard\.processes|tests\.chaos)\b")


def git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def changed() -> list[str]:
    """Files that differ from where this branch left main: committed, edited, or new."""
    mains = [name for name in ("main", "origin/main") if git("branch", "--all", "--list", f"*{name}")]
    base = git("merge-base", mains[0], "HEAD")[0] if mains else "HEAD"
    return sorted({*git("diff", "--name-only", base), *git("ls-files", "--others", "--exclude-standard")})


def pick(files: list[str]) -> list[str]:
    """Test files for these, nearest first; none that is slow unless it is among them."""
    sources = [*files, *(source for file in files for source in _users_of_template(file))]
    ranked: dict[str, int] = {}
    for test in all_tests():
        rank = min((_distance(test, source) for source in sources), default=FAR)
        if rank == SELF or (rank < FAR and not is_slow(test)):
            ranked[test] = rank
    return sorted(ranked, key=lambda test: (ranked[test], test))


SELF, MIRROR, ROOM_AND_USER, ROOM, USER, HOUSE, FAR = range(7)


def _distance(test: str, source: str) -> int:
    if test == source:
        return SELF
    folder, _, name = test.rpartition("/")
    if folder == "tests":
        return HOUSE  # the documents, the words, the architecture: about everything
    room, _, module = source.removesuffix(".py").rpartition("/")
    in_room = source.split("/")[0] in ROOMS and folder == f"tests/{room}"
    if in_room and name.startswith(f"test_{module}"):
        return MIRROR
    uses = source.endswith(".py") and f"{room}/{module}".replace("/", ".") in imports(test)
    return {(True, True): ROOM_AND_USER, (True, False): ROOM, (False, True): USER}.get((in_room, uses), FAR)


def _users_of_template(file: str) -> Iterator[str]:
    """The views and the like that name this template."""
    name = file.removeprefix("templates/")
    if name != file:
        for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
            if f'"{name}"' in path.read_text(encoding="utf-8"):
                yield str(path.relative_to(ROOT))


@cache
def our_files(pattern: str) -> list[str]:
    """Not of the programs that tests install beside themselves, which have tests of their own."""
    found = git("ls-files", "--cached", "--others", "--exclude-standard", pattern)
    return sorted({name for name in found if (ROOT / name).exists()})


def all_tests() -> list[str]:
    return [name for name in our_files("tests/*.py") if Path(name).name.startswith("test_")]


@cache
def imports(test: str) -> set[str]:
    """Every module that it names, whichever way it imports it."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / test).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@cache
def is_slow(test: str) -> bool:
    text = (ROOT / test).read_text(encoding="utf-8")
    return bool(SLOW_FOLDERS.match(test) or STARTS_PROCESSES.search(text))


class StopInTime:
    """Ends the run after these seconds, and knows how many tests it left out."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds
        self.begun = self.failed = self.left_out = 0

    def pytest_runtest_logstart(self) -> None:
        self.begun += 1

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        if time.monotonic() > self.end and not item.session.shouldstop:
            self.left_out = len(item.session.items) - self.begun
            item.session.shouldstop = "there is no more time in `make check`"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed += report.failed


def main(arguments: list[str]) -> int:
    picked = pick(changed())
    print(f"{len(picked)} test files are about what changed since main:", *picked[:12], sep="\n  ")
    if not picked or "--list" in arguments:
        return 0
    return run(picked, SECONDS)


def run(picked: list[str], seconds: float) -> int:
    timer = StopInTime(seconds)
    code = int(pytest.main(["-q", "-n", "0", *picked], plugins=[timer]))
    if timer.left_out:  # pytest calls that interrupted, whatever the others came to
        print(f"{timer.left_out} tests further away were left out: `make test` runs all.")
        return int(timer.failed > 0)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
