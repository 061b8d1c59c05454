"""A signature counts as long as what it is about is the same, and not longer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from simulator import engagement, policies
from simulator.org.store import Org as StandInOrg
from simulator.seeding import odd_rows
from simulator.seeding.package import install_app
from tests.fixture_types import MakeSetup
from tests.wizard.harness import SetupHarness
from wizard.live import fragment
from wizard.models import StepState
from wizard.state.status import StepView

pytestmark = pytest.mark.django_db
STEP = "ip_relaxation"


@pytest.fixture
def unproved(make: MakeSetup) -> SetupHarness:
    """The policies are right, but the trail has no row for IP relaxation."""
    desk: SetupHarness = make("fresh")
    desk.theirs.switches.change(ip_audit_rows=False)
    with desk.stand.world.lock:
        policies.save(desk.theirs, desk.theirs.app_id, policies.WANTED, desk.theirs.admin_id)
    desk.choose(2)
    desk.check()
    return desk


def line(desk: SetupHarness, key: str = STEP) -> StepView:
    desk.reload()
    stage = next(stage for stage in desk.setup.guide.stages if any(s.key == key for s in stage.steps))
    view = fragment.stage_state(desk.setup, stage.key).view
    return next(step for step in view.steps if step.step.key == key)


def sign(desk: SetupHarness, key: str = STEP) -> None:
    assert line(desk, key).can_confirm
    StepState.objects.filter(setup=desk.setup, step=key).update(
        confirmed_by=desk.person, confirmed_name=desk.person.name, confirmed_at=timezone.now()
    )
    assert line(desk, key).done


def within(desk: SetupHarness, act: Callable[[StandInOrg], object]) -> None:
    with desk.stand.world.lock:
        act(desk.theirs)


def test_a_signature_stays_while_nothing_changes(unproved: SetupHarness) -> None:
    sign(unproved)
    for _ in range(2):
        unproved.check()
        assert line(unproved).done
    assert unproved.events("signature_void") == []


def test_while_the_app_is_not_installed_nothing_of_it_can_be_signed(make: MakeSetup) -> None:
    desk = make("app_not_installed")
    desk.choose(2)
    desk.check()
    for key in ("permitted_users", STEP, "refresh_token", "set_on_app"):
        assert not line(desk, key).can_confirm, key


def test_an_uninstalled_app_takes_the_signatures_with_it(unproved: SetupHarness) -> None:
    sign(unproved)
    within(unproved, odd_rows.uninstall_app)
    unproved.check()
    assert not line(unproved).done
    (event,) = unproved.events("signature_void")
    assert event.data["name"] == unproved.person.name
    within(unproved, lambda org: install_app(org, org.admin_id))
    unproved.check()
    assert not line(unproved).done, "it does not come back with the app"
    assert not line(unproved).can_confirm, "nothing is saved on the new app's page"


def test_an_app_that_was_installed_again_between_two_looks_is_another_one(unproved: SetupHarness) -> None:
    sign(unproved)
    within(unproved, odd_rows.uninstall_app)
    within(unproved, lambda org: install_app(org, org.admin_id))
    unproved.check()
    assert not line(unproved).done


def test_a_later_audit_row_about_the_policy_ends_its_signature(unproved: SetupHarness) -> None:
    sign(unproved)
    unproved.theirs.switches.change(ip_audit_rows=True, audit_language="de")
    changed = policies.Policies("admin", "ENFORCE", "zero")
    within(unproved, lambda org: policies.save(org, org.app_id, changed, org.admin_id))
    unproved.check()
    assert not line(unproved).done
    sign(unproved)
    unproved.check()
    assert line(unproved).done, "it was signed after that row"


def test_a_row_about_another_app_or_another_policy_ends_nothing(unproved: SetupHarness) -> None:
    sign(unproved)
    unproved.theirs.switches.change(ip_audit_rows=True)
    within(
        unproved,
        lambda org: policies.save(
            org, odd_rows.add_app(org, "Salesforce Marketing Cloud Sandbox"), policies.WANTED, org.admin_id
        ),
    )
    changed = policies.Policies("self", "BYPASS", "zero")
    within(unproved, lambda org: policies.save(org, org.app_id, changed, org.admin_id))
    within(unproved, _a_namesake_goes)
    unproved.check()
    assert line(unproved).done


def _a_namesake_goes(org: StandInOrg) -> None:
    for words in ("Uninstalled Connected App {} from Salesforce", "Verbundene App {} deinstalliert"):
        gone = words.format("Salesforce Marketing Cloud (old)")
        org.audit("deleteConnectedApplication", "Connected Apps", gone, org.admin_id)


def test_stored_values_that_change_end_the_signature_for_the_refresh_token(make: MakeSetup) -> None:
    desk = make("fresh")
    desk.theirs.switches.change(refresh_token_policy_values={**_unclear(), "zero": [None, False]})
    within(desk, lambda org: policies.save(org, org.app_id, policies.WANTED, org.admin_id))
    desk.choose(2)
    desk.check()
    sign(desk, "refresh_token")
    within(desk, lambda org: org.patch(org.app_id, OptionsRefreshTokenValidityMetric=True))
    desk.check()
    assert not line(desk, "refresh_token").done


def _unclear() -> dict[str, list[object]]:
    return {"infinite": [None, False], "specific_inactivity": ["N", True], "specific_lifetime": ["N", False]}


def test_another_account_ends_the_comparison_of_the_old_one(make: MakeSetup) -> None:
    desk = make("live", is_sandbox=True)
    desk.choose(2, mode="repair")
    desk.check()
    found = line(desk, "connected").finding
    assert found
    assert found.code == "connected_before"
    sign(desk, "connected")
    within(desk, lambda org: engagement.connect(org, org.connection_user_id, "mc-api-user", "7999999"))
    desk.check()
    assert desk.events("signature_void"), "the account is another one"
    assert not line(desk, "connected").confirmed_name


def test_other_people_or_another_end_ask_anew(make: MakeSetup) -> None:
    desk = make("assignments_end", is_sandbox=True)
    ours = desk.our_sets()[0]["Id"]
    team = [row["AssigneeId"] for row in desk.theirs.find("PermissionSetAssignment", PermissionSetId=ours)]
    desk.choose(team)
    desk.check()
    sign(desk, "people_assigned")
    desk.check()
    assert line(desk, "people_assigned").done
    within(desk, lambda org: odd_rows.end_assignment(org, team[3], ours, 5))
    desk.check()
    assert not line(desk, "people_assigned").done


def test_a_wrong_account_takes_the_log_out_back_and_a_right_one_needs_none(make: MakeSetup) -> None:
    desk = make("ready_to_connect", is_sandbox=True)
    desk.choose(0, mid="7654321")
    desk.check()
    sign(desk, "log_out")
    within(desk, lambda org: engagement.connect(org, org.connection_user_id, "mc-api-user", "1111111"))
    desk.check()
    assert not line(desk, "log_out").done
    assert [event.data["step"] for event in desk.events("signature_void")] == ["log_out"]
    (told,) = desk.events("alarm")
    assert told.data["step"] == "connected"
    sign(desk, "log_out")
    desk.check()
    assert line(desk, "log_out").done, "it was signed after that"
    within(desk, lambda org: engagement.connect(org, org.connection_user_id, "mc-api-user", "7654321"))
    desk.check()
    assert line(desk, "log_out").confirmed_name == desk.person.name, "it is still told who had signed"
    assert not line(desk, "log_out").can_confirm
    assert len(desk.events("alarm", "signature_void")) == 2


def test_an_account_that_is_found_wrong_once_the_number_is_typed_is_told_too(make: MakeSetup) -> None:
    desk = make("wrong_account", is_sandbox=True)
    desk.choose(0)
    desk.check()
    assert line(desk, "log_out").not_needed
    assert desk.events("alarm") == []
    desk.save({"mid": desk.theirs.extra["mid"]})
    assert len(desk.events("alarm")) == 1
    assert not line(desk, "log_out").done
