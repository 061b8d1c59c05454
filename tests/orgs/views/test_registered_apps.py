"""An owner registers an app in an org, pastes its key and secret, and it is used from then on."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from pytest_django import Settings

from orgs.connections import tokens
from orgs.models import Connection, Org, RegisteredApp
from orgs.oauth import STAND_INS_PAIR
from orgs.salesforce.errors import NeedsReconnecting
from simulator import client_apps
from simulator.client_apps import ClientApp
from simulator.server import Stand
from teams.models import AuditEntry, Membership, Team, User
from tests.fixture_types import BrowserOf, MakeStandInOrg, SignedIn
from tests.orgs.stand_in import admin_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def registered(stand: Stand) -> ClientApp:
    callback = "http://localhost:8000/orgs/callback/"
    return client_apps.register(stand.world, {"label": "Connect Guide", "callbacks": [callback]})


@pytest.fixture
def page(team: Team) -> str:
    return reverse("orgs:real_org", args=[team.pk])


def typed(app: ClientApp, address: str) -> dict[str, str]:
    return {"client_id": f" {app.client_id} ", "client_secret": app.secret, "address": address}


def kinds() -> list[str]:
    return list(AuditEntry.objects.filter(kind__startswith="orgs.app").values_list("kind", flat=True))


def test_what_an_owner_pastes_is_used_at_once_and_shown_to_nobody(
    browser: BrowserOf, sf_org: MakeStandInOrg, registered: ClientApp, priya: User, dana: User, page: str
) -> None:
    owner = browser(priya)
    before = owner.site.get(page).content.decode()
    assert "http://localhost:8000/orgs/callback/" in before
    said = owner.site.post(page, typed(registered, owner.stand.url), follow=True).content.decode()
    assert "stored, encrypted" in said
    assert registered.client_id not in said
    assert registered.secret not in said + str(list(AuditEntry.objects.values()))
    person = browser(dana)
    start = person.start()
    assert parse_qs(urlsplit(start).query)["client_id"] == [registered.client_id]
    person.back(person.at_salesforce(start, admin_of(sf_org())))
    connection = Connection.objects.get()
    assert connection.client_id == registered.client_id
    assert tokens.refresh(connection.pk, connection.access_token.reveal())

    fresh = client_apps.rotate_secret(owner.stand.world, registered.client_id)
    owner.site.post(page, {**typed(registered, owner.stand.url), "client_secret": fresh})
    connection.refresh_from_db()
    assert tokens.refresh(connection.pk, connection.access_token.reveal())

    told = owner.site.post(reverse("orgs:remove_app", args=[RegisteredApp.objects.get().pk]), follow=True)
    assert "One org was connected through it" in told.content.decode()
    assert kinds() == ["orgs.app_added", "orgs.app_replaced", "orgs.app_removed"]
    connection.refresh_from_db()
    with pytest.raises(NeedsReconnecting) as lost:
        tokens.refresh(connection.pk, connection.access_token.reveal())
    assert lost.value.code == "APP_REMOVED"
    assert parse_qs(urlsplit(person.start()).query)["client_id"] == [STAND_INS_PAIR[0]]


def test_it_is_that_teams_and_goes_before_the_environment(
    signed_in: SignedIn, priya: User, dana: User, page: str, settings: Settings
) -> None:
    settings.SALESFORCE_CLIENT_ID = "of-the-environment"
    other = Team.objects.create(name="Other")
    stranger = User.objects.create_user("olga@example.com", name="Olga")
    Membership.objects.create(team=other, user=stranger, role="consultant")
    signed_in(priya).post(page, {"client_id": "packaged", "client_secret": "s1", "every_org": "on"})
    local = {"client_id": "local", "client_secret": "s2", "address": "acme.lightning.force.com"}
    signed_in(priya).post(page, local)

    def used(user: User, **where: str) -> str:
        start = signed_in(user).post(reverse("orgs:connect"), where)["Location"]
        return parse_qs(urlsplit(start).query)["client_id"][0]

    assert used(dana, where="my_domain", address="acme.my.salesforce.com") == "local"
    assert used(dana, where="production") == "packaged"
    assert used(stranger, where="production") == "of-the-environment"
    assert Org.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"client_secret": ""}, "Paste the Consumer Secret."),
        ({"client_secret": "3MVG9key"}, "This is the Consumer Key again."),
        ({"client_id": "3MVG9 key"}, "There is a blank or a foreign sign in it."),
        ({"address": "login.salesforce.com"}, "An app of one org is not known there."),
        ({"address": "evil.example"}, "salesforce.com"),
    ],
)
def test_what_can_not_be_right_is_refused_and_the_secret_is_not_sent_back(
    signed_in: SignedIn, priya: User, page: str, change: dict[str, str], says: str
) -> None:
    right = {"client_id": "3MVG9key", "client_secret": "A-SECRET", "address": "acme.my.salesforce.com"}
    answer = signed_in(priya).post(page, right | change)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "A-SECRET" not in answer.content.decode()
    assert not RegisteredApp.objects.exists()


def test_an_address_that_salesforce_refuses_is_told_before_it_is_typed(
    signed_in: SignedIn, priya: User, page: str, settings: Settings
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    assert "Salesforce refuses this address" in signed_in(priya).get(page).content.decode()


def test_who_was_away_for_long_is_asked_who_they_are(signed_in: SignedIn, priya: User, page: str) -> None:
    assert "next=" in signed_in(priya, lately=False).get(page)["Location"]


def test_without_any_app_an_owner_is_led_to_the_page(
    signed_in: SignedIn, priya: User, dana: User, page: str, settings: Settings
) -> None:
    settings.SALESFORCE_CLIENT_ID = ""
    for person, led in ((priya, True), (dana, False)):
        told = signed_in(person).post(reverse("orgs:connect"), {"where": "production"}).content.decode()
        assert 'data-code="not_configured"' in told
        assert (f'href="{page}"' in told) is led


def test_an_app_that_is_minutes_old_and_one_whose_secret_was_rotated_are_told_apart(
    browser: BrowserOf, sf_org: MakeStandInOrg, priya: User, page: str, stand: Stand
) -> None:
    callback = "http://localhost:8000/orgs/callback/"
    young = client_apps.register(
        stand.world, {"label": "Young", "callbacks": [callback], "ready_in_seconds": 600}
    )
    owner = browser(priya)
    owner.site.post(page, typed(young, owner.stand.url))
    stranded = owner.http.get(owner.start(), timeout=60)
    assert "invalid_client_id" in stranded.url + stranded.text
    told = owner.site.post(reverse("orgs:stranded"), {"address": stranded.url}).content.decode()
    assert "within the last ten minutes" in told

    ready = client_apps.register(stand.world, {"label": "Ready", "callbacks": [callback]})
    owner.site.post(page, typed(ready, owner.stand.url))
    back = owner.at_salesforce(owner.start(), admin_of(sf_org()))
    client_apps.rotate_secret(stand.world, ready.client_id)
    told = owner.back(back).content.decode()
    assert 'data-code="invalid_client"' in told
    assert f'href="{page}"' in told
