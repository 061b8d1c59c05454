"""Somebody guesses the password of an account: who it belongs to goes on, and is told."""

from __future__ import annotations

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from teams.models import User
from tests.conftest import PASSWORD
from tests.waiting import eventually

pytestmark = pytest.mark.django_db
TOO_MANY = "Too many failed login attempts"


def sign_in(site: Client, user: User, password: str, address: str = "192.0.2.1") -> str:
    given = {"login": user.email, "password": password}
    answer = site.post(reverse("account_login"), given, REMOTE_ADDR=address)
    return "in" if answer.status_code == 302 else answer.content.decode()


def test_a_stranger_who_guesses_locks_out_nobody_but_themselves(
    dana: User, mailoutbox: list[EmailMessage]
) -> None:
    theirs = Client()
    assert sign_in(theirs, dana, PASSWORD, "192.0.2.7") == "in"
    theirs.post(reverse("account_logout"))
    stranger = Client()
    said = [sign_in(stranger, dana, f"guess {number}") for number in range(7)]
    assert TOO_MANY in said[-1]
    assert TOO_MANY in sign_in(stranger, dana, PASSWORD), "also where the guess is right"
    assert sign_in(Client(), dana, PASSWORD, "192.0.2.8") == "in", "from another address"
    assert sign_in(theirs, dana, PASSWORD) == "in", "and from a known browser behind the stranger's address"
    eventually("whose account it is, is told once", lambda: mailoutbox)
    assert [mail.to for mail in mailoutbox] == [[dana.email]]


def test_many_addresses_together_are_slowed_down_and_a_known_browser_is_not(dana: User) -> None:
    theirs = Client()
    assert sign_in(theirs, dana, PASSWORD, "192.0.2.7") == "in"
    theirs.post(reverse("account_logout"))
    said = [sign_in(Client(), dana, "a guess", f"198.51.100.{number}") for number in range(51)]
    assert TOO_MANY not in said[40]
    assert TOO_MANY in said[-1]
    assert sign_in(theirs, dana, PASSWORD, "192.0.2.7") == "in"


def test_a_device_is_known_for_its_own_account_only(dana: User, sam: User) -> None:
    site = Client()
    sign_in(site, dana, PASSWORD)
    site.post(reverse("account_logout"))
    said = [sign_in(site, sam, "a guess", f"198.51.100.{number}") for number in range(51)]
    assert TOO_MANY in said[-1]
