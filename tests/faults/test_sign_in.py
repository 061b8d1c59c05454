"""Every fault on the way back from Salesforce: explained on a page, nothing half connected."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.urls import reverse
from pytest_django import Settings

from orgs.models import Connection, Org
from orgs.sign_in.messages import EXPLANATIONS
from simulator import scenarios
from simulator.faults import Faults, Rule
from simulator.org.store import Org as StandInOrg
from simulator.server import Stand
from teams.models import User
from tests.faults.judging import assert_no_raw_error, struck, words_of
from tests.faults.troubles import OF_EACH_SORT, TROUBLES, Trouble
from tests.fixture_types import Hurry, MakeSetup, SignedIn
from tests.orgs.stand_in import Browser, admin_of
from tests.wizard.harness import SetupHarness

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Call:
    """One of the calls that a sign-in makes."""

    name: str
    kinds: set[str]
    kind: str


CALLS = (
    Call("exchange", {"token", "code"}, "code"),
    Call("versions", {"versions", "read"}, "versions"),
    Call("person", {"userinfo", "read"}, "userinfo"),
    Call("org", {"rest", "composite", "read"}, "composite"),
    Call("package", {"rest", "query", "tooling", "read"}, "query tooling"),
)

#: Each fault at the two calls that differ most; at the others one fault of each sort.
IN_FULL = ("exchange", "org")

CASES = [
    pytest.param(call, trouble, id=f"{call.name}-{trouble.id}")
    for call in CALLS
    for trouble in TROUBLES
    if trouble.can_strike(call.kinds)
    and trouble.fault != "slow"
    and (call.name in IN_FULL or trouble.id in OF_EACH_SORT)
]


@pytest.fixture
def theirs(stand: Stand, db: None) -> Iterator[StandInOrg]:
    """An org of the stand-in that we don't know yet."""
    org = scenarios.create(stand.world, "fresh", name=f"Client {secrets.token_hex(4)}", people=0)
    yield org
    with stand.world.lock:
        stand.world.orgs.pop(org.id, None)


@pytest.fixture
def sign_in(
    stand: Stand, faults: Faults, settings: Settings, signed_in: SignedIn, dana: User
) -> Callable[[], Browser]:
    settings.SALESFORCE_EXTRA_ORIGINS = [stand.url]
    return lambda: Browser(signed_in(dana), stand)


@pytest.mark.parametrize(("call", "trouble"), CASES)
def test_a_fault_while_signing_in(
    call: Call,
    trouble: Trouble,
    theirs: StandInOrg,
    sign_in: Callable[[], Browser],
    faults: Faults,
    hurried: Hurry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    browser = sign_in()
    back = browser.at_salesforce(browser.start(), admin_of(theirs))
    caplog.set_level(logging.DEBUG)
    hurried(answer=trouble.answer_time)
    number = faults.add(trouble.rule(kind=call.kind))
    response = browser.back(back)
    assert struck(faults, number)
    faults.clear()
    hurried()
    if response.status_code == 302:
        # Only the package's version may stay unknown, or an older version be agreed on. And an org that
        # refuses composite calls, for whatever reason, is read by single ones.
        refused = ("refused", "composite_refused", "old_version")
        assert call.name in ("versions", "package") or (call.name == "org" and trouble.id in refused)
        assert Org.objects.get().connection.is_connected
        return
    assert response.status_code == 400
    page = response.content.decode()
    assert_no_raw_error(page)
    words = EXPLANATIONS[response.context["code"]]
    assert str(words.title) in words_of(page)
    assert not Connection.objects.exists(), "nothing is half connected"
    world = browser.stand.world
    with world.lock:
        tokens = [*world.tokens, *world.extra.get("refresh_tokens", {})]
    assert not [token for token in tokens if token in caplog.text]
    assert browser.connect(admin_of(theirs)).status_code == 302
    assert Org.objects.get().connection.is_connected


def test_the_page_is_bounded_however_many_calls_get_no_answer(
    theirs: StandInOrg, sign_in: Callable[[], Browser], faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orgs.sign_in.flow.PATIENCE", 1.0)
    monkeypatch.setattr("orgs.salesforce.transport.PAUSES", (0.3,) * 50)
    browser = sign_in()
    back = browser.at_salesforce(browser.start(), admin_of(theirs))
    number = faults.add(Rule("unavailable", kind="read"))
    response = browser.back(back)
    assert struck(faults, number) < 10, "the page's own patience ended it"
    assert response.context["code"] == "salesforce_down"


def test_reconnecting_another_org_is_refused_with_both_names(
    desk: SetupHarness, make: MakeSetup, sign_in: Callable[[], Browser]
) -> None:
    other = make(people=0, name="Quite another client")
    browser = sign_in()
    address = browser.site.post(reverse("orgs:reconnect", args=[desk.org.pk]))["Location"]
    page = browser.back(browser.at_salesforce(address, admin_of(other.theirs)))
    assert page.status_code == 400
    text = words_of(page.content.decode())
    assert desk.org.name in text
    assert "Quite another client" in text
    desk.reload()
    assert desk.setup.inputs["connection_user"], "the setup is as it was"
    assert desk.check().state == "done"
