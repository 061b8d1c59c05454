"""What is left of a person who was forgotten: other spellings, earlier names, where they sat."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from teams.audit import chain
from teams.audit.record import record
from teams.erasure import shred
from teams.models import User
from tests.conftest import PASSWORD
from tests.teams.audit.test_chain import verified
from tests.teams.audit.test_erasure import where
from tests.wizard.harness import SetupHarness
from wizard.history.record import record_event

pytestmark = pytest.mark.django_db


def test_other_spellings_of_the_name_go_too(desk: SetupHarness, priya: User) -> None:
    for text in ("Ask DANA WHITFIELD", "ask dana whitfield", "or DANA@example.com"):
        record_event(desk.setup, "note", actor=priya, text=text)
    record("teams.sign_in_failed", personal={"typed": "Dana@Example.com"})
    chain.seal()
    shred(desk.person)
    chain.seal()
    for text in ("Whitfield", "dana@example.com"):
        assert where(text) == set(), text
    assert verified() == []


def test_earlier_names_go_too(desk: SetupHarness, priya: User) -> None:
    dana: User = desk.person
    record_event(desk.setup, "note", actor=dana, text="mine")
    record_event(desk.setup, "taken_over_from", actor=priya, name=dana.full_name)
    record("teams.invited", actor=priya, personal={"invited": dana.email})
    dana.name, dana.email = "Dana Maiden-Smith", "dana.new@example.com"
    dana.save()
    dana.emailaddress_set.update(email=dana.email)  # type: ignore[attr-defined]
    record_event(desk.setup, "note", actor=dana, text="mine again")
    chain.seal()
    shred(dana)
    chain.seal()
    for text in ("Whitfield", "Maiden-Smith", "dana@example.com", "dana.new@example.com"):
        assert where(text) == set(), text
    assert verified() == []


@pytest.mark.parametrize("name", ['Robert "Bob" Smith', "Robert\\Bob Smith", "Röbert “Bob” Smith"])
def test_a_name_that_json_writes_another_way_goes_too(
    desk: SetupHarness,
    priya: User,
    name: str,
) -> None:
    robert: User = desk.person
    robert.name = name
    robert.save()
    record_event(desk.setup, "taken_over_from", actor=priya, name=name)
    record_event(desk.setup, "note", actor=priya, text=f"or ask {name} about it")
    record("teams.sign_in_failed", personal={"typed": name})
    chain.seal()
    assert {"wizard_event.data", "teams_auditpersonal.data"} <= where("Smith")
    shred(robert)
    chain.seal()
    assert where("Smith") == set()
    assert verified() == []


def test_where_they_sat_goes_too(dana: User) -> None:
    browser = Client(REMOTE_ADDR="203.0.113.99", HTTP_USER_AGENT="Danas-Own-Browser/1.0")
    browser.post(reverse("account_login"), {"login": dana.email, "password": PASSWORD})
    browser.get("/")
    assert where("203.0.113.99")
    shred(dana)
    for text in ("203.0.113.99", "Danas-Own-Browser"):
        assert where(text) == set(), text
