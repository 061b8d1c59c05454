"""Lines 1-10: Permitted Users by field, the refresh token by raw field, IP relaxation by audit trail."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import policies
from simulator.server import Stand
from tests.wizard.guides.connected_app_authentication.build import AFTER, APP, BEFORE, choices, ip_row, seen
from tests.wizard.guides.connected_app_authentication.stand_in import OrgAt, plan, statuses
from wizard.guides.base import Finding, Proof, Status
from wizard.guides.connected_app_authentication import how
from wizard.guides.connected_app_authentication.checks_policies import (
    check_ip_relaxation,
    check_permitted_users,
    check_refresh_token,
    lock_out_warning,
)
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.guides.connected_app_authentication.snapshot import App, AuditRow, Facts, Grant

RELAX = "Relax IP restrictions"


def at_policies(stand: Stand, wanted: policies.Policies, **switches: object) -> dict[str, str]:
    at = OrgAt.create(stand)
    at.org.switches.change(**switches)
    policies.save(at.org, at.org.app_id, wanted, at.org.admin_id)
    chosen = at.choices(2)
    mark = at.mark()
    snapshot = at.read(chosen, ["app", "audit"])
    assert at.calls(mark) == 1, "watching the policies is one call"
    return statuses(snapshot, chosen)


def test_the_three_wanted_policies_turn_green(stand: Stand) -> None:
    found = at_policies(stand, policies.WANTED)
    assert found["permitted_users"] == "done admin_approved"
    assert found["ip_relaxation"] == "done ip_relaxed"
    assert found["refresh_token"] == "done refresh_zero"


def test_without_an_audit_row_ip_relaxation_has_to_be_confirmed(stand: Stand) -> None:
    found = at_policies(stand, policies.WANTED, ip_audit_rows=False)
    assert found["ip_relaxation"] == "cannot_check ip_no_row"


def test_while_nothing_is_saved_on_the_apps_page_nobody_can_sign_for_ip_relaxation(stand: Stand) -> None:
    at = OrgAt.create(stand)
    chosen = at.choices(2)
    snapshot = at.read(chosen, ["app", "audit"])
    assert statuses(snapshot, chosen)["ip_relaxation"] == "to_do ip_unset"
    assert "are not saved yet" in check_ip_relaxation(snapshot, chosen).sentence.plain()
    policies.save(at.org, at.org.app_id, policies.Policies("admin", "ENFORCE"), at.org.admin_id)
    snapshot = at.read(chosen, ["app", "audit"])
    assert statuses(snapshot, chosen)["ip_relaxation"] == "cannot_check ip_no_row"


def test_an_audit_row_in_another_language_proves_nothing(stand: Stand) -> None:
    found = at_policies(stand, policies.WANTED, audit_language="de")
    assert found["ip_relaxation"] == "cannot_check ip_other_language"


@pytest.mark.parametrize("ip", ["ENFORCE_RELAXREFRESH", "BYPASS_2FACTOR"])
def test_another_ip_relaxation_is_to_do(stand: Stand, ip: str) -> None:
    found = at_policies(stand, replace(policies.WANTED, ip=ip))
    assert found["ip_relaxation"] == "to_do ip_not_relaxed"


@pytest.mark.parametrize("refresh", ["specific_lifetime", "specific_inactivity"])
def test_a_refresh_token_that_lives_for_a_while_is_to_do(stand: Stand, refresh: str) -> None:
    found = at_policies(stand, policies.Policies("admin", "BYPASS", refresh, 30, "DAYS"))
    assert found["refresh_token"] == "to_do refresh_period"


def test_a_refresh_token_policy_that_stores_nothing_is_to_do_until_the_page_was_saved(stand: Stand) -> None:
    assert at_policies(stand, policies.Policies("self", "BYPASS"))["refresh_token"] == "to_do refresh_unset"
    found = at_policies(stand, policies.Policies("admin", "BYPASS"))
    assert found["refresh_token"] == "cannot_check refresh_unclear"


def test_the_meaning_of_the_stored_refresh_values_can_be_switched() -> None:
    empty = replace(APP, admin_approved=True, refresh_period=None, refresh_from_last_use=False)
    zero = replace(empty, refresh_period=0)
    chosen = choices()

    def status(app: App, mapping: str | None) -> Status:
        return check_refresh_token(
            seen(chosen, app=(app,), facts=Facts(refresh_token_zero=mapping)), chosen
        ).status

    assert status(zero, None) is Status.DONE
    assert status(empty, None) is Status.CANNOT_CHECK
    assert status(empty, "null") is Status.DONE
    assert status(zero, "null") is Status.CANNOT_CHECK


@pytest.mark.parametrize(
    ("period", "since", "option"),
    [
        (30, True, "Expire refresh token if not used for 30 (hours, days or months)"),
        (30, False, "Expire refresh token after 30 (hours, days or months)"),
        (None, False, "probably Refresh token is valid until revoked"),
        (0, False, "Immediately expire refresh token"),
    ],
)
def test_the_stored_refresh_values_are_told_by_the_name_of_their_option(
    period: int | None, since: bool, option: str
) -> None:
    chosen = choices()
    app = replace(APP, refresh_period=period, refresh_from_last_use=since)
    finding = check_refresh_token(seen(chosen, app=(app,)), chosen)
    assert finding.now is not None
    assert finding.now.plain() == option
    assert Finding.load(finding.to_json()) == finding


def test_stored_values_that_fit_no_option_are_shown_and_named_nothing() -> None:
    chosen = choices()
    app = replace(APP, admin_approved=True, refresh_period=None, refresh_from_last_use=True)
    finding = check_refresh_token(seen(chosen, app=(app,)), chosen)
    assert finding.now is None
    assert finding.stored == ("RefreshTokenValidityPeriod: null", "OptionsRefreshTokenValidityMetric: true")


def test_policies_that_are_hidden_from_the_person_never_pass() -> None:
    chosen = choices()
    hidden = replace(APP, admin_approved=False, refresh_period=0, policies_seen=False)
    snapshot = seen(chosen, app=(hidden,))
    assert check_permitted_users(snapshot, chosen).code == "policies_hidden"
    assert check_refresh_token(snapshot, chosen).code == "policies_hidden"


def test_an_older_right_value_never_proves_against_a_newer_wrong_one() -> None:
    chosen = choices()
    rows = (ip_row(RELAX, BEFORE), ip_row("Enforce IP restrictions", AFTER))
    for order in (rows, rows[::-1]):
        assert check_ip_relaxation(seen(chosen, audit=order), chosen).code == "ip_not_relaxed"


def test_the_newest_row_is_the_proof_and_says_who_and_when() -> None:
    chosen = choices()
    rows = (ip_row(RELAX, AFTER), ip_row("Enforce IP restrictions", BEFORE))
    finding = check_ip_relaxation(seen(chosen, audit=rows), chosen)
    assert finding.proof is Proof.AUDIT_TRAIL
    assert "Ana Ruiz" in finding.sentence.plain()


def test_a_row_about_another_app_is_not_ours() -> None:
    chosen = choices()
    rows = (
        ip_row(RELAX, AFTER, "Salesforce Marketing Cloud 2"),
        ip_row(RELAX, AFTER, "Old Salesforce Marketing Cloud"),
        ip_row(RELAX, AFTER, "Workbench"),
    )
    assert check_ip_relaxation(seen(chosen, audit=rows), chosen).code == "ip_no_row"


def test_a_reinstalled_app_has_no_proof_any_more() -> None:
    chosen = choices()
    again = AuditRow(
        "insertConnectedApplication",
        "Installed Connected App Salesforce Marketing Cloud to Salesforce",
        AFTER,
    )
    rows = (again, ip_row(RELAX, BEFORE))
    assert check_ip_relaxation(seen(chosen, audit=rows), chosen).code == "ip_reinstalled"
    rows = (replace(again, at=BEFORE), ip_row(RELAX, AFTER))
    assert check_ip_relaxation(seen(chosen, audit=rows), chosen).code == "ip_relaxed"


@given(st.lists(st.text(max_size=200)), st.booleans())
def test_no_foreign_row_is_ever_a_proof(displays: list[str], named: bool) -> None:
    chosen = choices()
    name = "Salesforce Marketing Cloud " if named else ""
    rows = tuple(AuditRow("changeIpRelaxationPolicy", name + text, AFTER) for text in displays)
    assert check_ip_relaxation(seen(chosen, audit=rows), chosen).status is Status.CANNOT_CHECK


def test_the_warning_goes_away_once_everyone_is_let_in(stand: Stand) -> None:
    at = OrgAt.create(stand, "live")
    chosen = at.choices(3, mode="repair")
    before = at.read(chosen)
    assert lock_out_warning(before, chosen) is not None
    GUIDE.apply(at.client, plan(before, chosen), before, chosen, _Silent())
    after = at.read(chosen)
    assert lock_out_warning(after, chosen) is None
    nobody_on_app = replace(after, grants=replace(after.grants, value=(Grant("0J0", "0PS", "0H4"),)))
    assert lock_out_warning(nobody_on_app, chosen) is not None


def test_a_first_connection_is_not_warned(stand: Stand) -> None:
    at = OrgAt.create(stand)
    chosen = at.choices(3)
    assert lock_out_warning(at.read(chosen), chosen) is None


class _Silent:
    def before_batch(self, changes: object) -> None: ...

    def after_batch(self, outcomes: object) -> None: ...


def test_a_policy_that_is_only_logged_says_so() -> None:
    chosen = choices()
    said = check_ip_relaxation(seen(chosen, audit=()), chosen).sentence.plain()
    assert "only in the log of changes" in said
    assert "no program" in said


def test_the_stage_says_who_loses_access() -> None:
    assert "loses access" in GUIDE.stage("policies").purpose.plain()


def test_an_instruction_says_what_to_do() -> None:
    """Not a line that only tells how things are."""
    chosen = choices()
    told = [row.text.plain() for row in how.log_out(seen(chosen), chosen)]
    assert [line.split()[0] for line in told] == ["Go", "Better"]


def test_whose_change_it_was_may_be_hidden_and_is_said_so(stand: Stand) -> None:
    at = OrgAt.create(stand, "all_done")
    at.org.switches.hidden_fields = ["User.Name"]
    chosen = at.choices(1)
    found = check_ip_relaxation(at.read(chosen, ["app", "audit"]), chosen)
    assert found.code == "ip_relaxed"
    assert "Salesforce hides from you who it was" in found.sentence.plain()
