"""How much one worker process does, and how quick the pages stay.

`python -m tests.scale [--orgs 2000] [--threads 16] [--measure 8,16,32] [--only recheck,apply,people]`
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from contextlib import AbstractContextManager

from tests.chaos.start import Place, started

PARTS = ("recheck", "apply", "people")
DELAY = (0.15, 0.15)
MEASURED_ORGS = 300


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.scale", description=__doc__)
    parser.add_argument("--orgs", type=int, default=2000)
    parser.add_argument("--threads", type=int, help="of the worker; what the settings say if left out")
    parser.add_argument("--measure", help="compare these numbers of threads on fewer orgs, then end")
    parser.add_argument("--only", default=",".join(PARTS))
    given = parser.parse_args()
    given.parts = given.only.split(",")
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    return given


def main() -> int:
    given = arguments()
    if given.measure:
        return compare(given.measure.split(","))
    broken: list[str] = []
    with _place(given.threads) as place:
        from tests.scale import parts

        for name in given.parts:
            figures = getattr(parts, name)(place, *([given.orgs] if name == "recheck" else []))
            print(f"{name}: {figures.text}", flush=True)
            broken += figures.problems
    for problem in broken:
        print(f"BROKEN: {problem}")
    return 1 if broken else 0


def compare(numbers: list[str]) -> int:
    """The same work for each number of threads, each with fresh processes and a fresh database."""
    for threads in numbers:
        print(f"{threads} threads: ", end="", flush=True)
        command = [sys.executable, "-m", "tests.scale", "--orgs", str(MEASURED_ORGS), "--only", "recheck"]
        if subprocess.run([*command, "--threads", threads]).returncode:
            return 1
    return 0


def _place(threads: int | None) -> AbstractContextManager[Place]:
    settings = {"WORKER_THREADS": str(threads)} if threads else {}
    return started("worker", "beat", delay=DELAY, keep=True, threads=150, **settings)


if __name__ == "__main__":
    sys.exit(main())
