"""The benchmark counts what it says that it counts."""

from __future__ import annotations

from tests.benchmark.calls import Asked
from tests.benchmark.figures import Figure, table
from tests.wizard.fault_proxy import Seen


def seen(started: float, ended: float, method: str = "GET") -> Seen:
    return Seen(method, "/services/data/v66.0/sobjects/PermissionSet", "", started, ended)


def test_calls_side_by_side_are_one_round_trip():
    assert Asked([seen(0, 3), seen(1, 2), seen(1, 4)]).round_trips == 1


def test_a_call_that_waited_for_another_is_one_more_round_trip():
    asked = Asked([seen(0, 2), seen(0, 3), seen(3, 4), seen(4.5, 6)])
    assert (asked.calls, asked.round_trips) == (4, 3)


def test_no_call_is_no_round_trip():
    assert Asked([]).round_trips == 0


def test_only_what_changes_something_is_a_write():
    assert Asked([seen(0, 1), seen(1, 2, "POST"), seen(2, 3, "DELETE")]).writes == 2


def test_the_table_has_a_row_for_each_figure():
    assert table([Figure("Calls", "2", "3"), Figure("Renders", "1")]).splitlines() == [
        "| measured | figure | budget |",
        "| --- | ---: | ---: |",
        "| Calls | 2 | 3 |",
        "| Renders | 1 |  |",
    ]
