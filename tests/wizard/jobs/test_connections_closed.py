"""A worker lives for weeks: whatever it does for an org, it keeps no connection to it afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from orgs.connections.client import client_for
from orgs.salesforce.client import Client
from tests.wizard.fault_proxy import FaultProxy, hang_up
from tests.wizard.harness import SetupHarness
from wizard.jobs import runner
from wizard.management.commands import calibrate

pytestmark = pytest.mark.django_db

WORK: dict[str, Callable[[SetupHarness], Any]] = {
    "check": lambda desk: desk.check(),
    "people": lambda desk: desk.work(desk.queue("people")),
    "apply": lambda desk: desk.apply(),
    "undo": lambda desk: (desk.apply(), desk.undo()),
    "watch": lambda desk: runner.watch(desk.setup, ["policies"], timezone.now()),
    "calibrate": lambda desk: call_command("calibrate", str(desk.org.pk)),
}


class Opened:
    """The clients that were made meanwhile."""

    def __init__(self) -> None:
        self.clients: list[Client] = []

    def client_for(self, org: Any) -> Client:
        self.clients.append(client_for(org))
        return self.clients[-1]

    def still_open(self) -> int:
        """Pools of connections that `requests` still holds."""
        sessions = [client._transport._http for client in self.clients]
        adapters: list[Any] = [each.get_adapter("https://") for each in sessions]
        return sum(len(adapter.poolmanager.pools) for adapter in adapters)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    watched = Opened()
    for module in (runner, calibrate):
        monkeypatch.setattr(module, "client_for", watched.client_for)
    return watched


@pytest.mark.parametrize("what", WORK)
def test_no_connection_is_kept_after(what: str, checked: SetupHarness, opened: Opened) -> None:
    WORK[what](checked)
    assert sum(client.calls for client in opened.clients) > 0, "it did talk to the org"
    assert opened.still_open() == 0


def test_none_is_kept_after_a_failure(checked: SetupHarness, opened: Opened, trouble: FaultProxy) -> None:
    trouble.before = lambda seen: hang_up() if seen.writes else None
    assert checked.apply().state == "failed"
    assert opened.clients
    assert opened.still_open() == 0
