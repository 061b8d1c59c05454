"""Applying: what was approved is made once, and only reading it back turns a line green."""

from __future__ import annotations

import pytest

from orgs.connections import tokens
from tests.fixture_types import MakeSetup
from tests.wizard.fault_proxy import FaultProxy, Seen
from tests.wizard.harness import AUTOMATIC, ONCE_APPLIED, SET_NAME, SetupHarness
from wizard.jobs import queue
from wizard.live import fragment
from wizard.messages import remedies

pytestmark = pytest.mark.django_db


def done(desk: SetupHarness) -> list[str]:
    return [step for step in ONCE_APPLIED if desk.statuses()[step] == "done"]


def test_each_stage_is_applied_by_itself(checked: SetupHarness) -> None:
    job = checked.apply("permission_set")
    assert job.state == "done", job.error_details
    assert len(checked.our_sets()) == 1
    assert done(checked) == ["set_created"]
    assert checked.apply("people").state == "done"
    assert done(checked) == list(ONCE_APPLIED[:4])
    assert len(checked.assignments()) == 3 + 3
    assert checked.apply("app_access").state == "done"
    assert done(checked) == list(ONCE_APPLIED)


def test_all_automatic_stages_are_applied_together(checked: SetupHarness) -> None:
    job = checked.apply()
    assert job.state == "done", job.error_details
    assert done(checked) == list(ONCE_APPLIED)
    assert (job.done_count, job.total_count, job.intent) == (8, 8, [])
    assert checked.kinds(job) == ["apply_requested", "planned", "changed", "apply_done"]


def test_an_answer_of_success_alone_makes_nothing_green(
    checked: SetupHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies after Salesforce's answer and before the reading back."""
    checked.die(checked.approve(), monkeypatch, at="reading_back")
    assert len(checked.our_sets()) == 1, "it was made"
    assert done(checked) == []


def test_somebody_who_undoes_it_meanwhile_is_seen_by_the_reading_back(
    checked: SetupHarness, trouble: FaultProxy
) -> None:
    def remove_what_was_given(seen: Seen) -> None:
        if seen.writes:
            rows = checked.theirs.find("PermissionSetAssignment", AssigneeId=checked.full_users()[0])
            ours = checked.our_sets()[0]["Id"]
            with checked.stand.world.lock:
                for row in [row for row in rows if row["PermissionSetId"] == ours]:
                    checked.theirs.delete("PermissionSetAssignment", row["Id"], checked.theirs.admin_id)

    trouble.after = remove_what_was_given
    checked.apply()
    assert "people_assigned" not in done(checked)


def test_applying_again_writes_nothing(checked: SetupHarness, trouble: FaultProxy) -> None:
    job = checked.approve()
    approved = job.approved
    assert checked.work(job).state == "done"
    writes, before = len(trouble.writes), checked.footprint()
    again = checked.work(checked.queue("apply", AUTOMATIC, approved))
    assert again.state == "done"
    assert checked.kinds(again) == ["apply_requested", "nothing_to_do", "apply_done"]
    assert len(trouble.writes) == writes == 1
    assert checked.footprint() == before


def test_what_is_there_already_is_left_and_is_not_ours(make: MakeSetup) -> None:
    desk = make("half_done")
    desk.choose([])
    desk.check()
    before = desk.footprint()
    job = desk.apply()
    assert job.state == "done", job.error_details
    assert done(desk) == list(ONCE_APPLIED)
    made = [raw for event in desk.events("changed") for raw in event.changes]
    assert len(made) == 3 + 1, "the packaged sets and the app's grant"
    assert set(before[1]) < set(desk.footprint()[1])


def test_an_org_that_changed_since_the_preview_is_not_touched(
    checked: SetupHarness, trouble: FaultProxy
) -> None:
    job = checked.approve()
    extra = checked.full_users()[0]
    with checked.stand.world.lock:
        row = {"Name": SET_NAME, "Label": "Marketing Cloud Connected App"}
        set_id = checked.theirs.insert("PermissionSet", row, checked.theirs.admin_id)
        row = {"AssigneeId": extra, "PermissionSetId": set_id}
        checked.theirs.insert("PermissionSetAssignment", row, checked.theirs.admin_id)
    job = checked.work(job)
    assert (job.state, job.error_code) == ("failed", "ORG_CHANGED")
    assert trouble.writes == []
    assert checked.statuses()["set_created"] == "done", "the page shows the org as it is now"


def test_choices_changed_since_the_preview_are_not_applied(
    checked: SetupHarness, trouble: FaultProxy
) -> None:
    job = checked.approve()
    checked.choose(4)
    job = checked.work(job)
    assert (job.state, job.error_code) == ("failed", "ORG_CHANGED")
    assert trouble.writes == []


def test_a_plan_that_somebody_did_by_hand_meanwhile_is_success(
    checked: SetupHarness, trouble: FaultProxy
) -> None:
    job = checked.approve("permission_set")
    with checked.stand.world.lock:
        row = {"Name": SET_NAME, "Label": "Marketing Cloud Connected App"}
        checked.theirs.insert("PermissionSet", row, checked.theirs.admin_id)
    assert checked.work(job).state == "done"
    assert trouble.writes == []


def test_one_refusal_among_many_is_told_with_a_remedy_and_the_rest_is_done(make: MakeSetup) -> None:
    desk = make()
    people = desk.full_users()[:3]
    inactive = next(row["Id"] for row in desk.theirs.rows("User") if not row["IsActive"])
    desk.choose([*people, inactive])
    desk.check()
    job = desk.apply()
    assert job.state == "failed"
    assert job.error_details
    assert job.done_count == job.total_count - 1
    ours = desk.our_sets()[0]["Id"]
    holders = {person for person, set_id in desk.assignments() if set_id == ours}
    assert holders == {*people, desk.theirs.connection_user_id}
    assert desk.statuses()["people_assigned"] == "to_do"
    assert desk.statuses()["set_on_app"] == "done"
    shown = fragment.stage_state(desk.setup, "people").job
    assert shown
    assert shown.remedy
    assert job.error_code in remedies.REMEDIES
    assert any("refused" in row.text.plain() for row in shown.rows)


def test_a_licence_that_does_not_fit_is_told_and_the_others_are_assigned(make: MakeSetup) -> None:
    desk = make("fresh", people=90)
    with desk.stand.world.lock:
        licence = desk.theirs.find("UserLicense", Name="Salesforce")[0]["Id"]
        row = {"Name": SET_NAME, "Label": SET_NAME.replace("_", " "), "LicenseId": licence}
        set_id = desk.theirs.insert("PermissionSet", row, desk.theirs.admin_id)
    misfit = next(user for user in desk.users("Salesforce Platform"))
    people = desk.full_users()[:2]
    desk.choose([people[0], misfit, people[1]])
    desk.check()
    job = desk.apply()
    assert job.state == "failed"
    assert "license doesn't match" in job.error_details
    holders = {person for person, held in desk.assignments() if held == set_id}
    assert holders == {*people, desk.theirs.connection_user_id}
    told = remedies.get(job.error_code)
    assert told in remedies.REMEDIES.values(), f"no words for {job.error_code}"


def test_a_missing_right_is_told_by_its_code_and_what_is_allowed_is_done(make: MakeSetup) -> None:
    """Leo may assign permission sets, but not create them."""
    desk = make(as_user="leo.park")
    desk.choose(2)
    desk.check()
    before = desk.footprint()
    job = desk.apply()
    assert job.state == "failed"
    assert job.error_code in remedies.REMEDIES
    after = desk.footprint()
    assert (after[0], after[2]) == (before[0], before[2])
    assert len(after[1]) == len(before[1]) + 3, "the packaged sets of the connection user"
    assert job.done_count == 3


def test_a_stop_between_batches_keeps_what_is_done_and_the_rest_can_follow(
    make: MakeSetup, trouble: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make(people=700)
    desk.choose(450)
    desk.check()
    job = desk.approve()

    # Asked for in the worker's own thread: another one would not see this test's transaction.
    monkeypatch.setattr(queue, "stop_requested", lambda job: bool(trouble.writes))
    job = desk.work(job)
    monkeypatch.undo()
    assert job.state == "stopped"
    assert len(trouble.writes) == 1
    assert 200 <= job.done_count < job.total_count
    made = len(desk.assignments())
    assert made == 200
    assert desk.statuses()["set_created"] == "done", "what is done was read back"
    rest = desk.apply()
    assert rest.state == "done", rest.error_details
    assert rest.total_count == job.total_count - job.done_count
    assert done(desk) == list(ONCE_APPLIED)
    assert len(desk.assignments()) == len(set(desk.assignments())) == made + rest.done_count


def test_a_job_of_an_org_that_was_disconnected_ends_with_that_reason(checked: SetupHarness) -> None:
    job = checked.approve()
    tokens.disconnect(checked.org.connection)
    job = checked.work(job)
    assert (job.state, job.error_code) == ("failed", "DISCONNECTED")
    assert checked.now().snapshot is not None
