"""Where a setup stands, derived from findings and confirmations. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from wizard.guides.base import AnyGuide, AnyStage, AnyStep, Finding, Proof, Stage, Status, Step
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.guides.text import Text
from wizard.state.status import DisplayStatus, Overview, StepView, overview, step_view

NOW = datetime(2026, 11, 24, tzinfo=UTC)
WORDS = Text("words")


@dataclass
class Kept:
    finding: Finding | None = None
    confirmed_name: str = ""
    confirmed_at: datetime | None = None
    checked_at: datetime | None = NOW


def step(key: str = "a", *, check: bool = True, confirm: bool = True) -> AnyStep:
    return Step(
        key,
        WORDS,
        WORDS,
        check=(lambda snapshot, choices: Finding.done("x", WORDS)) if check else None,
        confirm=WORDS if confirm else None,
    )


def line_of(step: AnyStep, kept: Kept | None, **more: bool) -> StepView:
    return step_view(step, kept, kept.finding if kept else None, **more)


def overview_of(guide: AnyGuide, states: Mapping[str, Kept], **more: Any) -> Overview:
    return overview(guide, states, {key: kept.finding for key, kept in states.items()}, **more)


def stage(key: str, *steps: AnyStep, needs: tuple[str, ...] = ()) -> AnyStage:
    return Stage(key, WORDS, WORDS, 1, steps, needs)


def guide(*stages: AnyStage) -> AnyGuide:
    return replace(GUIDE, stages=stages)


DONE = Finding.done("x", WORDS)
TO_DO = Finding.to_do("x", WORDS)
BLOCKED = Finding.blocked("x", WORDS)
UNREADABLE = Finding.cannot_check("unreadable", WORDS)
NOT_READ = Finding.cannot_check("not_read", WORDS)


def signed(finding: Finding | None = None) -> Kept:
    return Kept(finding, confirmed_name="Ann", confirmed_at=NOW)


@pytest.mark.parametrize(
    ("finding", "line"),
    [
        (DONE, DisplayStatus.DONE),
        (TO_DO, DisplayStatus.FIX),
        (BLOCKED, DisplayStatus.FIX),
        (UNREADABLE, DisplayStatus.UNKNOWN),
        (None, DisplayStatus.UNKNOWN),
    ],
)
def test_a_line_says_what_the_check_found(finding: Finding | None, line: DisplayStatus) -> None:
    assert line_of(step(), Kept(finding)).line is line


def test_what_was_never_looked_at_is_not_known() -> None:
    view = line_of(step(), None)
    assert (view.line, view.proof, view.can_confirm) == (DisplayStatus.UNKNOWN, None, False)


@pytest.mark.parametrize("finding", [TO_DO, BLOCKED, NOT_READ, None])
def test_a_confirmation_does_not_outweigh_what_can_be_read(finding: Finding | None) -> None:
    view = line_of(step(), signed(finding))
    assert not view.done
    assert not view.can_confirm
    assert view.confirmed_name == ""


def test_a_confirmation_counts_where_nothing_can_be_read_and_is_shown_as_one() -> None:
    for state in (signed(UNREADABLE), signed()):
        view = line_of(step(check=state.finding is not None), state)
        assert view.done
        assert view.proof is Proof.CONFIRMATION
        assert view.confirmed_name == "Ann"


def test_proof_by_salesforce_wins_over_an_older_confirmation() -> None:
    view = line_of(step(), signed(DONE))
    assert (view.line, view.proof, view.confirmed_name) == (DisplayStatus.DONE, Proof.API, "")


def test_a_step_that_nothing_can_check_waits_for_its_confirmation() -> None:
    view = line_of(step(check=False), None)
    assert (view.line, view.can_confirm) == (DisplayStatus.UNKNOWN, True), "nobody said that it is wrong"


def test_without_words_to_sign_nothing_can_be_confirmed() -> None:
    assert not line_of(step(confirm=False), signed(UNREADABLE)).done


def test_a_line_that_is_being_checked_says_so_unless_it_is_done() -> None:
    assert line_of(step(), Kept(TO_DO), busy=True).line is DisplayStatus.BUSY
    assert line_of(step(), Kept(DONE), busy=True).line is DisplayStatus.DONE
    assert line_of(step(), signed(UNREADABLE), busy=True).line is DisplayStatus.DONE


def three(**states: Finding) -> Overview:
    made = guide(
        stage("one", step("a"), step("b")),
        stage("two", step("c"), needs=("one",)),
        stage("end", needs=("one", "two")),
    )
    return overview_of(made, {key: Kept(finding) for key, finding in states.items()})


def test_a_stage_is_done_when_each_of_its_lines_is() -> None:
    seen = three(a=DONE, b=TO_DO)
    assert not seen.stage("one").done
    assert seen.stage("one").words.plain() == "In progress, 1 of 2 done"
    assert three(a=DONE, b=DONE).stage("one").done


def test_a_stage_waits_for_the_stages_that_it_needs() -> None:
    seen = three(a=DONE)
    assert seen.stage("two").blocked
    assert seen.stage("two").words.plain() == "Cannot start yet: needs stage 1"
    assert seen.stage("end").words.plain() == "Items of stages 1, 2 are open", "it can be handed over anyway"
    assert not seen.stage("end").blocked
    assert not three(a=DONE, b=DONE).stage("two").blocked


def test_a_guest_reads_no_numbers_of_stages_that_they_do_not_see() -> None:
    seen, done = three(a=DONE), three(a=DONE, b=DONE)
    assert seen.stage("two").words_for_guest.plain() == "Cannot start yet: something else comes first"
    assert done.stage("two").words_for_guest == done.stage("two").words


def test_it_is_known_when_the_stages_have_other_numbers_than_usual() -> None:
    made = guide(stage("one", step("a")), stage("two", step("b")), stage("end"))
    usual, turned = (
        overview_of(made, {}, order=order) for order in (("one", "two", "end"), ("two", "one", "end"))
    )
    assert [each.stage.key for each in turned.stages] == ["two", "one", "end"]
    assert turned.is_reordered
    assert not usual.is_reordered


def test_a_line_tells_what_helps_where_nothing_else_on_the_page_does() -> None:
    must = Finding.to_do("x", WORDS, must=WORDS)
    planned = replace(step(), plan=lambda snapshot, choices: [])
    told = {
        "open": line_of(step(), Kept(TO_DO)),
        "of values, with steps to them": line_of(step(), Kept(must)),
        "done": line_of(step(), Kept(DONE)),
        "to be signed for": line_of(step(), Kept(UNREADABLE)),
        "in a plan": line_of(planned, Kept(TO_DO)),
        "in no plan yet": line_of(planned, Kept(BLOCKED)),
    }
    assert [why for why, view in told.items() if view.tells_what_helps] == ["open", "in no plan yet"]


def test_a_stage_that_is_done_is_not_blocked_whatever_it_needs() -> None:
    assert not three(c=DONE).stage("two").blocked


def test_a_stage_without_lines_is_done_when_the_setup_is_handed_over() -> None:
    seen = three(a=DONE, b=DONE, c=DONE)
    assert not seen.stage("end").done
    made = guide(stage("end"))
    assert overview_of(made, {}, finished=True).stage("end").done


def test_the_work_goes_on_at_the_first_stage_that_can_start() -> None:
    assert three().current.stage.key == "one"
    assert three(a=DONE, b=DONE).current.stage.key == "two"
    assert three(a=DONE, b=DONE, c=DONE).current.stage.key == "end"


def test_the_safest_order_decides_where_the_work_goes_on() -> None:
    made = guide(stage("policies", step("a")), stage("set", step("b")))
    seen = overview_of(made, {}, order=("set", "policies"))
    assert seen.current.stage.key == "set"
    after = seen.after("set")
    assert after
    assert after.stage.key == "policies"
    assert [view.number for view in seen.stages] == [1, 2], "the numbers are the page's"


def test_after_a_stage_comes_the_next_one_with_something_to_do() -> None:
    seen = three(a=DONE, b=DONE, c=DONE)
    after = seen.after("one")
    assert after
    assert after.stage.key == "end"
    assert seen.after("end") is None


def test_the_report_of_a_stage_names_who_confirmed() -> None:
    made = guide(stage("one", step("a", check=False), step("b")))
    seen = overview_of(made, {"a": signed(), "b": Kept(DONE)})
    assert seen.stage("one").words.plain() == "Done, partly confirmed by Ann"


def test_counts_are_counts_of_stages_and_lines() -> None:
    seen = three(a=DONE, b=DONE)
    assert seen.counted.plain() == "1 of 3 stages done"
    assert seen.stage("two").summary.plain() == "0 of 1 done"
    assert not seen.all_lines_done
    assert three(a=DONE, b=DONE, c=DONE).all_lines_done


def test_every_status_has_words_and_an_icon() -> None:
    for line in DisplayStatus:
        view = replace(line_of(step(), None), line=line)
        assert view.words.plain()
        assert view.icon
    assert set(Status) == {Status.DONE, Status.TO_DO, Status.BLOCKED, Status.CANNOT_CHECK}


def foot(seen: Overview, key: str) -> tuple[str, str | None]:
    onward = seen.onward(key)
    assert onward is not None
    return onward.words.plain(), onward.link.plain() if onward.link else None


def road(**more: Any) -> Overview:
    stages = (
        stage("set", step("a")),
        stage("people", step("b"), needs=("set",)),
        stage("handover", needs=("set", "people")),
    )
    return overview_of(guide(*stages), more.pop("states", {}), **more)


def test_the_end_of_a_stage_names_the_stage_that_has_to_wait_for_it() -> None:
    assert foot(road(), "set") == ("Stage 2 has to wait for this one.", None)


def test_the_end_of_a_stage_names_what_else_the_next_one_waits_for() -> None:
    late = stage("late", step("c"), needs=("set", "people"))
    seen = overview_of(guide(stage("set", step("a")), stage("people", step("b"), needs=("set",)), late), {})
    assert foot(replace(seen, order=("people", "late", "set")), "people")[1] is not None


def test_the_handover_need_not_wait_and_the_end_of_a_stage_says_so() -> None:
    words, link = foot(road(states={"a": Kept(DONE)}), "people")
    assert words == "Some items are still open. You can hand over anyway; the report says which."
    assert link == "Go to stage 3: words"


def test_the_last_stage_leads_back_to_what_is_open_instead_of_onward() -> None:
    assert foot(road(), "handover") == ("Stage 1 is still open.", "Back to open stage 1")


def test_a_stage_that_is_done_leads_on() -> None:
    done = road(states={"a": Kept(DONE)})
    assert foot(done, "set") == ("Every item of this stage is done.", "Go to stage 2: words")


def test_after_the_handover_no_stage_leads_anywhere() -> None:
    seen = road(states={"a": Kept(DONE), "b": Kept(DONE)}, finished=True)
    assert [seen.onward(key) for key in ("set", "people", "handover")] == [None, None, None]
