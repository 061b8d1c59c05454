"""Rows of PermissionSet and its assignments that look like ours and are not, or not for good."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from simulator.server import Stand
from tests.wizard.guides.connected_app_authentication.build import ANNA, NAME, SET_ID, choices, seen
from tests.wizard.guides.connected_app_authentication.stand_in import OrgAt, plan, statuses
from tests.wizard.guides.connected_app_authentication.test_people import ALL_FOUR, LABEL, OURS, PACKAGED, SETS
from wizard.guides.connected_app_authentication.checks_people import (
    check_connection_user_sets,
    check_people,
    check_set,
    check_set_name,
    check_system_user,
)
from wizard.guides.connected_app_authentication.lookups import dated
from wizard.guides.connected_app_authentication.reading.parsing import parse
from wizard.guides.connected_app_authentication.snapshot import Assignment, PermissionSet

REPORTED = {  # as Salesforce answers for the set behind a permission set group
    "Id": "0PSH10000000099MAA",
    "Name": NAME,
    "Label": LABEL,
    "NamespacePrefix": None,
    "HasActivationRequired": False,
    "LicenseId": None,
    "Type": "Group",
}
ANNA_HAS = Assignment("0PaA", ANNA, SET_ID)


def row(**more: Any) -> PermissionSet:
    (parsed,) = parse("sets", [{**REPORTED, **more}])
    return parsed  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("other", "code"),
    [
        (row(), "name_taken_by_group"),
        (row(Type="Regular", PermissionSetGroupId="0PG000000000001AAA"), "name_taken_by_group"),
        (row(Type="Regular", HasActivationRequired=True), "name_taken_by_session_set"),
        (row(Type="Session"), "name_taken_by_session_set"),
        (row(Type="Standard"), "name_taken_by_other"),
        (row(Type="Profile", IsOwnedByProfile=True), "name_taken_by_other"),
        (row(Type="SomethingNew"), "name_taken_by_other"),
    ],
)
def test_what_bears_our_name_and_is_no_plain_set_is_neither_ours_nor_to_be_adopted(
    other: PermissionSet, code: str
) -> None:
    chosen = choices()
    snapshot = seen(chosen, sets=(other, *PACKAGED), assignments=())
    finding = check_set_name(snapshot, chosen)
    assert (finding.status, finding.code) == ("to_do", code)
    (renaming,) = finding.ways
    assert not renaming.inputs["adopt"]
    assert renaming.inputs["set_name"] != NAME
    assert check_set(snapshot, chosen).status == "to_do"
    assert [change.kind for change in plan(snapshot, chosen) if change.kind != "assign"] == []
    assert check_people(snapshot, chosen).code == "set_missing"
    adopted = choices(adopt=other.id)
    snapshot = seen(adopted, sets=(other, *PACKAGED), assignments=())
    assert check_set_name(snapshot, adopted).code == code, "adopted before we knew what it is"


@pytest.mark.parametrize("told", [{}, {"Type": None}, {"Type": ""}])
def test_an_answer_that_does_not_tell_the_type_is_no_plain_set(told: dict[str, object]) -> None:
    (other,) = parse("sets", [{key: value for key, value in REPORTED.items() if key != "Type"} | told])
    chosen = choices()
    assert check_set_name(seen(chosen, sets=(other, *PACKAGED)), chosen).code == "name_taken_by_other"


def test_a_group_that_shares_only_the_label_is_not_offered_either() -> None:
    chosen = choices()
    group = row(Name="Another_Name")
    assert check_set_name(seen(chosen, sets=(group, *PACKAGED)), chosen).code == "name_taken_by_group"
    both = seen(chosen, sets=(group, *SETS))
    assert check_set_name(both, chosen).code == "name_valid", "ours is there, whatever else is called so"


def test_a_group_of_the_package_is_not_taken_for_its_set() -> None:
    chosen = choices()
    group = replace(PACKAGED[0], type="Group")
    finding = check_connection_user_sets(
        seen(chosen, sets=(OURS, group, *PACKAGED[1:]), assignments=ALL_FOUR), chosen
    )
    assert finding.code == "packaged_sets_missing"


def test_what_comes_by_way_of_a_group_does_not_count_and_is_assigned_directly() -> None:
    """A group may mute what its sets give, and whoever leaves it loses them."""
    chosen = choices()
    grouped = replace(ANNA_HAS, group_id="0PG000000000001AAA")
    snapshot = seen(chosen, sets=SETS, assignments=(*ALL_FOUR, grouped))
    assert check_people(snapshot, chosen).code == "some_unassigned"
    assert [change.data["user_id"] for change in plan(snapshot, chosen) if change.kind == "assign"] == [ANNA]
    own_too = seen(chosen, sets=SETS, assignments=(*ALL_FOUR, grouped, ANNA_HAS))
    assert check_people(own_too, chosen).code == "all_assigned"
    stale = seen(chosen, sets=SETS, assignments=(*ALL_FOUR, replace(grouped, active=False)))
    assert check_people(stale, chosen).code == "some_unassigned", "there is nothing of ours to remove first"


@pytest.mark.parametrize(
    ("ends", "code"),
    [
        ("2026-11-24T09:00:01.000+0000", "assignment_ends_soon"),
        ("2026-12-24T09:00:00.000+0000", "assignment_ends_soon"),
        ("2026-12-25T00:00:00.000+0000", "all_assigned"),
        ("2026-11-23T00:00:00.000+0000", "assignment_expired"),
    ],
)
def test_an_assignment_that_ends_is_told_with_its_day(ends: str, code: str) -> None:
    chosen = choices(names={ANNA: "Anna Berg"})
    rows = (*ALL_FOUR, replace(ANNA_HAS, expires=ends))
    finding = check_people(seen(chosen, sets=SETS, assignments=rows), chosen)
    assert finding.code == code
    if code != "assignment_expired":
        assert finding.now
        assert ends[:10] in finding.now.plain()
        assert finding.details == (dated("Anna Berg", ends),)
    assert list(plan(seen(chosen, sets=SETS, assignments=rows), chosen)) == []


def test_the_first_of_several_ends_is_told_and_each_set_of_the_connection_user_counts() -> None:
    chosen = choices(people=())
    ends = [replace(ALL_FOUR[1], expires="2027-03-01T00:00:00.000+0000")]
    ends += [replace(ALL_FOUR[2], expires="2026-12-01T00:00:00.000+0000")]
    snapshot = seen(chosen, sets=SETS, assignments=(ALL_FOUR[0], *ends, ALL_FOUR[3]))
    finding = check_connection_user_sets(snapshot, chosen)
    assert finding.code == "assignment_ends_soon"
    assert finding.now
    assert finding.now.plain() == "2 assignments end, the first on 2026-12-01 00:00 UTC."
    assert check_system_user(snapshot, chosen).code == "user_has_set", "the new set stays"
    new = seen(chosen, sets=SETS, assignments=(replace(ALL_FOUR[0], expires=ends[1].expires), *ALL_FOUR[1:]))
    assert check_system_user(new, chosen).code == "assignment_ends_soon"


def test_a_fresh_org_with_a_group_of_that_name_is_not_done(stand: Stand) -> None:
    at = OrgAt.create(stand, "group_named_like_ours")
    chosen, mark = at.choices(3), at.mark()
    snapshot = at.read(chosen)
    assert at.calls(mark) == 2
    found = statuses(snapshot, chosen)
    assert found["set_name"] == "to_do name_taken_by_group"
    assert found["set_created"] == "to_do set_missing"
    assert found["people_assigned"] == "blocked set_missing"
