"""Which rows a query's conditions let through."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import ApiError
from simulator.org.store import Org
from simulator.soql.where import like_pattern
from simulator.world import World
from tests.simulator.core import add_user, new_org, select


@pytest.fixture
def people(org: Org) -> Org:
    add_user(org, "Bo Chen", "Marketing User", Department="Sales")
    add_user(org, "Cy Diaz", "Marketing User", IsActive=False)
    add_user(org, "Di Eco", "Standard User", Department="100%_sure")
    return org


def names(org: Org, where: str) -> set[str]:
    return {row["FirstName"] for row in select(org, f"SELECT FirstName FROM User WHERE {where}")}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("FirstName = 'bo'", {"Bo"}),
        ("FirstName != 'Bo'", {"Ana", "Cy", "Di"}),
        ("Department != 'Sales'", {"Ana", "Cy", "Di"}),  # an empty field differs from any value
        ("Department = null", {"Ana", "Cy"}),
        ("Department <> null", {"Bo", "Di"}),
        ("IsActive = false", {"Cy"}),
        ("NOT IsActive = true", {"Cy"}),
        ("FirstName > 'b' AND FirstName <= 'CY'", {"Bo", "Cy"}),
        ("FirstName LIKE '%O'", {"Bo"}),
        ("FirstName LIKE '_i'", {"Di"}),
        (r"Department LIKE '100\%\_%'", {"Di"}),
        (r"Department LIKE '100\%\%%'", set()),
        ("FirstName IN ('ana', 'Di')", {"Ana", "Di"}),
        ("FirstName NOT IN ('ana', 'Di')", {"Bo", "Cy"}),
        ("Profile.Name = 'Marketing User' AND IsActive = true", {"Bo"}),
        ("Profile.UserLicense.Name LIKE 'sales%' AND (FirstName = 'Bo' OR FirstName = 'Di')", {"Bo", "Di"}),
        ("(FirstName = 'Bo' AND IsActive = true) OR (NOT (IsActive = true))", {"Bo", "Cy"}),
        ("ProfileId IN (SELECT Id FROM Profile WHERE Name = 'Standard User')", {"Di"}),
        ("Id NOT IN (SELECT UserId FROM UserLogin WHERE IsFrozen = false)", set()),
    ],
)
def test_conditions(people: Org, where: str, expected: set[str]) -> None:
    assert names(people, where) == expected


def test_a_15_character_id_finds_its_row(people: Org) -> None:
    assert names(people, f"Id = '{people.admin_id[:15]}'") == {"Ana"}
    held = f"SELECT Id FROM PermissionSetAssignment WHERE AssigneeId = '{people.admin_id[:15]}'"
    assert len(select(people, held)) == len(
        people.find("PermissionSetAssignment", AssigneeId=people.admin_id)
    )


def test_mixed_and_or_needs_parentheses(people: Org) -> None:
    with pytest.raises(ApiError, match="unexpected token: 'OR'"):
        names(people, "FirstName = 'Bo' AND IsActive = true OR FirstName = 'Di'")


def test_application_of_a_login_is_not_filterable(org: Org) -> None:
    with pytest.raises(ApiError, match="field 'Application' can not be filtered in a query call") as caught:
        select(org, "SELECT Id FROM LoginHistory WHERE Application = 'Salesforce Marketing Cloud'")
    assert caught.value.code == "INVALID_FIELD"


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("IsActive = 'true'", "must be of type boolean and should not be enclosed in quotes"),
        ("FirstName = 3", "must be of type string and should be enclosed in quotes"),
        ("CreatedDate > '2026-01-01'", "must be of type dateTime and should not be enclosed in quotes"),
        ("Id = 'nonsense'", "invalid ID field: nonsense"),
        ("Id LIKE '005%'", "invalid operator on id field"),
        ("FirstName IN (SELECT Id FROM Profile)", "should be an id field"),
        ("Id IN (SELECT Id FROM User)", "should not be on the same object type"),
        ("ProfileId IN (SELECT Name FROM Profile)", "should point to the same object type"),
    ],
)
def test_values_of_the_wrong_kind_are_refused(org: Org, where: str, message: str) -> None:
    with pytest.raises(ApiError, match=re.escape(message)):
        names(org, where)


def quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")


_SHARED = new_org(World())


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
def test_any_text_can_be_asked_for(text: str) -> None:
    record_id = _SHARED.add("User", LastName=text, Username="x")
    try:
        found = select(_SHARED, f"SELECT Id FROM User WHERE LastName = '{quoted(text)}'")
        assert record_id in {row["Id"] for row in found}
    finally:
        _SHARED.remove(record_id)


@given(st.text("ab%_\\", max_size=8), st.text("ab%_\\", max_size=8))
def test_like_agrees_with_its_definition(pattern: str, text: str) -> None:
    def matches(p: str, t: str) -> bool:
        if not p:
            return not t
        if p[0] == "%":
            return any(matches(p[1:], t[i:]) for i in range(len(t) + 1))
        if p[0] == "\\" and len(p) > 1:
            return t[:1] == p[1] and matches(p[2:], t[1:])
        return bool(t) and p[0] in ("_", t[0]) and matches(p[1:], t[1:])

    assert (like_pattern(pattern).fullmatch(text) is not None) == matches(pattern, text)


@settings(deadline=None)  # each case makes an org
@given(st.lists(st.sampled_from(["Bo", "Cy", "Di", "Nobody"]), min_size=1, max_size=4), st.booleans())
def test_an_index_changes_nothing_but_the_time(chosen: list[str], negated: bool) -> None:
    org = new_org(World())
    for name in ("Bo", "Cy", "Di"):
        add_user(org, f"{name} Ng", Username=name)
    inside = ", ".join(f"'{name}'" for name in chosen)
    no = "NOT " if negated else ""
    by_index = select(org, f"SELECT Id FROM User WHERE Username {no}IN ({inside}) AND FirstName != 'Ana'")
    by_scan = select(org, f"SELECT Id FROM User WHERE FirstName {no}IN ({inside}) AND FirstName != 'Ana'")
    assert by_index == by_scan
