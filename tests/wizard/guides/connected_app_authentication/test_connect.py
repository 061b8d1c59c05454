"""Lines 35-38: success detected, the wrong account shouted, an old connection confirmed by a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator import engagement
from tests.wizard.guides.connected_app_authentication.build import AFTER, BEFORE, choices, seen
from tests.wizard.guides.connected_app_authentication.stand_in import OrgAt, statuses
from wizard.guides.connected_app_authentication.checks_connect import check_connected
from wizard.guides.connected_app_authentication.snapshot import Configuration


def connect_in(at: OrgAt, mid: str) -> None:
    at.org.switches.change(require_admin_approval_to_connect=False)
    engagement.connect(at.org, at.org.connection_user_id, "mc-api-user", mid)


def test_a_connection_made_now_turns_green_in_one_call(stand: Any) -> None:
    at = OrgAt.create(stand)
    chosen = at.choices(1, mid="7654321", _started_at=datetime.now(UTC).isoformat())
    assert statuses(at.read(chosen), chosen)["connected"] == "to_do not_connected"
    connect_in(at, "7654321")
    mark = at.mark()
    snapshot = at.read(chosen, ["configuration", "connection_user"])
    assert at.calls(mark) == 1
    assert statuses(snapshot, chosen)["connected"] == "done connected"


def test_the_login_history_is_read_only_when_asked_for(stand: Any) -> None:
    at = OrgAt.create(stand)
    chosen = at.choices(1)
    connect_in(at, "7654321")
    assert not at.read(chosen).logins.is_known
    rows = at.read(chosen, ["logins"]).logins.get(())
    assert "Salesforce Marketing Cloud" in {row.application for row in rows}


def test_the_wrong_account_is_loud(stand: Any) -> None:
    at = OrgAt.create(stand)
    chosen = at.choices(1, mid="7654321", _started_at=datetime.now(UTC).isoformat())
    connect_in(at, "1111111")
    finding = check_connected(at.read(chosen), chosen)
    assert (finding.code, finding.remedy) == ("wrong_account", "WRONG_ACCOUNT")
    assert "1111111 instead of 7654321" in finding.sentence.plain()


def test_a_connection_from_before_has_to_be_confirmed(stand: Any) -> None:
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
    assert check_connected(seen(chosen, configuration=rows), chosen).code == "not_connected"


def test_the_account_that_is_expected_is_named_before_any_is_connected() -> None:
    chosen = choices(mid="7946956")
    must = check_connected(seen(chosen, configuration=()), chosen).must
    assert must is not None
    assert must.plain() == "Account 7946956"
    assert check_connected(seen(choices(), configuration=()), choices()).must is None
