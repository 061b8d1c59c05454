"""Where a setup stands, as it is kept for the list: always what the page of the setup would derive."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from simulator import policies
from tests.fixture_types import MakeSetup, SignedIn
from tests.wizard.harness import SetupHarness
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.history import timeline
from wizard.live import fragment
from wizard.models import Setup, Summary
from wizard.state import snapshots, summary
from wizard.state.summary import SetupSummary

pytestmark = pytest.mark.django_db


def kept(desk: SetupHarness) -> SetupSummary:
    setup = Setup.objects.get(pk=desk.setup.pk)
    return SetupSummary(Summary(setup.summary), setup.stages_done, setup.next_stage)


def derived(desk: SetupHarness) -> SetupSummary:
    return summary.summarise(fragment.stage_state(desk.reload(), GUIDE.preparation.key).overview)


def account_of(desk: SetupHarness) -> str:
    with desk.stand.world.lock:
        (row,) = desk.theirs.rows("et4ae5__Configuration__c")
        return str(row["et4ae5__Parent_Account_MID__c"])


def confirm(desk: SetupHarness, browser: Client, step: str, **data: str) -> None:
    browser.post(reverse("wizard:confirm", args=[desk.setup.pk, step]), data or {"sure": "1"})


def test_what_is_kept_is_what_is_derived_after_everything_that_changes_it(
    make: MakeSetup, signed_in: SignedIn
) -> None:
    desk = make("all_done")
    browser = signed_in(desk.person)
    desk.choose(0)
    desk.check()
    assert kept(desk) == derived(desk)
    confirm(desk, browser, "log_out")
    assert kept(desk) == derived(desk)
    confirm(desk, browser, "log_out", take_back="1")
    assert kept(desk) == derived(desk)
    desk.save({"set_name": "Another_Name", "set_label": "Another"})
    assert kept(desk) == derived(desk)


def test_it_goes_from_choices_to_by_hand_to_a_signature_to_ready(
    make: MakeSetup, signed_in: SignedIn
) -> None:
    desk = make("all_done")
    desk.check()
    assert kept(desk).summary is Summary.IN_PROGRESS, "nobody is chosen yet"
    desk.choose(0, mid=account_of(desk), mode="repair")
    desk.check()
    browser = signed_in(desk.person)
    soon = timezone.now() + timedelta(minutes=1)
    Setup.objects.filter(pk=desk.setup.pk).update(created_at=soon)  # it was connected before
    desk.reload()
    desk.check()
    confirm(desk, browser, "choices")
    confirm(desk, browser, "sandbox_copy")
    confirm(desk, browser, "live_use")
    found = kept(desk)
    assert (found.summary, found.next_stage) == (Summary.TO_CONFIRM, "connect")
    confirm(desk, browser, "connected")
    assert kept(desk).summary is Summary.READY
    assert kept(desk).stages_done == len(GUIDE.stages) - 1


def test_harm_comes_before_all_else_and_leads_to_its_stage(make: MakeSetup) -> None:
    desk = make("wrong_account", is_sandbox=True)
    desk.choose(0, mid=desk.theirs.extra["mid"])
    desk.check()
    found = kept(desk)
    assert (found.summary, found.next_stage) == (Summary.HARM, "connect")


def test_a_stage_that_only_a_person_can_do_waits_for_somebody(checked: SetupHarness) -> None:
    checked.choose(2, mid="5001234")
    checked.check()
    found = kept(checked)
    assert (found.summary, found.next_stage) == (Summary.BY_HAND, "policies")


def test_what_changed_in_salesforce_by_hand_is_history(make: MakeSetup) -> None:
    desk = make("fresh")
    desk.choose(0)
    desk.check()
    with desk.stand.world.lock:
        app = desk.theirs.rows("ConnectedApplication")
        (row,) = [row for row in app if row["Name"] == "Salesforce Marketing Cloud"]
        row["OptionsAllowAdminApprovedUsersOnly"] = True
    desk.check()
    desk.check()
    (event,) = desk.events("seen_done")
    assert event.data["step"] == "permitted_users"
    assert event.data["before"]["message"] == "All users may self-authorize"
    assert event.data["after"]["message"] == "Admin approved users are pre-authorized"
    with desk.stand.world.lock:
        row["OptionsAllowAdminApprovedUsersOnly"] = False
    desk.check()
    assert [event.kind for event in desk.events("seen_done", "seen_open")] == ["seen_done", "seen_open"]


def test_who_changed_it_is_named_where_the_audit_trail_does(make: MakeSetup) -> None:
    desk = make("fresh")
    desk.choose(0)
    desk.check()
    with desk.stand.world.lock:
        (app,) = desk.theirs.find("ConnectedApplication", Name="Salesforce Marketing Cloud")
        (leo,) = desk.theirs.find("User", Username=f"leo.park@{desk.theirs.extra['domain']}")
        policies.save(desk.theirs, app["Id"], replace(policies.current(app), permitted="admin"), leo["Id"])
    desk.check()
    (event,) = desk.events("seen_done")
    assert timeline.row(event).nobody.plain() == f"{leo['Name']} in Salesforce"


def test_what_we_changed_and_what_was_chosen_is_no_change_by_hand(checked: SetupHarness) -> None:
    checked.apply()
    checked.choose(1)
    snapshots.check_again(checked.setup)
    assert checked.events("seen_done", "seen_open") == []
