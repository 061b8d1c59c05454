"""Several places to sign in at: none of them takes another's org, gets its tokens, or its client."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse
from pytest_django import Settings

from orgs import hosts
from orgs.connections import credentials, tokens
from orgs.fields import Secret
from orgs.models import Connection, Org, Revocation
from orgs.oauth import STAND_INS_PAIR, ClientCredentials
from teams.models import Team, User
from tests.fixture_types import BrowserOf, MakeStandInOrg
from tests.orgs.sign_in.test_flow import code_of
from tests.orgs.stand_in import admin_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_another_place_that_names_a_known_org_gets_nothing_of_it(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User, settings: Settings
) -> None:
    theirs, person = sf_org(), browser(dana)
    person.connect(admin_of(theirs))
    known, token = Org.objects.get(), Connection.objects.get().refresh_token.reveal()
    # The same org id, at another of the places that one can sign in at.
    other = person.stand.url.replace("localhost", "127.0.0.1")
    settings.SALESFORCE_EXTRA_ORIGINS = [person.stand.url, other]
    there = browser(dana)
    there.site, there.stand = person.site, replace(person.stand, url=other)
    start = there.site.post(reverse("orgs:connect"), {"where": other})["Location"]
    response = there.back(there.at_salesforce(start, admin_of(theirs)))
    assert code_of(response) == "another_place"
    assert known.name in response.content.decode()
    org = Org.objects.get()
    assert (org.instance_url, org.login_origin) == (known.instance_url, known.login_origin)
    assert Connection.objects.get().refresh_token.reveal() == token
    assert not Revocation.objects.exists(), "what the other place gave is ended there, and nothing else"


def test_a_replaced_grant_is_ended_where_it_came_from(team: Team, dana: User) -> None:
    org = Org.objects.create(
        team=team, org_id="00D000000000001AAA", name="N", instance_url="https://new.example"
    )
    old = Connection(org=org, state="connected", origin="https://old.example", refresh_token=Secret("r"))
    old.save()
    tokens.disconnect(old, dana)
    assert Revocation.objects.get().origin == "https://old.example"


@pytest.mark.parametrize(
    ("origin", "place"),
    [
        ("https://login.salesforce.com", "Salesforce"),
        ("https://acme--uat.sandbox.my.salesforce.com", "Salesforce"),
        ("https://acme.my.salesforce.mil", "Salesforce"),
        ("https://acme.my.salesforce.com.evil.example", "https://acme.my.salesforce.com.evil.example"),
        ("http://localhost:8001", "http://localhost:8001"),
    ],
)
def test_only_salesforces_own_hosts_are_one_place(origin: str, place: str) -> None:
    assert hosts.place_of(origin) == place


def test_no_other_place_gets_the_client_that_is_for_salesforce(team: Team, settings: Settings) -> None:
    settings.SALESFORCE_CLIENT_ID, settings.SALESFORCE_CLIENT_SECRET = "3MVG9", "for Salesforce"
    settings.SALESFORCE_EXTRA_CLIENTS = {"https://one.example": ("one", "of one")}
    given = {
        "https://login.salesforce.com": ("3MVG9", "for Salesforce"),
        "https://one.example": ("one", "of one"),
        "https://two.example": STAND_INS_PAIR,
    }
    acme = "https://acme.my.salesforce.com"
    own = Org(team=team, instance_url=acme, client_id="own", client_secret=Secret("s"))
    for origin, pair in given.items():
        assert ClientCredentials.at(origin) == ClientCredentials(*pair)
        used = credentials.credentials_for(team.pk, own, origin)
        assert (used.client_id == "own") is ("salesforce.com" in origin), "an org's own one is for there only"
