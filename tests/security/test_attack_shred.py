"""What is left of a person who was forgotten: other spellings, earlier names, where they sat."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from teams.audit import record, sealing
from teams.audit.shredding import shred
from teams.models import User
from tests.conftest import PASSWORD
from tests.teams.audit.test_chain import verified
from tests.teams.audit.test_shred import where
from tests.wizard.conftest import desk, make  # noqa: F401
from tests.wizard.desk import Desk
from wizard.models import log

pytestmark = pytest.mark.django_db


def test_other_spellings_of_the_name_go_too(desk: Desk, priya: Any) -> None:  # noqa: F811
    for text in ("Ask DANA WHITFIELD", "ask dana whitfield", "or DANA@example.com"):
        log(desk.setup, "note", actor=priya, text=text)
    record("teams.sign_in_failed", personal={"typed": "Dana@Example.com"})
    sealing.seal()
    shred(desk.person)
    sealing.seal()
    for text in ("Whitfield", "dana@example.com"):
        assert where(text) == set(), text
    assert verified() == []


def test_earlier_names_go_too(desk: Desk, priya: Any) -> None:  # noqa: F811
    dana: User = desk.person
    log(desk.setup, "note", actor=dana, text="mine")
    log(desk.setup, "taken_over_from", actor=priya, name=dana.full_name)
    record("teams.invited", actor=priya, personal={"invited": dana.email})
    dana.name, dana.email = "Dana Maiden-Smith", "dana.new@example.com"
    dana.save()
    dana.emailaddress_set.update(email=dana.email)  # type: ignore[attr-defined]
    log(desk.setup, "note", actor=dana, text="mine again")
    sealing.seal()
    shred(dana)
    sealing.seal()
    for text in ("Whitfield", "Maiden-Smith", "dana@example.com", "dana.new@example.com"):
        assert where(text) == set(), text
    assert verified() == []


@pytest.mark.parametrize("name", ['Robert "Bob" Smith', "Robert\\Bob Smith", "Röbert “Bob” Smith"])
def test_a_name_that_json_writes_another_way_goes_too(
    desk: Desk,  # noqa: F811
    priya: Any,
    name: str,
) -> None:
    robert: User = desk.person
    robert.name = name
    robert.save()
    log(desk.setup, "taken_over_from", actor=priya, name=name)
    log(desk.setup, "note", actor=priya, text=f"or ask {name} about it")
    record("teams.sign_in_failed", personal={"typed": name})
    sealing.seal()
    assert {"wizard_event.data", "teams_auditpersonal.data"} <= where("Smith")
    shred(robert)
    sealing.seal()
    assert where("Smith") == set()
    assert verified() == []


def test_where_they_sat_goes_too(dana: Any) -> None:
    browser = Client(REMOTE_ADDR="203.0.113.99", HTTP_USER_AGENT="Danas-Own-Browser/1.0")
    browser.post(reverse("account_login"), {"login": dana.email, "password": PASSWORD})
    browser.get("/")
    assert where("203.0.113.99")
    shred(dana)
    for text in ("203.0.113.99", "Danas-Own-Browser"):
        assert where(text) == set(), text
