"""ORDER BY, LIMIT and OFFSET."""

from __future__ import annotations

from simulator.org.store import Org
from tests.simulator.core import add_user, select


def in_order(org: Org, tail: str) -> list[str]:
    return [row["FirstName"] for row in select(org, f"SELECT FirstName FROM User {tail}")]


def test_several_keys_and_directions(org: Org) -> None:
    add_user(org, "bo Chen", Department="B")
    add_user(org, "Cy Chen", Department="A")
    assert in_order(org, "ORDER BY LastName DESC, FirstName DESC") == ["Ana", "Cy", "bo"]
    assert in_order(org, "ORDER BY FirstName") == ["Ana", "bo", "Cy"]


def test_empty_values_come_first_unless_told(org: Org) -> None:
    add_user(org, "Bo Chen", Department="B")
    add_user(org, "Cy Chen", Department="A")
    assert in_order(org, "ORDER BY Department") == ["Ana", "Cy", "Bo"]
    assert in_order(org, "ORDER BY Department ASC NULLS LAST") == ["Cy", "Bo", "Ana"]
    assert in_order(org, "ORDER BY Department DESC NULLS LAST") == ["Bo", "Cy", "Ana"]


def test_limit_and_offset_cut_the_ordered_rows(org: Org) -> None:
    for name in ("Bo", "Cy", "Di"):
        add_user(org, f"{name} Ng")
    assert in_order(org, "ORDER BY FirstName LIMIT 2 OFFSET 1") == ["Bo", "Cy"]
    assert in_order(org, "LIMIT 0") == []
