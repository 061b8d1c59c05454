from __future__ import annotations

import copy
import pickle

import pytest
from cryptography.fernet import Fernet
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import connection as database
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from orgs.fields import Secret, Unreadable
from orgs.models import Org
from teams.models import Team


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back(text: str) -> None:
    secret = Secret(text)
    assert Secret(cipher=secret.sealed()).reveal() == text
    assert bool(secret) == bool(text)


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=8))
def test_a_secret_shows_itself_to_nobody(text: str) -> None:
    secret = Secret(text)
    for shown in (
        repr(secret),
        str(secret),
        f"{secret}",
        repr([secret]),
        pickle.dumps(secret).decode("latin1"),
        secret.sealed(),
    ):
        assert text not in shown
    assert pickle.loads(pickle.dumps(secret)) == copy.copy(secret) == secret


@pytest.fixture
def org(team: Team) -> Org:
    return Org.objects.create(
        team=team, org_id="00D000000000001AAA", name="Acme", is_sandbox=False, client_id="id",
        client_secret="the-client-secret", instance_url="https://acme.my.salesforce.com",
        login_origin="https://login.salesforce.com", api_version="66.0",
    )  # fmt: skip


def test_the_database_and_dumps_hold_no_plain_text(org: Org) -> None:
    with database.cursor() as cursor:
        cursor.execute("SELECT client_secret FROM orgs_org")
        (stored,) = cursor.fetchone()
    assert stored.startswith("gAAAA")
    assert "the-client-secret" not in serializers.serialize("json", [org]) + repr(org.__dict__)
    assert Org.objects.get().client_secret.reveal() == "the-client-secret"
    assert Org.objects.defer("client_secret").get().client_secret.reveal() == "the-client-secret"


def test_empty_stays_empty(org: Org) -> None:
    org.client_secret = ""
    org.save()
    with database.cursor() as cursor:
        cursor.execute("SELECT client_secret FROM orgs_org")
        assert cursor.fetchone() == ("",)
    assert not Org.objects.get().client_secret


def test_a_lost_key_is_an_error_only_where_the_secret_is_used(org: Org, settings: Settings) -> None:
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]
    found = Org.objects.get()
    assert found.name == "Acme"
    with pytest.raises(Unreadable):
        found.client_secret.reveal()


def test_after_reencrypting_the_old_key_can_be_dropped(org: Org, settings: Settings) -> None:
    old, new = settings.TOKEN_KEYS[0], Fernet.generate_key().decode()
    settings.TOKEN_KEYS = [new, old]
    call_command("rotate_token_keys")
    settings.TOKEN_KEYS = [new]
    assert Org.objects.get().client_secret.reveal() == "the-client-secret"


def test_reencrypting_without_the_old_key_says_so_and_keeps_what_is_stored(
    org: Org, settings: Settings
) -> None:
    old = settings.TOKEN_KEYS
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="1 secrets could not be opened"):
        call_command("rotate_token_keys")
    settings.TOKEN_KEYS = old
    assert Org.objects.get().client_secret.reveal() == "the-client-secret"
