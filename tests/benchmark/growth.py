"""What a setup leaves in each table in a year: 20 people, all lines applied, and a check each week."""

from __future__ import annotations

from simulator.server import Stand
from tests.benchmark.figures import Figure, number
from tests.benchmark.people import desk
from tests.benchmark.size import Size

PEOPLE = 20
SIZES = """
    SELECT relname, pg_total_relation_size(oid), greatest(reltuples, 0)::int
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
Sizes = dict[str, tuple[int, int]]


def measure(stand: Stand, size: Size) -> list[Figure]:
    _a_year(stand, size.weeks)  # what comes with the first one of all
    before = _sizes()
    for _number in range(size.grown):
        _a_year(stand, size.weeks)
    return _grown(before, _sizes(), size.grown)


def _a_year(stand: Stand, weeks: int) -> None:
    here = desk(stand, choose=PEOPLE)
    here.read_people()
    here.check()
    here.apply()
    for _week in range(weeks):
        here.check()


def _sizes() -> Sizes:
    """Bytes with indexes, and rows, of each table."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM FULL ANALYZE")
        cursor.execute(SIZES)
        return {name: (size, rows) for name, size, rows in cursor.fetchall()}


def _grown(before: Sizes, after: Sizes, setups: int) -> list[Figure]:
    found = []
    for name, (size, rows) in sorted(after.items(), key=lambda each: before[each[0]][0] - each[1][0]):
        more, more_rows = (size - before[name][0]) / setups, (rows - before[name][1]) / setups
        if more >= 1000:
            measured = f"{number(more_rows)} rows, {number(more / 1000)} kB"
            found.append(Figure(f"A setup and year in `{name}`", measured))
    whole = sum(size - before[name][0] for name, (size, _rows) in after.items()) / setups
    return [Figure("A setup and year in the database, in all", f"{number(whole / 1000)} kB"), *found]
