"""Read, plan, apply, read back and undo against the stand-in org, with the calls counted."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.server import Stand
from tests.wizard.guides.connected_app_authentication.stand_in import OrgAt, Recorder, plan, statuses
from wizard.guides.changes import Stop
from wizard.guides.connected_app_authentication.guide import GUIDE, Choices, Snapshot

API_STEPS = ("set_created", "connection_user_sets", "people_assigned", "system_user_included", "set_on_app")
ALL_CODES = {
    "set_created": "done set_there",
    "connection_user_sets": "done has_all_sets",
    "people_assigned": "done all_assigned",
    "system_user_included": "done user_has_set",
    "set_on_app": "done set_on_app",
}


def api_steps(found: dict[str, str]) -> dict[str, str]:
    return {key: found[key] for key in API_STEPS}


def applied(stand: Stand, people: int) -> tuple[OrgAt, Choices, Snapshot, Recorder]:
    """An org after everything was done for so many people: with what was chosen, read before, and made."""
    at = OrgAt.create(stand)
    choices = at.choices(people)
    before = at.read(choices)
    recorder = Recorder()
    GUIDE.apply(at.client, plan(before, choices), before, choices, recorder)
    return at, choices, before, recorder


def test_a_full_read_is_two_calls_and_every_part_is_known(stand: Stand) -> None:
    at = OrgAt.create(stand)
    mark = at.mark()
    snapshot = at.read(at.choices())
    assert at.calls(mark) == 2
    unknown = [name for name in ("rights", "app", "sets", "login") if not snapshot.part(name).is_known]
    assert unknown == []


def test_from_nothing_to_verified_for_twenty_people_takes_at_most_four_calls_besides_the_read(
    stand: Stand,
) -> None:
    at = OrgAt.create(stand)
    choices = at.choices(20)
    assert len(choices.everyone) == 21
    mark = at.mark()
    snapshot = at.read(choices, ["app", "sets", "assignments", "grants"])
    changes = plan(snapshot, choices)
    assert len(changes) == 1 + 21 + 3 + 1
    recorder = Recorder()
    GUIDE.apply(at.client, changes, snapshot, choices, recorder)
    assert at.calls(mark) == 2, "one to read, one to write"
    assert [outcome for outcome in recorder.outcomes if not outcome.created] == []
    after = at.read(choices)
    assert at.calls(mark) == 4
    assert api_steps(statuses(after, choices)) == ALL_CODES
    assert plan(after, choices) == []


def test_applying_the_same_changes_again_makes_nothing_twice(stand: Stand) -> None:
    at = OrgAt.create(stand)
    choices = at.choices(3)
    snapshot = at.read(choices)
    changes = plan(snapshot, choices)
    GUIDE.apply(at.client, changes, snapshot, choices, Recorder())
    again = Recorder()
    GUIDE.apply(at.client, changes, snapshot, choices, again)
    assert {(outcome.ok, outcome.created) for outcome in again.outcomes} == {(True, False)}
    assert len(at.org.find("PermissionSet", Name=choices.set_name)) == 1


@pytest.mark.parametrize("code", ["DUPLICATE_VALUE", "DUPLICATE_DEVELOPER_NAME"])
def test_a_set_made_by_somebody_else_meanwhile_is_used(stand: Stand, code: str) -> None:
    at = OrgAt.create(stand)
    at.org.switches.change(duplicate_permission_set_code=code)
    choices = at.choices(2)
    snapshot = at.read(choices)
    changes = plan(snapshot, choices)
    at.org.insert("PermissionSet", {"Name": choices.set_name, "Label": choices.set_label}, at.org.admin_id)
    recorder = Recorder()
    GUIDE.apply(at.client, changes, snapshot, choices, recorder)
    assert all(outcome.ok for outcome in recorder.outcomes), recorder.outcomes
    assert api_steps(statuses(at.read(choices), choices)) == ALL_CODES


def test_a_thousand_people_take_at_most_twenty_calls_in_batches(stand: Stand) -> None:
    at = OrgAt.create(stand, people=1400)
    choices = at.choices(1000)
    assert len(choices.everyone) > 950
    mark = at.mark()
    snapshot = at.read(choices)
    recorder = Recorder()
    GUIDE.apply(at.client, plan(snapshot, choices), snapshot, choices, recorder)
    after = at.read(choices)
    assert at.calls(mark) <= 20
    assert len(recorder.batches) >= 5
    assert api_steps(statuses(after, choices)) == ALL_CODES


def test_a_stop_between_batches_keeps_what_was_done(stand: Stand) -> None:
    at = OrgAt.create(stand, people=500)
    choices = at.choices(420)

    def stop_at_second(number: int) -> None:
        if number == 1:
            raise Stop

    snapshot = at.read(choices)
    recorder = Recorder(before=stop_at_second)
    with pytest.raises(Stop):
        GUIDE.apply(at.client, plan(snapshot, choices), snapshot, choices, recorder)
    assert len(recorder.outcomes) == 202
    after = at.read(choices)
    left = plan(after, choices)
    GUIDE.apply(at.client, left, after, choices, Recorder())
    assert api_steps(statuses(at.read(choices), choices)) == ALL_CODES


def test_somebody_without_the_right_licence_is_reported_and_the_others_are_assigned(stand: Stand) -> None:
    at = OrgAt.create(stand)
    robots = [row["Id"] for row in at.org.rows("User") if row["IsActive"] and not at._is_full(row)]
    inactive = [row["Id"] for row in at.org.rows("User") if not row["IsActive"]]
    choices = at.choices(3, people=[*at.choices(3).people, *inactive, *robots])
    snapshot = at.read(choices)
    recorder = Recorder()
    GUIDE.apply(at.client, plan(snapshot, choices), snapshot, choices, recorder)
    failed = {outcome.change.data["user_id"] for outcome in recorder.outcomes if not outcome.ok}
    assert set(inactive) <= failed <= {*inactive, *robots}
    found = statuses(at.read(choices), choices)
    assert found["people_assigned"] == "to_do some_unassigned"
    assert found["connection_user_sets"] == "done has_all_sets"


def test_without_the_right_the_set_is_refused_and_the_rest_is_halted(stand: Stand) -> None:
    at = OrgAt.create(stand, as_user="leo.park")
    choices = at.choices(2)
    snapshot = at.read(choices)
    assert statuses(snapshot, choices)["right_create_set"] == "to_do right_missing"
    recorder = Recorder()
    GUIDE.apply(at.client, plan(snapshot, choices), snapshot, choices, recorder)
    codes = {outcome.change.kind: outcome.error_code for outcome in recorder.outcomes if not outcome.ok}
    assert codes["create_permission_set"] != "PROCESSING_HALTED"
    assert codes["grant_app"] == "PROCESSING_HALTED"
    assert at.org.find("PermissionSet", Name=choices.set_name) == []


def test_a_refused_app_grant_is_reported_and_the_rest_is_done(stand: Stand) -> None:
    at = OrgAt.create(stand)
    at.org.switches.change(app_grant="CANNOT_MODIFY_MANAGED_OBJECT")
    choices = at.choices(2)
    snapshot = at.read(choices)
    recorder = Recorder()
    GUIDE.apply(at.client, plan(snapshot, choices), snapshot, choices, recorder)
    refused = [outcome for outcome in recorder.outcomes if not outcome.ok]
    assert [(each.change.kind, each.error_code) for each in refused] == [
        ("grant_app", "CANNOT_MODIFY_MANAGED_OBJECT")
    ]
    found = statuses(at.read(choices), choices)
    assert found["people_assigned"] == "done all_assigned"
    assert found["set_on_app"] == "to_do set_not_on_app"


def test_undo_takes_back_exactly_what_we_made(stand: Stand) -> None:
    at, choices, before, recorder = applied(stand, 5)
    back = Recorder()
    changes = GUIDE.undo_plan(recorder.made, at.read(choices))
    assert [change.kind for change in changes][-1] == "delete_permission_set"
    GUIDE.undo(at.client, changes, back)
    assert all(outcome.ok and outcome.created for outcome in back.outcomes)
    after = at.read(choices)
    assert statuses(after, choices) == statuses(before, choices)
    assert all(GUIDE.found(change, after) for change in changes)
    assert GUIDE.undo_plan(recorder.made, after) == []


def test_a_set_that_others_hold_is_left_by_undo(stand: Stand) -> None:
    at, choices, _before, recorder = applied(stand, 2)
    other = next(each for each in at.choices(9).people if each not in choices.everyone)
    set_id = at.org.find("PermissionSet", Name=choices.set_name)[0]["Id"]
    at.org.insert(
        "PermissionSetAssignment", {"AssigneeId": other, "PermissionSetId": set_id}, at.org.admin_id
    )
    back = Recorder()
    changes = GUIDE.undo_plan(recorder.made, at.read(choices))
    assert changes[-1].after.plain() == "stays: assignments that are not ours are left (1)"
    GUIDE.undo(at.client, changes, back)
    kept = [outcome for outcome in back.outcomes if not outcome.ok]
    assert [(each.change.kind, each.error_code) for each in kept] == [
        ("delete_permission_set", "SET_STILL_ASSIGNED")
    ]
    assert at.org.get(set_id) is not None


ADDED = (
    ("PermissionSet", {"PermissionsManageUsers": True, "PermissionsViewSetup": True}, "Manage Users"),
    ("SetupEntityAccess", {"SetupEntityType": "ApexClass"}, "ApexClass"),
    ("FieldPermissions", {"SobjectType": "Account", "Field": "Account.Phone"}, "Account.Phone"),
)


@pytest.mark.parametrize(("sobject", "values", "told"), ADDED)
def test_a_set_to_which_somebody_added_a_permission_is_left_by_undo_and_says_so(
    stand: Stand, sobject: str, values: dict[str, Any], told: str
) -> None:
    at, choices, _before, recorder = applied(stand, 1)
    ours = at.org.find("PermissionSet", Name=choices.set_name)[0]
    if sobject == "PermissionSet":
        at.org.patch(ours["Id"], **values)
    else:
        at.org.add(sobject, ParentId=ours["Id"], **values)
    back = Recorder()
    GUIDE.undo(at.client, GUIDE.undo_plan(recorder.made, at.read(choices)), back)
    (kept,) = [outcome for outcome in back.outcomes if not outcome.ok]
    assert (kept.change.kind, kept.error_code) == ("delete_permission_set", "SET_HOLDS_MORE")
    assert told in (kept.error_message or "")
    assert at.org.get(ours["Id"]) is not None
    assert GUIDE.left["SET_HOLDS_MORE"]


def test_a_set_with_holders_of_both_kinds_says_how_many_of_each(stand: Stand) -> None:
    at, choices, _before, recorder = applied(stand, 2)
    set_id = at.org.find("PermissionSet", Name=choices.set_name)[0]["Id"]
    others = [each for each in at.choices(9).people if each not in choices.everyone][:2]
    for other in others:
        row = {"AssigneeId": other, "PermissionSetId": set_id}
        at.org.insert("PermissionSetAssignment", row, at.org.admin_id)
    of_stage = [pair for pair in recorder.made if pair[0].kind == "create_permission_set"]
    (kept,) = GUIDE.undo_plan(of_stage, at.read(choices), recorder.made)
    assert kept.after.plain() == (
        "stays: we gave it to people in another stage (3), and assignments that are not ours are left (2)"
    )
    assert kept.idle
    assert len(kept.data["first"]) > 0


def test_undoing_twice_says_gone_already(stand: Stand) -> None:
    at, choices, _before, recorder = applied(stand, 2)
    changes = GUIDE.undo_plan(recorder.made, at.read(choices))
    GUIDE.undo(at.client, changes, Recorder())
    again = Recorder()
    GUIDE.undo(at.client, changes, again)
    assert {(outcome.ok, outcome.created) for outcome in again.outcomes} == {(True, False)}
