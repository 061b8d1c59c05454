"""Dates, date-times and date literals in conditions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from simulator.errors import ApiError
from simulator.soql.literals import date_range
from simulator.store import Org
from tests.simulator.core import select

_NOW = datetime(2026, 3, 31, 15, 30, tzinfo=UTC)  # a Tuesday


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "count", "first", "after"),
    [
        ("TODAY", None, "2026-03-31", "2026-04-01"),
        ("Yesterday", None, "2026-03-30", "2026-03-31"),
        ("THIS_WEEK", None, "2026-03-29", "2026-04-05"),
        ("LAST_MONTH", None, "2026-02-01", "2026-03-01"),
        ("NEXT_MONTH", None, "2026-04-01", "2026-05-01"),
        ("THIS_YEAR", None, "2026-01-01", "2027-01-01"),
        ("LAST_N_DAYS", 7, "2026-03-24", "2026-04-01"),
        ("NEXT_N_DAYS", 2, "2026-04-01", "2026-04-03"),
        ("N_DAYS_AGO", 1, "2026-03-30", "2026-03-31"),
        ("LAST_N_MONTHS", 2, "2026-01-01", "2026-03-01"),
    ],
)
def test_date_literals_name_a_span(name: str, count: int | None, first: str, after: str) -> None:
    assert date_range(name, count, _NOW) == (day(first), day(after))


@pytest.mark.parametrize(("name", "count"), [("SOMEDAY", None), ("TODAY", 3), ("LAST_N_DAYS", None)])
def test_other_words_are_no_date_literals(name: str, count: int | None) -> None:
    assert date_range(name, count, _NOW) is None


@pytest.fixture
def trail(org: Org) -> Org:
    org.clock.offset = _NOW - datetime.now(UTC)
    for days in (0, 1, 40):
        org.add("SetupAuditTrail", Action=f"d{days}", CreatedDate=org.clock.now() - timedelta(days=days))
    return org


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("CreatedDate = TODAY", {"d0"}),
        ("CreatedDate < TODAY", {"d1", "d40"}),
        ("CreatedDate >= YESTERDAY", {"d0", "d1"}),
        ("CreatedDate > YESTERDAY", {"d0"}),
        ("CreatedDate != LAST_N_DAYS:30", {"d40"}),
        ("CreatedDate > 2026-03-30T00:00:00Z", {"d0", "d1"}),
        ("CreatedDate >= 2026-03-31T02:00:00.000+02:00", {"d0"}),
        ("CreatedDate < 2026-03-31T02:00:00-0500", {"d1", "d40"}),
    ],
)
def test_rows_by_date(trail: Org, where: str, expected: set[str]) -> None:
    assert {
        row["Action"] for row in select(trail, f"SELECT Action FROM SetupAuditTrail WHERE {where}")
    } == expected


def test_date_times_are_written_as_salesforce_writes_them(trail: Org) -> None:
    (row,) = select(trail, "SELECT CreatedDate FROM SetupAuditTrail WHERE Action = 'd0'")
    assert row["CreatedDate"].startswith("2026-03-31T15:30:0")
    assert row["CreatedDate"].endswith("+0000")


def test_a_day_is_no_date_time(org: Org) -> None:
    with pytest.raises(ApiError, match="must be of type dateTime"):
        select(org, "SELECT Id FROM SetupAuditTrail WHERE CreatedDate = 2026-03-31")
