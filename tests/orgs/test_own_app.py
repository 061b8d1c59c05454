"""An org that is called through an app of its own."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from orgs.models import Org
from teams.models import Team

pytestmark = pytest.mark.django_db


@pytest.fixture
def org(team: Team) -> Org:
    return Org.objects.create(
        team=team, org_id="00D000000000001AAA", name="Northwind", is_sandbox=True,
        instance_url="https://n.my.salesforce.com", login_origin="https://test.salesforce.com",
        api_version="66.0",
    )  # fmt: skip


def own_app(monkeypatch: pytest.MonkeyPatch, *arguments: str, typed: str = "") -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    call_command("own_app", *arguments, stdout=io.StringIO())


@pytest.mark.parametrize("given", ["00D000000000001AAA", "00D000000000001"])
def test_an_org_gets_its_own_pair_and_ours_again(
    given: str, org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_app(monkeypatch, given, "--client-id", "3MVG9x", typed="a secret\n")
    org.refresh_from_db()
    assert org.own_pair() == ("3MVG9x", "a secret")
    assert "a secret" not in org.client_secret.sealed()
    own_app(monkeypatch, given, "--ours")
    org.refresh_from_db()
    assert org.own_pair() is None


@pytest.mark.parametrize(
    ("arguments", "typed", "why"),
    [
        (["00D000000000009AAA", "--ours"], "", "no org 00D000000000009AAA"),
        (["00D", "--ours"], "", "15 or 18"),
        (["00D000000000001AAA", "--client-id", "x"], "\n", "consumer secret"),
        (["00D000000000001AAA"], "", "required"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_changed(
    arguments: list[str], typed: str, why: str, org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandError, match=why):
        own_app(monkeypatch, *arguments, typed=typed)
    org.refresh_from_db()
    assert org.own_pair() is None
