"""Undo knows our rows by their ids, leaves what others need, and says at its end what is left and why."""

from __future__ import annotations

import pytest

from simulator.seeding import odd_rows
from tests.wizard.harness import SetupHarness
from wizard.guides.base import Finding
from wizard.guides.connected_app_authentication import undoing
from wizard.live import fragment
from wizard.stage import panel
from wizard.state import recorded_changes

pytestmark = pytest.mark.django_db


def ours(desk: SetupHarness) -> str:
    return str(desk.our_sets()[0]["Id"])


def rename(desk: SetupHarness, name: str = "MC_App", label: str = "MC App") -> str:
    set_id = ours(desk)
    with desk.stand.world.lock:
        odd_rows.rename_set(desk.theirs, set_id, name, label)
    return set_id


def share(desk: SetupHarness, app: str = "Acme Data Loader") -> str:
    """Somebody puts our set on another app."""
    with desk.stand.world.lock:
        app_id = odd_rows.add_app(desk.theirs, app)
        row = {"ParentId": ours(desk), "SetupEntityId": app_id}
        return str(desk.theirs.insert("SetupEntityAccess", row, desk.theirs.admin_id))


def name_finding(desk: SetupHarness) -> Finding:
    finding = Finding.from_json(desk.setup.step_states.get(step="set_name").finding)
    assert finding
    return finding


def told(desk: SetupHarness) -> list[str]:
    shown = fragment.stage_state(desk.setup, "handover").job
    assert shown
    return [row.text.plain() for row in shown.rows]


def test_a_set_of_ours_that_was_renamed_is_still_ours_and_no_second_one_is_planned(
    checked: SetupHarness,
) -> None:
    checked.apply()
    set_id = rename(checked)
    checked.check()
    assert checked.statuses()["set_created"] == "done"
    assert checked.statuses()["people_assigned"] == "done"
    assert checked.statuses()["set_on_app"] == "done"
    finding = name_finding(checked)
    assert finding.code == "set_renamed"
    assert "MC App (MC_App)" in finding.sentence.plain()
    plan = checked.plan("permission_set", "people")
    assert plan == []
    assert finding.ways[0].inputs == {"adopt": set_id}


def test_a_renamed_set_is_used_under_its_new_name_once_that_is_chosen(checked: SetupHarness) -> None:
    checked.apply()
    rename(checked)
    checked.check()
    finding = name_finding(checked)
    checked.choose(2, **finding.ways[0].inputs)
    checked.check()
    assert checked.statuses()["set_name"] == "done"
    assert checked.statuses()["people_assigned"] == "done"
    assert checked.undo().state == "done"
    assert checked.rows("SetupEntityAccess") == []


@pytest.mark.parametrize(
    ("name", "label"), [("MC_App", "MC App"), ("MC_App", "Marketing Cloud Connected App")]
)
def test_a_renamed_set_is_undone_with_its_holders(checked: SetupHarness, name: str, label: str) -> None:
    before = checked.footprint()
    checked.apply()
    rename(checked, name, label)
    checked.check()
    named = [change for change in panel.undo_offer(*checked.at("handover")).changes if change.what.params]
    ours_named = [
        change for change in named if change.group == label or change.kind == "delete_permission_set"
    ]
    assert {change.kind for change in ours_named} == {"unassign", "delete_permission_set"}
    assert all(change.what.params["label"] == label for change in ours_named), "as it is called today"
    assert checked.undo().state == "done"
    assert any(line.startswith(f"Deleted the permission set {label}") for line in told(checked))
    assert checked.footprint() == before
    assert not any(line.startswith("Still in the org") for line in told(checked))


def test_another_set_that_took_the_old_name_is_not_ours(checked: SetupHarness) -> None:
    checked.apply()
    set_id = rename(checked)
    with checked.stand.world.lock:
        other = checked.theirs.insert(
            "PermissionSet",
            {"Name": "Marketing_Cloud_Connected_App", "Label": "Marketing Cloud Connected App"},
            checked.theirs.admin_id,
        )
    checked.check()
    assert checked.undo().state == "done"
    left = checked.rows("PermissionSet")
    assert other in left
    assert set_id not in left


def test_a_set_that_another_app_uses_stays_with_its_holders_and_the_app_is_named(
    checked: SetupHarness,
) -> None:
    checked.apply()
    theirs, held = share(checked), checked.assignments()
    checked.check()
    offer = panel.undo_offer(*checked.at("handover"))
    assert {change.kind for change in offer.changes} == {"revoke_app", "unassign"}, "the package's sets go"
    assert all("Acme Data Loader" in change.after.plain() for change in offer.kept)
    assert checked.undo().state == "done"
    assert checked.rows("SetupEntityAccess") == [theirs]
    assert [pair for pair in held if pair[1] == ours(checked)] == checked.assignments()
    lines = told(checked)
    assert any(
        line.startswith("Still in the org: the permission set Marketing Cloud Connected App (stays: another")
        and "Acme Data Loader" in line
        for line in lines
    ), lines
    assert any("of 3 people" in line for line in lines), lines


def test_once_the_other_app_no_longer_needs_it_the_rest_is_undone(checked: SetupHarness) -> None:
    before = checked.footprint()
    checked.apply()
    theirs = share(checked)
    checked.check()
    checked.undo()
    with checked.stand.world.lock:
        checked.theirs.delete("SetupEntityAccess", theirs, checked.theirs.admin_id)
    checked.check()
    assert checked.undo().state == "done"
    assert checked.footprint() == before


def test_an_app_that_gets_the_set_at_the_last_moment_keeps_it(
    checked: SetupHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked.apply()
    delete_set = undoing._delete_set

    def shared_just_now(client: object, change: object, watcher: object) -> None:
        share(checked)
        delete_set(client, change, watcher)  # type: ignore[arg-type]

    monkeypatch.setattr(undoing, "_delete_set", shared_just_now)
    job = checked.undo()
    assert (job.state, job.error_code) == ("failed", "SET_USED_ELSEWHERE")
    assert len(checked.our_sets()) == 1
    assert any(line.startswith("Left as it is, because another app uses it") for line in told(checked))


def test_a_set_that_was_adopted_may_be_on_other_apps_and_what_we_gave_is_taken_back(
    checked: SetupHarness,
) -> None:
    with checked.stand.world.lock:
        row = {"Name": "MC_App", "Label": "MC App"}
        adopted = checked.theirs.insert("PermissionSet", row, checked.theirs.admin_id)
        app_id = odd_rows.add_app(checked.theirs, "Acme Data Loader")
        grant = {"ParentId": adopted, "SetupEntityId": app_id}
        checked.theirs.insert("SetupEntityAccess", grant, checked.theirs.admin_id)
    before = checked.footprint()
    checked.choose(2, adopt=adopted)
    checked.check()
    assert checked.apply().state == "done"
    assert checked.footprint() != before
    assert checked.undo().state == "done"
    assert checked.footprint() == before


def test_what_we_made_is_known_by_id_until_it_is_taken_back(checked: SetupHarness) -> None:
    kinds = checked.setup.guide.known_by_id
    assert recorded_changes.made_by_id(checked.setup, kinds) == {}
    checked.apply()
    made = recorded_changes.made_by_id(checked.setup, kinds)
    names = {row: data.get("name") for row, data in made.items()}
    assert names.pop(ours(checked)) == "Marketing_Cloud_Connected_App"
    assert list(names.values()) == [None], "and its place on the app"
    checked.undo()
    assert recorded_changes.made_by_id(checked.setup, kinds) == {}
