"""Dates and date-times in conditions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from simulator.errors import ApiError
from simulator.org.store import Org
from tests.simulator.core import select

_NOW = datetime(2026, 3, 31, 15, 30, tzinfo=UTC)  # a Tuesday


@pytest.fixture
def trail(org: Org) -> Org:
    org.clock.offset = _NOW - datetime.now(UTC)
    for days in (0, 1, 40):
        org.add("SetupAuditTrail", Action=f"d{days}", CreatedDate=org.clock.now() - timedelta(days=days))
    return org


@pytest.mark.parametrize(
    ("where", "expected"),
    [
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
