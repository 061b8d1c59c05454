"""What costs calls of its own is read at the start, on demand, at the handover and in the watch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.fixture_types import MakeSetup, SignedIn
from tests.wizard.fault_proxy import FaultProxy
from tests.wizard.harness import SetupHarness
from tests.wizard.test_budgets import meet
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.jobs import runner
from wizard.models import Job, Setup
from wizard.monitoring import drift
from wizard.state import snapshots

pytestmark = pytest.mark.django_db

SLOW = [step.key for step in GUIDE.steps() if step.reads & (GUIDE.slow_parts - GUIDE.polled_parts)]


def cost(desk: SetupHarness, work: Callable[[], object]) -> int:
    mark = desk.mark()
    work()
    return desk.calls(mark)


def read_at(desk: SetupHarness, step: str) -> datetime | None:
    return desk.setup.step_states.get(step=step).checked_at


def press_check_again(desk: SetupHarness, signed_in: SignedIn, stage: str) -> Job:
    signed_in(desk.person).post(reverse("wizard:check", args=[desk.setup.pk]), {"stage": stage})
    return desk.work(Job.objects.filter(setup=desk.setup, kind="check").latest("created_at"))


def test_each_line_of_a_slow_part_is_in_the_first_stage() -> None:
    assert [key for key in SLOW if key not in {step.key for step in GUIDE.preparation.steps}] == []
    assert [stage.key for stage in GUIDE.work if GUIDE.has_slow_lines(stage.key)] == ["ready"]


def test_they_are_read_once_at_the_start_and_then_keep_their_age(checked: SetupHarness) -> None:
    first = {key: read_at(checked, key) for key in SLOW}
    other = read_at(checked, "package")
    assert None not in first.values()
    assert cost(checked, checked.check) == 2
    assert {key: read_at(checked, key) for key in SLOW} == first, "an old fact does not look fresh"
    assert read_at(checked, "package") != other
    snapshots.check_again(checked.setup)
    assert {key: read_at(checked, key) for key in SLOW} == first


def test_nobody_who_looks_at_the_page_has_them_read(checked: SetupHarness) -> None:
    first = {key: read_at(checked, key) for key in SLOW}
    with checked.stand.world.lock:
        checked.theirs.switches.change(sessions_locked_to_ip=True)
    runner.watch(checked.setup, ["prepare"], timezone.now())
    runner.look_at_everything(checked.setup)
    assert checked.statuses()["sessions_not_locked"] == "done"
    assert {key: read_at(checked, key) for key in SLOW} == first


def test_another_connection_user_has_them_read_again(checked: SetupHarness) -> None:
    checked.choose(2, connection_user=checked.full_users()[-1])
    assert cost(checked, checked.check) == 4
    assert checked.statuses()["connection_user_proof"] == "cannot_check"


@pytest.mark.parametrize(("stage", "calls"), [("prepare", 4), ("people", 2), ("ready", 4)])
def test_check_again_reads_them_anew_on_the_page_that_shows_them(
    checked: SetupHarness, signed_in: SignedIn, stage: str, calls: int
) -> None:
    before = read_at(checked, "remote_sites")
    assert cost(checked, lambda: press_check_again(checked, signed_in, stage)) == calls
    assert (read_at(checked, "remote_sites") != before) is (calls == 4)


def test_the_page_says_when_they_were_read_and_how_to_read_them_anew(
    checked: SetupHarness, signed_in: SignedIn
) -> None:
    html = signed_in(checked.person).get(reverse("wizard:stage", args=[checked.setup.pk, "prepare"]))
    line = html.content.decode().split('id="line-remote_sites"')[1].split("</li>")[0]
    assert "Read on " in line
    assert "“Check again” in this stage reads it anew." in line


def test_at_the_handover_and_in_the_watch_they_are_four_calls_side_by_side(
    make: MakeSetup, trouble: FaultProxy
) -> None:
    desk = make("all_done", people=3)
    desk.choose(1)
    desk.check()
    Setup.objects.filter(pk=desk.setup.pk).update(keep_watching=True)
    trouble.seen.clear()
    trouble.before = meet(4, 4)
    open_now = [key for key, status in desk.statuses().items() if status != "done"]
    job = desk.work(desk.queue("handover", approved=[*open_now, "mid", "choices", "log_out"]))
    assert job.state == "done", (job.error_code, job.error_details)
    assert len(trouble.seen) == 4
    assert drift.check_drift(desk.setup.pk)
    assert len(trouble.seen) == 8
