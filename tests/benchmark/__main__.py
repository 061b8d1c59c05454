"""Measure all of it and print the table that README.md shows: `make benchmark`."""

from __future__ import annotations

import argparse
import sys

from tests.benchmark.figures import Figure, table
from tests.benchmark.size import SHORT, Size
from tests.benchmark.surroundings import surroundings

PARTS = ("calls", "watching", "pages", "viewers", "worker", "growth")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"any of: {', '.join(PARTS)}")
    parser.add_argument("--short", action="store_true", help="little of each: whether it works, no figures")
    given = parser.parse_args()
    parts, size = given.parts or PARTS, SHORT if given.short else Size()
    if unknown := set(parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    with surroundings() as stand:
        # The settings exist only now, so what needs them is imported only now.
        from tests.benchmark import calls, growth, pages, viewers, watching, worker

        modules = dict(zip(PARTS, (calls, watching, pages, viewers, worker, growth), strict=True))
        figures: list[Figure] = []
        for part in parts:
            print(f"Measuring {part} ...", file=sys.stderr, flush=True)
            figures += modules[part].measure(stand, size)
    print(table(figures))


if __name__ == "__main__":
    main()
