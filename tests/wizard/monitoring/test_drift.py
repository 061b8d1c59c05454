"""Looking after an org once a day when its setup is handed over, if somebody wished it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orgs.connections import tokens
from orgs.fields import Secret, Unreadable
from orgs.models import Connection
from orgs.salesforce.client import Client
from orgs.signals import connected
from simulator import policies
from simulator.oauth import grants
from teams.models import Team
from tests.wizard.given import given
from tests.wizard.harness import SetupHarness, connect
from tests.wizard.support.test_needs_help import sentence
from wizard.actions.handover import reopen
from wizard.actions.start import open_setup
from wizard.guides.base import Inputs, Snapshot
from wizard.history import timeline
from wizard.jobs import runner
from wizard.jobs.handover import finish_setup
from wizard.models import LONGEST_LOOK, Setup
from wizard.monitoring import drift
from wizard.support import needs_help, setup_list
from wizard.support.reasons import Reason
from wizard.support.setup_list import Filters

pytestmark = pytest.mark.django_db

LATER = timedelta(days=1)


def save_policies(desk: SetupHarness, wanted: policies.Policies) -> None:
    with desk.stand.world.lock:
        policies.save(desk.theirs, desk.theirs.app_id, wanted, desk.theirs.admin_id)


@pytest.fixture
def kept(desk: SetupHarness) -> SetupHarness:
    """Handed over with the wish to keep watching; its policies were right then."""
    save_policies(desk, policies.WANTED)
    desk.check()
    assert desk.statuses()["permitted_users"] == "done"
    Setup.objects.filter(pk=desk.setup.pk).update(keep_watching=True)
    finish_setup(desk.reload(), desk.person)
    desk.reload()
    return desk


def look_again(desk: SetupHarness) -> None:
    Setup.objects.filter(pk=desk.setup.pk).update(drift_checked_at=timezone.now() - LATER)
    assert drift.check_drift(desk.setup.pk)
    desk.reload()


def cut_off(desk: SetupHarness) -> None:
    with desk.stand.world.lock:
        grants.end_chains_of(desk.stand.world, desk.theirs, client_id="connect-guide-stand-in")
    Setup.objects.filter(pk=desk.setup.pk).update(drift_checked_at=None)
    assert not drift.check_drift(desk.setup.pk)


def state_of(team: Team) -> Reason:
    (found,) = setup_list.setups(Team.objects.filter(pk=team.pk), Filters())
    return Reason(found.reason)


def test_the_keys_are_kept_and_the_org_is_looked_at_once_a_day(kept: SetupHarness) -> None:
    assert Connection.objects.get(org=kept.org).is_connected
    now = timezone.now()
    assert drift.due(now) == [kept.setup.pk]
    assert drift.check_drift(kept.setup.pk)
    assert drift.due(now) == []
    assert not drift.check_drift(kept.setup.pk), "another worker finds the turn taken"
    assert drift.due(now + LATER) == [kept.setup.pk]


def test_a_look_at_an_org_that_is_still_right_says_nothing_and_costs_four_calls(kept: SetupHarness) -> None:
    before, mark = len(kept.events()), kept.mark()
    look_again(kept)
    assert kept.calls(mark) == 4
    assert len(kept.events()) == before
    assert kept.setup.drifted == []


def test_what_is_not_right_any_more_is_told_once_and_the_proof_stays(kept: SetupHarness, team: Team) -> None:
    proof = kept.statuses()
    save_policies(kept, replace(policies.WANTED, permitted="self"))
    look_again(kept)
    look_again(kept)
    (told,) = kept.events("drifted")
    assert told.data["step"] == "permitted_users"
    assert told.data["before"] != told.data["after"]
    assert kept.setup.drifted == ["permitted_users"]
    assert kept.statuses() == proof
    assert state_of(team) is Reason.DRIFTED


def test_what_is_right_again_is_told_too(kept: SetupHarness, team: Team) -> None:
    save_policies(kept, replace(policies.WANTED, permitted="self"))
    look_again(kept)
    save_policies(kept, policies.WANTED)
    look_again(kept)
    assert [event.kind for event in kept.events("drifted", "mended")] == ["drifted", "mended"]
    assert kept.setup.drifted == []
    assert state_of(team) is Reason.HANDED_OVER


def test_a_spent_allowance_leaves_the_look_to_the_next_day(kept: SetupHarness) -> None:
    mark = kept.mark()
    Connection.objects.filter(org=kept.org).update(api_used=95, api_limit=100)
    assert not drift.check_drift(kept.setup.pk)
    assert kept.calls(mark) == 0
    assert drift.due(timezone.now() + LATER) == [kept.setup.pk]


def test_an_org_that_was_not_to_be_watched_is_disconnected_and_never_looked_at(desk: SetupHarness) -> None:
    desk.check()
    finish_setup(desk.reload(), desk.person)
    assert not Connection.objects.get(org=desk.org).is_connected
    assert drift.due(timezone.now() + LATER) == []


def test_another_handed_over_setup_of_the_org_that_is_watched_keeps_the_keys(kept: SetupHarness) -> None:
    other = Setup.objects.create(org=kept.org, guide_key=kept.setup.guide_key, started_by=kept.person)
    finish_setup(other, kept.person)
    assert Connection.objects.get(org=kept.org).is_connected


def test_a_grant_that_was_revoked_in_salesforce_ends_the_watching_in_words(kept: SetupHarness) -> None:
    cut_off(kept)
    assert kept.events("watch_stopped")
    assert not Connection.objects.get(org=kept.org).is_connected


def test_a_watch_that_is_cut_off_asks_for_somebody_in_both_lists(kept: SetupHarness, team: Team) -> None:
    save_policies(kept, replace(policies.WANTED, permitted="self"))
    look_again(kept)
    cut_off(kept)
    assert state_of(team) is Reason.RECONNECT, "before what it saw last"
    teams = Team.objects.filter(pk=team.pk)
    (row,) = setup_list.rows(setup_list.in_order(setup_list.setups(teams, Filters()), Filters()))
    everywhere = needs_help.Filters()
    (stuck,) = needs_help.rows(
        needs_help.in_order(needs_help.setups(teams, everywhere, kept.person), everywhere)
    )
    assert stuck.reason is Reason.RECONNECT
    assert stuck.since == Connection.objects.get(org=kept.org).last_used_at
    assert "no longer see whether all is still right" in sentence(stuck.why)
    assert sentence(row.why) == sentence(stuck.why)
    assert "end our access if nobody needs to watch" in sentence(stuck.next)


def test_a_watch_that_is_cut_off_asks_for_somebody_though_nothing_had_changed(
    kept: SetupHarness, team: Team
) -> None:
    cut_off(kept)
    found = needs_help.setups(Team.objects.filter(pk=team.pk), needs_help.Filters(), kept.person)
    assert [each.reason for each in found] == [Reason.RECONNECT]


def test_whoever_disconnects_during_the_handover_ends_the_wish_to_watch(
    desk: SetupHarness, team: Team
) -> None:
    desk.check()
    Setup.objects.filter(pk=desk.setup.pk).update(keep_watching=True)
    read_before = desk.reload()
    tokens.disconnect(Connection.objects.get(org=desk.org), desk.person)
    finish_setup(read_before, desk.person)
    assert not desk.reload().keep_watching
    assert desk.events("watching_kept") == []
    assert state_of(team) is Reason.HANDED_OVER


def test_a_look_that_could_read_nothing_says_so_and_is_no_last_look(kept: SetupHarness) -> None:
    look_again(kept)
    last = kept.setup.drift_read_at
    assert not kept.setup.look_failed
    Connection.objects.update(api_used=95, api_limit=100)
    Setup.objects.update(drift_checked_at=None)
    assert not drift.check_drift(kept.setup.pk)
    setup = kept.reload()
    assert (setup.look_failed, setup.drift_read_at) == (True, last)
    reopen(given(setup, kept.person), kept.person)
    assert not kept.reload().look_failed


def test_a_key_that_is_lost_here_is_not_told_as_if_salesforce_had_ended_it(
    kept: SetupHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> str:
        raise Unreadable

    monkeypatch.setattr(Secret, "reveal", lost)
    assert not drift.check_drift(kept.setup.pk)
    assert kept.events("watch_stopped") == []
    assert kept.reload().look_failed
    assert Connection.objects.get(org=kept.org).is_connected, "the key may be found again"


def test_a_sign_in_that_the_org_asked_for_goes_on_watching_and_begins_nothing(
    kept: SetupHarness, team: Team
) -> None:
    cut_off(kept)
    connect(kept.stand, kept.theirs, team, kept.person)
    connected.send(None, org=kept.org, person=kept.person, again=True)
    assert Setup.objects.count() == 1
    assert kept.events("reconnected")
    assert state_of(team) is Reason.HANDED_OVER
    assert drift.due(timezone.now()) == [kept.setup.pk], "without waiting for the next day"


def test_a_setup_that_is_begun_beside_the_one_that_is_watched_is_the_one_that_is_signed_in_to(
    kept: SetupHarness,
) -> None:
    open_setup(kept.org, kept.person)
    assert Setup.objects.filter(finished_at=None).count() == 1
    connected.send(None, org=kept.org, person=kept.person, again=True)
    assert Setup.objects.count() == 2
    assert kept.events("reconnected") == [], "the open one was signed in to"


def test_to_disconnect_ends_the_watching_also_for_a_later_sign_in(kept: SetupHarness, team: Team) -> None:
    save_policies(kept, replace(policies.WANTED, permitted="self"))
    look_again(kept)
    tokens.disconnect(Connection.objects.get(org=kept.org), kept.person)
    assert state_of(team) is Reason.HANDED_OVER
    assert len(kept.events("watching_ended")) == 1
    connect(kept.stand, kept.theirs, team, kept.person)
    assert drift.due(timezone.now() + LATER) == []
    second = Setup.objects.create(org=kept.org, guide_key=kept.setup.guide_key, started_by=kept.person)
    finish_setup(Setup.objects.select_related("org__connection").get(pk=second.pk), kept.person)
    assert not Connection.objects.get(org=kept.org).is_connected, "what the page promised"


def test_a_setup_that_is_opened_again_during_a_look_is_left_alone(
    kept: SetupHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_policies(kept, replace(policies.WANTED, permitted="self"))
    read = runner.read_only

    def opened_meanwhile(client: Client, setup: Setup, **more: Any) -> tuple[Snapshot, Inputs]:
        found = read(client, setup, **more)
        reopen(given(Setup.objects.get(pk=setup.pk), kept.person), kept.person)
        return found

    monkeypatch.setattr(runner, "read_only", opened_meanwhile)
    drift.check_drift(kept.setup.pk)
    assert kept.reload().drifted == []
    assert kept.events("drifted") == []


def test_whoever_changed_it_is_named_where_salesforce_names_them(kept: SetupHarness) -> None:
    save_policies(kept, replace(policies.WANTED, permitted="self"))
    look_again(kept)
    (told,) = kept.events("drifted")
    admin = kept.theirs.tables["User"][kept.theirs.admin_id]["Name"]
    assert timeline.row(told).nobody.plain() == f"{admin} in Salesforce"


def test_a_setup_that_is_open_again_stays_listed_with_all_that_changed_until_it_is_right(
    kept: SetupHarness, team: Team
) -> None:
    save_policies(kept, replace(policies.WANTED, permitted="self", ip="ENFORCE"))
    look_again(kept)
    reopen(given(kept.setup, kept.person), kept.person)
    kept.work(kept.setup.jobs.get(kind="check", state="queued"))
    assert state_of(team) is Reason.DRIFTED
    (row,) = needs_help.rows(needs_help.setups(Team.objects.all(), needs_help.Filters(), kept.person))
    titles = {step.key: step.title.plain() for step in kept.setup.guide.steps()}
    assert [each.plain() for each in row.changed] == [
        f"Not right any more: {titles['permitted_users']}",
        f"Not right any more: {titles['ip_relaxation']}",
    ]
    assert "hand the setup over again" in sentence(row.next)
    save_policies(kept, policies.WANTED)
    kept.check()
    assert state_of(team) is not Reason.DRIFTED
    assert kept.reload().drifted == []


def test_what_is_still_wrong_at_the_next_handover_is_no_news_of_after_it(
    kept: SetupHarness, team: Team
) -> None:
    save_policies(kept, replace(policies.WANTED, permitted="self"))
    look_again(kept)
    reopen(given(kept.setup, kept.person), kept.person)
    finish_setup(kept.reload(), kept.person)
    assert state_of(team) is Reason.HANDED_OVER


def test_a_look_says_that_it_is_under_way_until_it_has_ended(kept: SetupHarness) -> None:
    assert not kept.reload().looking, "the first one is the next hour's, and a person may ask for it before"
    look_again(kept)
    assert not kept.setup.looking
    assert drift.look_now(kept.setup)
    assert (kept.reload().looking, kept.setup.look_failed) == (True, False)
    assert drift.check_drift(kept.setup.pk)
    assert (kept.reload().looking, kept.setup.look_failed) == (False, False)
    lost = timezone.now() - LONGEST_LOOK
    of_a_lost_worker = {"drift_checked_at": lost, "drift_read_at": None, "drift_ended_at": None}
    Setup.objects.filter(pk=kept.setup.pk).update(**of_a_lost_worker)
    assert (kept.reload().looking, kept.setup.look_failed) == (False, True), "its worker was lost"
