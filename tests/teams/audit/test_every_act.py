"""Every act of a setup's whole life, by the pages that people use: who did it, in which org, from where."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from orgs.models import Revocation
from simulator.org.store import Org as StandInOrg
from simulator.server import Stand
from teams.audit import chain
from teams.models import User
from teams.models.audit import AuditEntry
from tests.fixture_types import MakeStandInOrg, SignedIn
from tests.orgs.stand_in import Browser, admin_of
from tests.security.canaries import MARK
from tests.security.road import do_queued_work
from tests.teams.audit.reading import entries, personal
from tests.teams.audit.test_chain import verified
from wizard.models import GuestInvitation, Setup

pytestmark = pytest.mark.django_db
HERE = "203.0.113.9"

# What Dana does below, in a setup; the rest of what is written down is what the workers did.
BY_HER = {
    *("setup_started", "check_requested", "people_requested", "input_changed", "plan_shown"),
    *("apply_requested", "changed", "apply_done", "undo_requested", "undone", "confirmed", "unconfirmed"),
    *("guest_invited", "guest_link_revoked", "taken_over", "note", "given_back", "report_seen"),
    *("report_exported", "reconnected", "handover_requested", "finished", "reopened", "stop_requested"),
}


class Person:
    """A browser at one setup, somewhere in the world."""

    def __init__(self, client: Client, stand: Stand) -> None:
        self.client, self.stand = client, stand
        client.defaults["REMOTE_ADDR"] = HERE
        self.browser = Browser(client, stand)

    def begin(self, theirs: StandInOrg) -> Setup:
        assert self.browser.connect(admin_of(theirs)).status_code == 302
        self.setup = Setup.objects.get(org__org_id=theirs.id)
        do_queued_work()
        return self.setup

    def at(self, name: str, *more: str) -> str:
        return reverse(f"wizard:{name}", args=[self.setup.pk, *more])

    def post(self, name: str, *more: str, **data: Any) -> None:
        answer = self.client.post(self.at(name, *more), data)
        assert answer.status_code in (200, 302), f"{name}: {answer.status_code}"

    def press(self, name: str, stage: str) -> None:
        """The button of the plan that the stage's page shows."""
        page = html.fromstring(self.client.get(self.at("stage", stage)).content.decode())
        form = next(form for form in page.forms if form.action == self.at(name, stage))
        self.post(name, stage, **{key: value or "" for key, value in form.form_values()})

    def work(self, theirs: StandInOrg) -> None:
        people = [row["Id"] for row in theirs.rows("User") if row["IsActive"]][:3]
        self.setup.inputs |= {"connection_user": theirs.connection_user_id, "people": people}
        self.setup.save(update_fields=["inputs"])
        self.post("inputs", mode="first", set_label="Connected", set_label_api_name="Connected")
        do_queued_work()
        self.press("apply", "permission_set")
        self.post("stop", "permission_set")
        self.post("check")
        do_queued_work()
        self.press("apply", "permission_set")
        do_queued_work()
        self.press("undo", "permission_set")
        do_queued_work()

    def by_hand(self) -> None:
        self.post("confirm", "log_out", sure="1")
        self.post("confirm", "log_out", take_back="1")
        self.post("invite", stages="policies")
        link = GuestInvitation.objects.get()
        self.client.post(reverse("wizard:revoke_link", args=[link.pk]))
        self.post("take_over")
        self.post("note", text="Ask Bob about the policies")
        self.post("give_back")

    def look(self) -> None:
        for name in ("report", "report_csv"):
            assert self.client.get(self.at(name)).status_code == 200

    def hand_over(self, theirs: StandInOrg) -> None:
        start = self.client.post(reverse("orgs:reconnect", args=[self.setup.org_id]))
        self.browser.back(self.browser.at_salesforce(start["Location"], admin_of(theirs)))
        do_queued_work()
        page = html.fromstring(self.client.get(self.at("finish")).content.decode())
        self.post("finish", open=page.xpath("//input[@name='open']/@value"))
        do_queued_work()
        self.post("reopen")


@pytest.fixture
def whole_life(marked: str, stand: Stand, dana: User, signed_in: SignedIn, sf_org: MakeStandInOrg) -> Person:
    theirs = sf_org("fresh", people=5)
    person = Person(signed_in(dana), stand)
    person.begin(theirs)
    person.work(theirs)
    person.by_hand()
    person.look()
    person.hand_over(theirs)
    chain.seal()
    return person


def test_every_act_is_written_down_with_its_person_address_setup_and_org(
    whole_life: Person, dana: User
) -> None:
    hers = [entry for entry in entries() if entry.actor_id == dana.pk]
    assert {entry.kind for entry in hers} >= {f"wizard.{what}" for what in BY_HER}
    assert_who_and_where(hers, whole_life.setup, dana)
    assert_approved_as_shown()
    assert_no_secret(whole_life.setup)
    assert verified() == []


def assert_who_and_where(hers: list[AuditEntry], setup: Setup, dana: User) -> None:
    for entry in hers:
        told = personal(entry)
        assert (told["actor"], told["actor_email"]) == (dana.name, dana.email), entry.kind
        assert told["address"] == HERE, entry.kind
        assert (entry.team_id, entry.org_id) == (setup.org.team_id, setup.org_id), entry.kind
        assert entry.setup_id == (None if entry.kind.startswith("orgs.") else setup.pk), entry.kind
    orgs = [entry.kind for entry in hers if entry.kind.startswith("orgs.")]
    assert orgs == ["orgs.connected", "orgs.reconnected", "orgs.disconnected"]
    for entry in entries():
        if entry.actor_id is None:
            assert "address" not in personal(entry), f"{entry.kind}: an address without a person"


def assert_approved_as_shown() -> None:
    """The plan that was shown is the one that was approved; it is told once, however often it was loaded."""
    shown = {entry.data["approved"]: entry for entry in entries("wizard.plan_shown")}
    approved = entries("wizard.apply_requested", "wizard.undo_requested")
    assert len(approved) == 3
    assert {entry.data["approved"] for entry in approved} <= set(shown)
    assert all(entry.data["rows"] for entry in shown.values())
    assert len(entries("wizard.plan_shown")) == len(shown)


def assert_no_secret(setup: Setup) -> None:
    waiting = [each.token.reveal() for each in Revocation.objects.filter(team=setup.org.team_id)]
    assert waiting, "the search below would find nothing because there was nothing"
    assert all(MARK in token for token in waiting)
    for entry in entries():
        assert MARK not in json.dumps([entry.data, personal(entry)]), entry.kind
    (note,) = entries("wizard.note")
    assert "Bob" not in json.dumps(note.data)
    assert personal(note)["hidden"] == {"text": "Ask Bob about the policies"}
