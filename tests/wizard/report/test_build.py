"""The report: every line of the source page with its status, and what we changed."""

from __future__ import annotations

import pytest

from orgs.connections.client import client_for
from simulator import engagement
from tests.fixture_types import MakeSetup
from tests.wizard.harness import SetupHarness
from wizard.guides.base import Proof
from wizard.guides.text import Text
from wizard.jobs import queue
from wizard.jobs.runner import _Recorder
from wizard.report import build
from wizard.state import recorded_changes

pytestmark = pytest.mark.django_db


def test_every_line_of_the_page_is_in_it_once_in_order(checked: SetupHarness) -> None:
    built = build.build(checked.setup)
    assert [row.number for row in built.lines] == list(range(1, 39))
    assert all(row.says for row in built.lines)
    assert built.done_count + len(built.open_lines) == 38


def test_a_line_that_is_done_has_its_proof(make: MakeSetup) -> None:
    desk = make("all_done")
    desk.choose(0)
    desk.check()
    built = build.build(desk.setup)
    proofs = {row.number: row.view.proof for row in built.lines if row.view.done}
    assert proofs[16] == Proof.API
    assert proofs[8] == Proof.AUDIT_TRAIL
    assert None not in proofs.values()
    assert proofs[34] == Proof.API, "the org is connected, so nobody has to log out"


def test_what_we_changed_is_listed_in_groups_with_who_and_when(checked: SetupHarness) -> None:
    checked.apply()
    rows = build.build(checked.setup).changes
    told = [row.what.plain() for row in rows]
    assert told[0].startswith("Created the permission set")
    assert "Gave 3 people the permission set Marketing Cloud Connected App" in told
    assert len(told) == 1 + 1 + 3 + 1
    assert {row.event.actor_name for row in rows} == {"Dana Whitfield"}
    assert {(row.before.plain(), row.after.plain(), row.undone) for row in rows} == {
        ("not there", "there", False)
    }


def test_what_was_undone_is_marked(checked: SetupHarness) -> None:
    checked.apply()
    checked.undo("app_access")
    rows = build.build(checked.setup).changes
    assert [row.what.plain() for row in rows if row.undone] == [
        "Added Marketing Cloud Connected App to the permission sets of Salesforce Marketing Cloud"
    ]
    checked.undo()
    assert all(row.undone for row in build.build(checked.setup).changes)


def test_a_group_that_is_undone_only_in_part_still_stands(checked: SetupHarness) -> None:
    """Each group of people is judged by its own members, not by those of another set."""
    checked.apply()
    group = "Marketing Cloud Connected App"
    job = queue.claim(checked.approve_undo("people").pk)
    assert job
    steps = {step.key for step in checked.setup.guide.stage("people").steps}
    made = [pair for pair in recorded_changes.changes_still_in_org(checked.setup) if pair[0].step in steps]
    plan = checked.setup.guide.undo_plan(made, checked.now().snapshot)
    of_group = [change for change in plan if change.group == group]
    checked.setup.guide.undo(client_for(checked.org), of_group, _Recorder(job))
    by_words = {row.what.plain(): row.undone for row in build.build(checked.setup).changes}
    assert by_words[f"Gave 3 people the permission set {group}"]
    assert sum(by_words.values()) == 1


def test_what_was_there_before_us_is_not_called_ours(make: MakeSetup) -> None:
    desk = make("half_done")
    desk.choose([])
    desk.check()
    desk.apply()
    told = [row.what.plain() for row in build.build(desk.setup).changes]
    assert not any("Created" in line for line in told)
    assert len(told) == 3 + 1


def how_of(desk: SetupHarness, step: str) -> str | None:
    (row,) = [row for row in build.build(desk.setup).steps if row.view.step.key == step]
    return row.how.plain() if row.how else None


def test_a_change_that_serves_two_lines_is_told_at_both(checked: SetupHarness) -> None:
    """The connection user gets the new set once, for the four sets and for being among the people."""
    checked.apply()
    for step in ("connection_user_sets", "people_assigned", "system_user_included"):
        assert how_of(checked, step) == "Done for you", step


def test_no_before_is_told_of_several_people_or_sets_of_which_some_were_there(make: MakeSetup) -> None:
    """One change is about whoever lacked the set: "not there" is not what all of them had before."""
    desk = make("half_done")
    desk.choose(desk.full_users())
    desk.check()
    assert desk.apply().state == "done"
    before = {row.view.step.key: row.before for row in build.build(desk.setup).steps if row.event}
    assert before["people_assigned"] is None
    assert before["connection_user_sets"] is None, "it had one of the four"
    assert before["set_on_app"] == Text("not there"), "one row, that was not there"


def test_what_was_connected_by_hand_in_this_setup_was_not_right_already(make: MakeSetup) -> None:
    desk = make()
    desk.choose(0, mid="7654321")
    desk.check()
    desk.theirs.switches.change(require_admin_approval_to_connect=False)
    engagement.connect(desk.theirs, desk.theirs.connection_user_id, "mc-api-user", "7654321")
    desk.check()
    assert desk.statuses()["connected"] == "done"
    assert how_of(desk, "connected") == "By hand in Salesforce"


def test_only_what_was_right_at_the_first_look_was_right_already(make: MakeSetup) -> None:
    desk = make("half_done")
    desk.choose(0)
    desk.check()
    assert how_of(desk, "set_created") == "Was right already"
    assert how_of(desk, "set_on_app") is None
