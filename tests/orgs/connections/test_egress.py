"""`manage.py egress_check`: from which address an org sees us come."""

from __future__ import annotations

from io import StringIO

import pytest
from celery import current_app
from django.core.management import CommandError, call_command

from tests.fixture_types import MakeSetup
from tests.wizard.fault_proxy import FaultProxy, Seen
from tests.wizard.harness import SetupHarness

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker's part too: its address is what the stand-in is told below."""
    monkeypatch.setitem(current_app.conf, "task_always_eager", True)


def check(desk: SetupHarness) -> str:
    said = StringIO()
    call_command("egress_check", desk.org.org_id[:15], "--seconds", "0", stdout=said)
    return said.getvalue()


def test_one_address_is_named_for_both(make: MakeSetup) -> None:
    desk = make("fresh", people=3)
    said = check(desk)
    assert "The org saw here: 127.0.0.1" in said
    assert "The org saw a worker: 127.0.0.1" in said
    assert "It is one address." in said
    desk.org.connection.refresh_from_db()
    assert desk.org.connection.is_connected


def test_a_worker_that_comes_from_elsewhere_is_noticed(make: MakeSetup, trouble: FaultProxy) -> None:
    desk = make("fresh", people=3)
    renewed: list[str] = []

    def from_elsewhere(seen: Seen) -> None:
        if seen.path.endswith("/token"):
            renewed.append(seen.path)
            if len(renewed) == 2:
                newest = max(desk.theirs.rows("LoginHistory"), key=lambda row: str(row["LoginTime"]))
                desk.theirs.patch(newest["Id"], SourceIp="203.0.113.9")

    trouble.after = from_elsewhere
    with pytest.raises(CommandError, match="They differ"):
        check(desk)


def test_an_org_that_records_nothing_is_told_as_such(make: MakeSetup, trouble: FaultProxy) -> None:
    desk = make("fresh", people=3)

    def forget(seen: Seen) -> None:
        if seen.path.endswith("/token"):
            for row in list(desk.theirs.rows("LoginHistory")):
                desk.theirs.remove(row["Id"])

    trouble.after = forget
    with pytest.raises(CommandError, match="it can't be told"):
        check(desk)


def test_an_org_that_is_not_connected_is_named(db: None) -> None:
    with pytest.raises(CommandError, match="is not connected here"):
        call_command("egress_check", "00D000000000001")
