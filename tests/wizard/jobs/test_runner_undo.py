"""Undo takes back exactly what we made: no more, no less."""

from __future__ import annotations

import pytest

from orgs.salesforce.client import Client
from tests.fixture_types import MakeSetup
from tests.wizard.fault_proxy import FaultProxy
from tests.wizard.harness import SET_NAME, SetupHarness
from wizard.guides.changes import Change, Watcher
from wizard.guides.connected_app_authentication import undoing
from wizard.jobs import queue
from wizard.live import fragment
from wizard.messages import remedies
from wizard.models import StepState
from wizard.stage import panel as actions
from wizard.support.explaining_jobs import failed

pytestmark = pytest.mark.django_db


def test_undo_leaves_the_org_as_it_was(checked: SetupHarness) -> None:
    before, statuses = checked.footprint(), checked.statuses()
    assert checked.apply().state == "done"
    assert checked.footprint() != before
    job = checked.undo()
    assert job.state == "done", job.error_details
    assert checked.footprint() == before
    assert checked.statuses() == statuses
    assert actions.undo_offer(*checked.at("handover")).changes == ()


def test_what_was_there_before_us_stays(make: MakeSetup) -> None:
    desk = make("half_done")
    desk.choose([])
    desk.check()
    before = desk.footprint()
    assert desk.apply().state == "done"
    assert desk.undo().state == "done"
    assert desk.footprint() == before
    assert len(desk.our_sets()) == 1


def test_one_stage_is_undone_by_itself(checked: SetupHarness) -> None:
    checked.apply("permission_set")
    after_set = checked.footprint()
    checked.apply("people")
    checked.apply("app_access")
    job = checked.undo("people")
    assert job.state == "done", job.error_details
    assert checked.footprint()[:2] == after_set[:2]
    assert checked.statuses()["set_on_app"] == "done"
    assert checked.statuses()["people_assigned"] == "to_do"


def test_what_was_undone_can_be_applied_and_undone_again(checked: SetupHarness) -> None:
    before = checked.footprint()
    for _ in range(2):
        assert checked.apply().state == "done"
        assert checked.undo().state == "done"
    assert checked.footprint() == before


def test_a_set_that_others_were_given_meanwhile_stays_and_the_rest_is_undone(checked: SetupHarness) -> None:
    checked.apply()
    ours = checked.our_sets()[0]["Id"]
    other = checked.full_users()[5]
    with checked.stand.world.lock:
        row = {"AssigneeId": other, "PermissionSetId": ours}
        checked.theirs.insert("PermissionSetAssignment", row, checked.theirs.admin_id)
    checked.check()
    job = checked.undo()
    assert job.state == "done", job.error_code
    assert checked.assignments() == [(other, ours)]
    assert checked.rows("SetupEntityAccess") == []
    left = actions.undo_offer(*checked.at("handover"))
    assert left.changes == (), "nothing that we could do is offered"
    assert [change.kind for change in left.kept] == ["delete_permission_set"]


def test_a_set_that_somebody_was_given_at_the_last_moment_stays_and_it_is_said(
    checked: SetupHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the plan was made: we ask right before the delete, and don't blame Salesforce."""
    checked.apply()
    other, ours = checked.full_users()[5], checked.our_sets()[0]["Id"]
    delete_set = undoing._delete_set

    def assigned_just_now(client: Client, change: Change, watcher: Watcher) -> None:
        with checked.stand.world.lock:
            row = {"AssigneeId": other, "PermissionSetId": ours}
            checked.theirs.insert("PermissionSetAssignment", row, checked.theirs.admin_id)
        delete_set(client, change, watcher)

    monkeypatch.setattr(undoing, "_delete_set", assigned_just_now)
    job = checked.undo()
    assert (job.state, job.error_code) == ("failed", "SET_STILL_ASSIGNED")
    assert job.error_code in remedies.REMEDIES
    shown = fragment.stage_state(checked.setup, "handover").job
    assert shown
    told = [row.text.plain() for row in shown.rows]
    assert any(line.startswith("Left as it is, because other people have it: Delete") for line in told), told
    assert not any("refused" in line for line in told)


def test_an_undo_that_failed_is_no_problem_any_more_once_its_rest_was_taken_back_by_hand(
    checked: SetupHarness,
) -> None:
    """Lines of its stages may be done all the same, because somebody else saw to them."""
    checked.apply()
    ours = checked.our_sets()[0]["Id"]
    with checked.stand.world.lock:
        checked.theirs.patch(ours, PermissionsManageUsers=True)
    assert checked.undo().error_code == "SET_HOLDS_MORE"
    assert failed().filter(setup=checked.setup).exists()
    with checked.stand.world.lock:
        checked.theirs.remove(ours)
    checked.check()
    done = {"finding": {"status": "done"}}
    assert StepState.objects.filter(setup=checked.setup, step="connection_user_sets").update(**done)
    assert not failed().filter(setup=checked.setup).exists()


def test_a_set_that_we_gave_to_people_in_another_stage_waits_for_that_stage(checked: SetupHarness) -> None:
    checked.apply()
    offer = actions.undo_offer(*checked.at("permission_set"))
    assert offer.changes == ()
    (kept,) = offer.kept
    assert kept.after.plain() == "stays: we gave it to people in another stage (3)"
    panel = actions.build(fragment.stage_state(checked.setup, "permission_set"), "")
    assert [view.stage.key for view in panel.undo_first] == ["people"]
    checked.undo("people")
    assert [change.kind for change in actions.undo_offer(*checked.at("permission_set")).changes] == [
        "delete_permission_set"
    ]
    panel = actions.build(fragment.stage_state(checked.setup, "permission_set"), "")
    assert [view.stage.key for view in panel.undo_also] == ["app_access"], "it goes with the set"
    assert checked.undo("permission_set").state == "done"
    assert checked.our_sets() == []
    assert checked.rows("SetupEntityAccess") == []


def test_rows_that_somebody_removed_already_are_no_error(checked: SetupHarness, trouble: FaultProxy) -> None:
    checked.apply()
    job = checked.approve_undo()
    with checked.stand.world.lock:
        for row in list(
            checked.theirs.find("PermissionSetAssignment", PermissionSetId=checked.our_sets()[0]["Id"])
        ):
            checked.theirs.delete("PermissionSetAssignment", row["Id"], checked.theirs.admin_id)
    job = checked.work(job)
    assert (job.state, job.error_code) == ("failed", "ORG_CHANGED"), "the person sees the new plan first"
    assert checked.undo().state == "done"
    assert checked.our_sets() == []


def test_an_undo_of_what_is_all_gone_already_is_success(checked: SetupHarness, trouble: FaultProxy) -> None:
    checked.apply("permission_set")
    job = checked.approve_undo()
    with checked.stand.world.lock:
        checked.theirs.delete("PermissionSet", checked.our_sets()[0]["Id"], checked.theirs.admin_id)
    written = len(trouble.writes)
    job = checked.work(job)
    assert job.state == "done", job.error_code
    assert len(trouble.writes) == written


def test_undo_takes_back_only_what_was_approved(checked: SetupHarness) -> None:
    """What an earlier job made after the person looked is not in the approved plan."""
    checked.apply("permission_set")
    job = checked.queue("undo", ["permission_set"], ["undo:something else"])
    job = checked.work(job)
    assert (job.state, job.error_code) == ("failed", "ORG_CHANGED")
    assert len(checked.our_sets()) == 1


def test_an_undo_stopped_half_way_can_go_on(
    checked: SetupHarness, trouble: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = checked.footprint()
    checked.apply()
    written = len(trouble.writes)
    with monkeypatch.context() as patch:
        patch.setattr(queue, "stop_requested", lambda job: len(trouble.writes) > written)
        job = checked.undo()
    assert job.state == "stopped"
    assert 0 < job.done_count < job.total_count
    assert checked.undo().state == "done"
    assert checked.footprint() == before


def test_the_log_tells_what_was_taken_back(checked: SetupHarness) -> None:
    checked.apply()
    checked.undo()
    shown = fragment.stage_state(checked.setup, "handover").job
    assert shown
    told = [row.text.plain() for row in shown.rows]
    assert any("Took the permission set" in line for line in told), told
    assert any(SET_NAME.replace("_", " ") in line for line in told), told
