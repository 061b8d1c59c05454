"""What somebody looks at is read again: soon, once per org, slower with time, within the allowance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from orgs.connections import tokens
from orgs.models import Connection
from orgs.salesforce.errors import NoAnswer
from simulator import policies
from tests.wizard.harness import SetupHarness
from wizard import tasks
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.models import Setup
from wizard.monitoring import live_polling

pytestmark = pytest.mark.django_db

MOST_CALLS_A_MINUTE = 25


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


class Clock:
    """Our time, moved by hand. The stand-in keeps its own."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = timezone.now()
        patch.setattr(timezone, "now", lambda: self.now)

    def wait(self, seconds: float) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now


def watch_for(
    desk: SetupHarness, clock: Clock, seconds: int, viewers: Callable[[int], list[str]]
) -> list[int]:
    """Let time pass, second by second, as beat and the open pages do; the calls in each second."""
    calls = []
    for second in range(seconds):
        mark = desk.mark()
        if second % 15 == 0:
            for stage in viewers(second):
                live_polling.mark_viewed(desk.setup, stage)
        for setup_id in live_polling.due(clock.now):
            live_polling.poll(str(setup_id))
        calls.append(desk.calls(mark))
        clock.wait(1)
    return calls


def most_in_a_minute(calls: list[int]) -> int:
    return max(sum(calls[start : start + 60]) for start in range(max(1, len(calls) - 59)))


@pytest.mark.parametrize("stages", [["policies"], [stage.key for stage in GUIDE.stages]], ids=["one", "all"])
def test_watching_stays_within_twenty_five_calls_a_minute_however_many_look(
    checked: SetupHarness, clock: Clock, stages: list[str]
) -> None:
    calls = watch_for(checked, clock, 90, lambda second: stages * 3)
    assert most_in_a_minute(calls) <= MOST_CALLS_A_MINUTE
    assert sum(calls[:60]) >= 10, "it does look"


def test_people_who_hop_between_stages_don_t_get_past_the_budget(checked: SetupHarness, clock: Clock) -> None:
    keys = [stage.key for stage in GUIDE.stages]
    calls = watch_for(checked, clock, 120, lambda second: [keys[second // 15 % len(keys)]])
    assert most_in_a_minute(calls) <= MOST_CALLS_A_MINUTE


def test_a_change_by_hand_is_seen_within_five_seconds(checked: SetupHarness, clock: Clock) -> None:
    watch_for(checked, clock, 10, lambda second: ["policies"])
    with checked.stand.world.lock:
        policies.save(checked.theirs, checked.theirs.app_id, policies.WANTED, checked.theirs.admin_id)
    watch_for(checked, clock, 5, lambda second: ["policies"])
    found = checked.statuses()
    assert {found[step] for step in ("permitted_users", "ip_relaxation", "refresh_token")} == {"done"}


def test_who_comes_back_after_an_hour_does_not_wait_for_the_slow_pace(
    checked: SetupHarness, clock: Clock
) -> None:
    live_polling.mark_viewed(checked.setup, "policies")
    Setup.objects.update(watch_next_at=clock.now + live_polling.SLOWEST, snapshot_at=clock.now)
    clock.wait(1)
    mark = checked.mark()
    watch_for(checked, clock, 5, lambda second: ["permission_set"])
    assert checked.calls(mark) > 0


def test_it_gets_slower_as_time_passes(checked: SetupHarness) -> None:
    now = timezone.now()
    ages = [0, 60, 300, 1800, 7200]
    paces = [live_polling.pace(now - timedelta(seconds=age), now, 1) for age in ages]
    assert paces == sorted(paces)
    assert paces[0] <= timedelta(seconds=4)
    assert paces[-1] == live_polling.SLOWEST
    for calls in (1, 2, 4):
        assert 60 / live_polling.pace(now, now, calls).total_seconds() * calls <= MOST_CALLS_A_MINUTE


def test_nobody_looking_means_no_calls(checked: SetupHarness, clock: Clock) -> None:
    calls = watch_for(checked, clock, 120, lambda second: ["policies"] if second == 0 else [])
    assert sum(calls[: int(live_polling.PRESENT.total_seconds())]) > 0
    assert sum(calls[int(live_polling.PRESENT.total_seconds()) + 1 :]) == 0


def test_only_open_steps_are_read_again(checked: SetupHarness, clock: Clock) -> None:
    with checked.stand.world.lock:
        policies.save(checked.theirs, checked.theirs.app_id, policies.WANTED, checked.theirs.admin_id)
    checked.check()
    mark = checked.mark()
    watch_for(checked, clock, 20, lambda second: ["policies"])
    assert checked.calls(mark) == 0, "every line of this stage is done"


def test_a_line_that_is_done_is_read_again_within_a_minute_and_falls_by_itself(
    checked: SetupHarness, clock: Clock
) -> None:
    with checked.stand.world.lock:
        policies.save(checked.theirs, checked.theirs.app_id, policies.WANTED, checked.theirs.admin_id)
    checked.check()
    assert checked.statuses()["permitted_users"] == "done"
    with checked.stand.world.lock:
        checked.theirs.tables["ConnectedApplication"][checked.theirs.app_id][
            "OptionsAllowAdminApprovedUsersOnly"
        ] = False
    mark = checked.mark()
    watch_for(checked, clock, 60, lambda second: ["policies"])
    assert checked.statuses()["permitted_users"] != "done"
    assert checked.calls(mark) <= MOST_CALLS_A_MINUTE


def test_the_handover_page_speaks_of_all_lines_so_all_are_read_while_it_is_open(
    checked: SetupHarness, clock: Clock
) -> None:
    mark = checked.mark()
    calls = watch_for(checked, clock, 65, lambda second: ["handover"])
    assert 2 <= checked.calls(mark) <= MOST_CALLS_A_MINUTE
    assert most_in_a_minute(calls) <= MOST_CALLS_A_MINUTE


def test_at_ninety_percent_of_the_allowance_watching_stops(checked: SetupHarness, clock: Clock) -> None:
    Connection.objects.update(api_used=900, api_limit=1000)
    assert sum(watch_for(checked, clock, 30, lambda second: ["policies"])) == 0
    Connection.objects.update(api_used=899)
    assert sum(watch_for(checked, clock, 60, lambda second: ["policies"])) > 0


def test_a_setup_that_was_never_read_is_read_as_a_whole(desk: SetupHarness, clock: Clock) -> None:
    watch_for(desk, clock, 1, lambda second: ["prepare"])
    assert desk.reload().snapshot_at is not None
    assert desk.statuses()["set_created"] == "to_do"


def test_while_a_job_reads_watching_waits(checked: SetupHarness, clock: Clock) -> None:
    checked.queue("check")
    assert sum(watch_for(checked, clock, 10, lambda second: ["policies"])) == 0


def test_the_list_of_people_being_read_does_not_stop_watching(checked: SetupHarness, clock: Clock) -> None:
    checked.queue("people")
    assert sum(watch_for(checked, clock, 10, lambda second: ["policies"])) > 0


def test_one_of_several_workers_takes_the_turn(checked: SetupHarness, clock: Clock) -> None:
    live_polling.mark_viewed(checked.setup, "policies")
    assert live_polling.poll(str(checked.setup.pk))
    assert not live_polling.poll(str(checked.setup.pk))


def test_a_lost_grant_stops_watching_and_says_so(checked: SetupHarness, clock: Clock) -> None:
    live_polling.mark_viewed(checked.setup, "policies")
    connection = Connection.objects.get(org=checked.org)
    due = live_polling.due(clock.now)
    tokens.disconnect(connection)
    assert live_polling.poll(str(due[0]))
    assert [event.kind for event in checked.events("watch_stopped")] == ["watch_stopped"]
    assert live_polling.due(clock.wait(3600)) == []


def test_a_look_that_fails_waits_longer_and_changes_no_line(
    checked: SetupHarness, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*args: object) -> int:
        raise NoAnswer("TIMEOUT")

    before = checked.statuses()
    monkeypatch.setattr("wizard.jobs.runner.watch", lost)
    live_polling.mark_viewed(checked.setup, "policies")
    assert live_polling.poll(str(checked.setup.pk))
    assert Setup.objects.get().watch_next_at == clock.now + live_polling.AFTER_ERROR
    assert checked.statuses() == before


def test_a_finished_setup_is_not_watched(checked: SetupHarness, clock: Clock) -> None:
    Setup.objects.update(finished_at=clock.now)
    checked.reload()
    live_polling.mark_viewed(checked.setup, "policies")
    assert not checked.setup.watches.exists()
    assert live_polling.due(clock.now) == []


def test_a_look_at_a_setup_that_is_gone_does_nothing(db: None) -> None:
    tasks.look("00000000-0000-4000-8000-000000000000")
