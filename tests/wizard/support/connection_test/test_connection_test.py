"""A sign-in that only shows what Salesforce answers: each step, its meaning, and nothing is kept."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from orgs.models import Connection, Org, Revocation
from simulator import client_apps
from simulator.org.store import Org as StandInOrg
from simulator.server import Stand
from teams.models import AuditEntry, Team, User
from tests.fixture_types import BrowserOf, MakeStandInOrg
from tests.orgs.stand_in import Browser, admin_of, grants_alive

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(team: Team) -> str:
    return reverse("wizard:connection_test", args=[team.pk])


def begin(person: Browser, page: str, **data: str) -> str:
    answer = person.site.post(page, data or {"where": person.stand.url})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def run(person: Browser, page: str, username: str, **data: str) -> str:
    """The page after a sign-in that came back."""
    back = urlsplit(person.at_salesforce(begin(person, page, **data), username))
    answer = person.site.get(f"{back.path}?{back.query}")
    assert answer["Location"] == page
    return text_of(person.site.get(page).content.decode())


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html.partition("<main")[2])))


def file_of(person: Browser, page: str) -> str:
    return person.site.get(f"{page}protocol.txt").content.decode()


def test_every_step_is_told_and_nothing_is_kept(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User, page: str
) -> None:
    theirs: StandInOrg = sf_org("all_done")
    dana_there = browser(dana)
    told = run(dana_there, page, admin_of(theirs))
    for step in ("Sign-in page (authorize) Salesforce sent you back", "A token, and one to renew it",
                 "It is a", "We use 6", "calls in 24 hours are used", "Version ", "SetupAuditTrail Readable",
                 "You may create the permission set.", "Of 14 assumptions",
                 "Salesforce confirmed that the sign-in has ended."):  # fmt: skip
        assert step in told, step
    assert "Refused" not in told
    assert grants_alive(dana_there.stand, theirs.id) == 0
    assert not Connection.objects.exists()
    assert not Org.objects.exists()
    assert not Revocation.objects.exists()
    assert list(AuditEntry.objects.filter(kind__startswith="orgs.").values_list("kind", flat=True)) == [
        "orgs.tested", "orgs.revoked",
    ]  # fmt: skip


def test_the_protocol_holds_no_secret_and_names_nobody(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User, page: str
) -> None:
    theirs: StandInOrg = sf_org("all_done")
    with browser(dana).stand.world.lock:
        theirs.switches.change(audit_language="de")
    person = browser(dana)
    run(person, page, admin_of(theirs))
    protocol = file_of(person, page)
    kept = protocol + "".join(json.dumps(each.get_decoded()) for each in Session.objects.all())
    with person.stand.world.lock:
        people = list(theirs.rows("User"))
        secrets = [*person.stand.world.tokens, *person.stand.world.extra.get("refresh_tokens", {})]
    assert secrets
    names = {row["Name"] for row in people} - {"Marketing Cloud Connect"}  # the product's too
    for secret in (*secrets, *names, *(row["Username"] for row in people)):
        assert secret not in protocol
    assert not [secret for secret in secrets if secret in kept]
    assert theirs.name not in protocol
    assert "SetupAuditTrail" in protocol


def test_what_is_missing_or_refused_is_explained(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User, page: str
) -> None:
    theirs: StandInOrg = sf_org("package_missing")
    with browser(dana).stand.world.lock:
        admins = {theirs.admin_id, theirs.connection_user_id}
        other = next(row for row in theirs.rows("User") if row["IsActive"] and row["Id"] not in admins)
        for row in ({"Id": other["ProfileId"]}, *theirs.find("PermissionSet", ProfileId=other["ProfileId"])):
            theirs.patch(str(row["Id"]), PermissionsManageUsers=False)
    told = run(browser(dana), page, str(other["Username"]))
    assert "You may not create the permission set: Manage Profiles and Permission Sets is missing." in told
    assert "Install Marketing Cloud Connect in this org first." in told
    assert "et4ae5__Configuration__c Refused: " in told
    assert "VerificationHistory Refused: " in told, "what is seldom read is tried too"
    assert "Who can do this:" in told
    assert "the org does not tell" in told


def test_a_sign_in_that_is_denied_ends_at_its_step(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User, page: str
) -> None:
    person = browser(dana)
    back = urlsplit(person.at_salesforce(begin(person, page), admin_of(sf_org()), answer="deny"))
    assert person.site.get(f"{back.path}?{back.query}")["Location"] == page
    told = text_of(person.site.get(page).content.decode())
    assert "access_denied" in told
    assert "Sign in again and click Allow" in told
    assert told.count("Not reached") == 2
    assert "No sign-in came about" in told


def test_a_secret_that_was_rotated_is_refused_at_the_token(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User, priya: User, page: str, stand: Stand, team: Team
) -> None:
    callback = "http://localhost:8000/orgs/callback/"
    ours = client_apps.register(stand.world, {"label": "Ours", "callbacks": [callback]})
    pasted = {"client_id": ours.client_id, "client_secret": ours.secret, "address": stand.url}
    browser(priya).site.post(reverse("orgs:real_org", args=[team.pk]), pasted)
    client_apps.rotate_secret(stand.world, ours.client_id)
    told = run(browser(dana), page, admin_of(sf_org()))
    assert "Token invalid_client" in told
    assert "Copy the Consumer Secret" in told
    assert ours.secret not in file_of(browser(dana), page)


def test_an_error_that_stays_at_salesforce_is_added_by_its_address(
    browser: BrowserOf, dana: User, page: str, stand: Stand, team: Team
) -> None:
    person = browser(dana)
    begin(person, page)
    assert "has not sent you back yet" in text_of(person.site.get(page).content.decode())
    address = f"{stand.url}/_error?error=redirect_uri_mismatch&error_description=must+match"
    told = person.site.post(f"{page}stranded/", {"address": address}, follow=True).content.decode()
    assert "http://localhost:8000/orgs/callback/" in told
    assert "Compare letter by letter" in text_of(told)
    assert person.site.post(f"{page}stranded/", {"address": address})["Location"] == page


def test_what_differs_is_kept_for_the_org_once_it_is_connected_and_forgotten_again(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User, page: str
) -> None:
    theirs: StandInOrg = sf_org("fresh")
    person = browser(dana)
    with person.stand.world.lock:
        theirs.patch(theirs.app_id, Name="Salesforce Marketing Cloud EU")
    told = run(person, page, admin_of(theirs))
    assert "Once the org is connected, you can keep for it what differs." in told
    person.back(person.at_salesforce(person.start(next=page), admin_of(theirs)))
    org = Org.objects.get()
    html = person.site.get(page).content.decode()
    assert 'value="Salesforce Marketing Cloud EU"' in html
    keep = reverse("wizard:keep_assumption", args=[org.pk])
    name = {"name": "app_name", "value": "Salesforce Marketing Cloud EU"}
    assert "Kept for" in person.site.post(keep, name, follow=True).content.decode()
    org.refresh_from_db()
    assert org.assumptions == {"app_name": "Salesforce Marketing Cloud EU"}
    assert (
        "only such apps are read"
        in person.site.post(keep, name | {"value": "Something"}, follow=True).content.decode()
    )
    again = run(person, page, admin_of(theirs), org=str(org.pk))
    assert "its Name is Salesforce Marketing Cloud EU (app_name)" in again
    person.site.post(keep, name | {"value": ""})
    org.refresh_from_db()
    assert org.assumptions == {}
    assert Connection.objects.get().is_connected, "the test's own end touches no connection"
    assert list(
        AuditEntry.objects.filter(kind__startswith="orgs.assumption").values_list("kind", flat=True)
    ) == ["orgs.assumption_set", "orgs.assumption_forgotten"]


def test_another_org_than_the_one_tested_is_noticed(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User, page: str
) -> None:
    first, second = sf_org("fresh"), sf_org("fresh")
    person = browser(dana)
    person.connect(admin_of(first))
    told = run(person, page, admin_of(second), org=str(Org.objects.get().pk))
    assert "Another org answered than the one that was tested." in told
