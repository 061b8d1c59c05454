"""Lines 35-38: success detected, the wrong account shouted, an old connection confirmed by a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from simulator import engagement, policies
from simulator.server import Stand
from tests.wizard.guides.connected_app_authentication.build import AFTER, BEFORE, choices, seen
from tests.wizard.guides.connected_app_authentication.stand_in import OrgAt, statuses
from wizard.guides.base import Status
from wizard.guides.connected_app_authentication import how
from wizard.guides.connected_app_authentication.checks_connect import (
    check_connected,
    check_log_out,
    settled,
)
from wizard.guides.connected_app_authentication.guide import GUIDE, PAGE_ORDER, SAFE_ORDER, recommended_order
from wizard.guides.connected_app_authentication.lookups import connected
from wizard.guides.connected_app_authentication.snapshot import Configuration

ALL_RIGHTS = {"PermissionsViewAllData": True}


def connect_in(at: OrgAt, mid: str) -> None:
    at.org.switches.change(require_admin_approval_to_connect=False)
    engagement.connect(at.org, at.org.connection_user_id, "mc-api-user", mid)


def test_a_connection_made_now_turns_green_in_one_call(stand: Stand) -> None:
    at = OrgAt.create(stand)
    chosen = at.choices(1, mid="7654321", _started_at=datetime.now(UTC).isoformat())
    assert statuses(at.read(chosen), chosen)["connected"] == "to_do not_connected"
    connect_in(at, "7654321")
    mark = at.mark()
    snapshot = at.read(chosen, ["configuration", "connection_user"])
    assert at.calls(mark) == 1
    assert statuses(snapshot, chosen)["connected"] == "done connected"


def test_the_wrong_account_is_loud(stand: Stand) -> None:
    at = OrgAt.create(stand)
    chosen = at.choices(1, mid="7654321", _started_at=datetime.now(UTC).isoformat())
    connect_in(at, "1111111")
    finding = check_connected(at.read(chosen), chosen)
    assert (finding.code, finding.remedy) == ("wrong_account", "WRONG_ACCOUNT")
    assert "1111111 instead of 7654321" in finding.sentence.plain()
    assert finding.alarm


@pytest.mark.parametrize(
    ("accounts", "mid", "code", "is_settled"),
    [
        ((), "7654321", "log_out_first", False),
        (("7654321",), "7654321", "not_needed", True),
        (("7654321",), "", "not_needed", True),
        (("1111111",), "7654321", "log_out_again", False),
        (("1111111", "7654321"), "7654321", "not_needed", True),
        (("",), "7654321", "log_out_first", False),
    ],
)
def test_nobody_logs_out_where_the_right_account_is_connected(
    accounts: tuple[str, ...], mid: str, code: str, is_settled: bool
) -> None:
    chosen = choices(mid=mid)
    rows = tuple(Configuration(f"a{n}", each, BEFORE, BEFORE) for n, each in enumerate(accounts))
    snapshot = seen(chosen, configuration=rows)
    assert check_log_out(snapshot, chosen).code == code
    told = settled(snapshot, chosen)
    assert bool(told) is is_settled
    if told:
        assert "account 7654321 since 2026-11-01" in told.says.plain()
        assert ("right account?" in told.says.plain()) is (not mid)
        assert len(told.stops) >= 3


def test_a_connection_from_before_has_to_be_confirmed(stand: Stand) -> None:
    at = OrgAt.create(stand, "all_done")
    later = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    chosen = at.choices(1, mode="repair", _started_at=later)
    assert statuses(at.read(chosen), chosen)["connected"] == "cannot_check connected_before"


@pytest.mark.parametrize(
    ("mode", "created", "modified", "code"),
    [
        ("first", AFTER, AFTER, "connected"),
        ("first", BEFORE, AFTER, "connected_before"),
        ("repair", BEFORE, AFTER, "connected"),
        ("repair", BEFORE, BEFORE, "connected_before"),
    ],
)
def test_a_first_connection_is_made_and_a_repaired_one_renewed_since_the_start(
    mode: str, created: str, modified: str, code: str
) -> None:
    chosen = choices(mode=mode)
    rows = (Configuration("a0", "7654321", created, modified),)
    assert check_connected(seen(chosen, configuration=rows), chosen).code == code


def test_without_a_known_start_nothing_is_proved() -> None:
    chosen = choices(started_at="")
    rows = (Configuration("a0", "7654321", AFTER, AFTER),)
    assert check_connected(seen(chosen, configuration=rows), chosen).code == "connected_before"


def test_a_row_without_an_account_is_not_a_connection() -> None:
    chosen = choices()
    rows = (Configuration("a0", "", AFTER, AFTER),)
    found = check_connected(seen(chosen, configuration=rows, rights=ALL_RIGHTS), chosen)
    assert found.code == "not_connected"


def test_the_account_that_is_expected_is_named_before_any_is_connected() -> None:
    chosen = choices(mid="7946956")
    must = check_connected(seen(chosen, configuration=(), rights=ALL_RIGHTS), chosen).must
    assert must is not None
    assert must.plain() == "Account 7946956"
    assert check_connected(seen(choices(), configuration=()), choices()).must is None


HIDDEN_ACCOUNT = "et4ae5__Configuration__c.et4ae5__Parent_Account_MID__c"


def test_an_account_that_the_org_hides_is_told_so_and_is_never_the_wrong_one(stand: Stand) -> None:
    at = OrgAt.create(stand, "live")
    at.org.switches.hidden_fields = [HIDDEN_ACCOUNT]
    chosen = at.choices(1, mid="1234567")
    snapshot = at.read(chosen)
    found = check_connected(snapshot, chosen)
    assert (found.status, found.code, found.alarm) == (Status.CANNOT_CHECK, "account_unseen", False)
    assert found.details == (HIDDEN_ACCOUNT,)
    told = settled(snapshot, chosen)
    assert told
    assert "Do not sign in before somebody has looked" in told.says.plain()
    assert check_log_out(snapshot, chosen).code == "log_out_first"
    lines = statuses(snapshot, chosen)
    assert lines["live_use"] == lines["sandbox_copy"].replace(
        "done production", "cannot_check account_unseen"
    )
    assert recommended_order(snapshot, chosen) == SAFE_ORDER
    assert GUIDE.found_inputs(snapshot, chosen) == {}, "that it was connected is not known"


def test_it_is_the_same_where_discovery_knew_that_the_field_is_hidden(stand: Stand) -> None:
    at = OrgAt.create(stand, "live")
    at.known["fields"] |= {"et4ae5__Configuration__c": ["Id", "CreatedDate", "LastModifiedDate"]}
    chosen = at.choices(1, mid="1234567")
    assert check_connected(at.read(chosen), chosen).code == "account_unseen"


def test_a_box_that_is_hidden_can_not_tell_of_a_connection_either(stand: Stand) -> None:
    at = OrgAt.create(stand, "live")
    at.known["connected_by"] = "user"
    at.org.switches.hidden_fields = ["User.et4ae5__ValidExactTargetUser__c"]
    chosen = at.choices(1, mid="1234567")
    found = check_connected(at.read(chosen), chosen)
    assert (found.code, found.details) == ("valid_user_unseen", ("Valid Marketing Cloud User",))
    at.org.switches.hidden_fields = []
    assert check_connected(at.read(chosen), chosen).code == "connected_by_user"


@pytest.mark.parametrize("mid", ["7654321", "1111111"])
def test_what_this_setup_connected_itself_does_not_renumber_its_stages(stand: Stand, mid: str) -> None:
    at = OrgAt.create(stand)
    policies.save(at.org, at.org.app_id, policies.WANTED, at.org.admin_id)
    chosen = at.choices(1, mid="7654321", _started_at=datetime.now(UTC).isoformat())
    assert recommended_order(at.read(chosen), chosen) == PAGE_ORDER
    connect_in(at, mid)
    after = at.read(chosen)
    assert connected(after)
    assert recommended_order(after, chosen) == PAGE_ORDER
    assert any("it may have another name" in row.text.plain() for row in how.connect(after, chosen))
