from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from orgs.fields import Secret
from orgs.models import Connection, Org, Revocation
from orgs.oauth import ClientCredentials
from orgs.sign_in import pending
from simulator.faults import Rule
from simulator.org.store import Org as StandInOrg
from simulator.server import Stand
from teams.models import Team, User
from tests.answers import Answer
from tests.fixture_types import BrowserOf, Connected, MakeStandInOrg, SignedIn
from tests.orgs.salesforce.scripted import Reply, answering
from tests.orgs.stand_in import admin_of
from wizard.models import Setup

pytestmark = pytest.mark.django_db


def code_of(response: Answer) -> str:
    html = response.content.decode()
    assert "Traceback" not in html
    return str(html.partition('data-code="')[2].partition('"')[0])


def grants(stand: Stand) -> int:
    with stand.world.lock:
        return sum(not token["used"] for token in stand.world.extra.get("refresh_tokens", {}).values())


def test_an_org_is_connected_by_its_real_sign_in(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User, team: Team
) -> None:
    theirs = sf_org("fresh", name="Northwind Traders")
    response = browser(dana).connect(admin_of(theirs))
    org = Org.objects.get()
    assert response["Location"] == reverse("wizard:opened", args=[org.pk])
    assert (org.team, org.org_id, org.name, org.is_sandbox) == (team, theirs.id, "Northwind Traders", True)
    assert org.kind_label == "Sandbox"
    assert org.api_version == "66.0"
    connection = org.connection
    assert connection.state == Connection.State.CONNECTED
    assert connection.username == admin_of(theirs)
    assert connection.user_id == theirs.admin_id
    assert connection.granted_by == dana
    assert set(connection.scopes.split()) == {"api", "refresh_token", "openid"}


def test_what_the_org_offers_is_known_from_the_first_moment(connected: Connected) -> None:
    org, _ = connected("fresh")
    assert "PermissionsViewSetup" in org.known["fields"]["UserPermissionAccess"]
    assert "OptionsAllowAdminApprovedUsersOnly" in org.known["fields"]["ConnectedApplication"]
    assert org.known["package_version"]
    missing, _ = connected("package_missing")
    assert missing.known["unreadable"]["et4ae5__Configuration__c"] == "NOT_FOUND"
    assert missing.known["package_version"] is None


def test_connecting_costs_at_most_three_api_calls(
    allowed: Stand, browser: BrowserOf, sf_org: MakeStandInOrg, dana: User
) -> None:
    theirs = sf_org()
    mark = allowed.world.mark()
    browser(dana).connect(admin_of(theirs))
    assert allowed.world.api_calls_since(mark, theirs.id) <= 3


def test_tokens_are_encrypted_in_the_database_and_shown_nowhere(connected: Connected) -> None:
    from django.db import connection as database

    org, theirs = connected()
    token = org.connection.access_token.reveal()
    assert token.startswith(theirs.id[:15])
    with database.cursor() as cursor:
        cursor.execute("SELECT access_token, refresh_token FROM orgs_connection")
        stored = str(cursor.fetchall())
    assert token not in stored
    for shown in (
        repr(org.connection),
        str(org.connection),
        f"{org.connection.access_token}",
        repr(org.connection.__dict__),
    ):
        assert token not in shown


def test_the_address_asks_for_pkce_and_the_least_scopes(browser: BrowserOf, dana: User) -> None:
    query = parse_qs(urlsplit(browser(dana).start()).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["scope"] == ["api refresh_token openid"]
    assert query["redirect_uri"] == ["http://localhost:8000/orgs/callback/"]
    assert "connect-guide-stand-in" in query["client_id"]
    assert "secret" not in str(query)


def test_the_language_of_their_salesforce_is_known_from_the_same_answers(
    browser: Any, sf_org: Any, dana: Any
) -> None:
    theirs = sf_org("fresh")
    for language in ("pt_BR", "en_US", "x" * 300):
        theirs.switches.language = language
        browser(dana).connect(admin_of(theirs))
        connection = Connection.objects.get(org__org_id=theirs.id)
        assert connection.language == language[:20]


def test_the_same_org_is_reconnected_rather_than_doubled(
    browser: BrowserOf, allowed: Stand, sf_org: MakeStandInOrg, dana: User, sam: User
) -> None:
    theirs = sf_org()
    browser(dana).connect(admin_of(theirs))
    before = grants(allowed)
    browser(sam).connect(admin_of(theirs))
    org = Org.objects.get()
    assert org.connection.granted_by == sam
    assert Revocation.objects.count() == 1, "the grant that was replaced has to end"
    assert grants(allowed) == before + 1


def another_admin(theirs: StandInOrg) -> str:
    """A second Salesforce user of the org who may sign in to our app."""
    (row,) = theirs.find("User", Id=theirs.extra["limited_admin_id"])
    return str(row["Username"])


def test_a_sign_in_that_names_no_org_asks_who_it_is_and_takes_no_live_connection_over(
    browser: BrowserOf, allowed: Stand, sf_org: MakeStandInOrg, dana: User, sam: User
) -> None:
    theirs = sf_org()
    browser(dana).connect(admin_of(theirs))
    before, person = grants(allowed), browser(sam)
    assert parse_qs(urlsplit(person.start()).query)["prompt"] == ["login"]
    answer = person.connect(another_admin(theirs))
    connection = Org.objects.get().connection
    assert (connection.username, connection.granted_by) == (admin_of(theirs), dana)
    assert grants(allowed) == before, "what was not needed was ended at once"
    page = person.site.get(answer["Location"]).content.decode()
    assert f"is connected already, as {admin_of(theirs)}." in page


def test_another_salesforce_user_at_a_new_sign_in_is_said_on_the_page_and_in_the_history(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User
) -> None:
    theirs = sf_org()
    person = browser(dana)
    person.connect(admin_of(theirs))
    org = Org.objects.get()
    start = person.site.post(reverse("orgs:reconnect", args=[org.pk]), {"as_another": "1"})["Location"]
    answer = person.back(person.at_salesforce(start, another_admin(theirs)))
    now, before = another_admin(theirs), admin_of(theirs)
    page = person.site.get(answer["Location"], follow=True).content.decode()
    assert f"From now on we work in {org.name} as {now}. Before, it was {before}." in page
    told = Setup.objects.get().events.get(kind="user_changed")
    assert told.data == {"earlier": before, "username": now}
    history = reverse("wizard:history", args=[told.setup_id])
    assert f"{now}, before {before}" in person.site.get(history).content.decode()


def test_each_team_has_its_own_connection(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User, stranger: User
) -> None:
    theirs = sf_org()
    browser(dana).connect(admin_of(theirs))
    browser(stranger).connect(admin_of(theirs))
    assert Org.objects.count() == 2


@pytest.mark.parametrize(
    ("state", "code"),
    [("blocked", "blocked"), ("not_approved", "not_approved"), ("unexpected", "generic")],
)
def test_an_error_on_return_is_explained(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User, state: str, code: str
) -> None:
    theirs = sf_org()
    theirs.switches.our_app = state
    response = browser(dana).connect(admin_of(theirs))
    assert response.status_code == 400
    assert code_of(response) == code
    assert not Org.objects.exists()


def test_denying_is_explained(browser: BrowserOf, sf_org: MakeStandInOrg, dana: User) -> None:
    response = browser(dana).connect(admin_of(sf_org()), answer="deny")
    assert code_of(response) == "access_denied"


@pytest.mark.parametrize("answer", ["deny", "allow"])
def test_a_problem_is_told_at_an_address_that_has_no_code_and_stays_until_the_next_sign_in(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User, answer: str
) -> None:
    theirs = sf_org()
    theirs.switches.api_limit = 0
    person = browser(dana)
    parts = urlsplit(person.at_salesforce(person.start(), admin_of(theirs), answer))
    came = person.site.get(f"{parts.path}?{parts.query}")
    assert (came.status_code, came["Location"]) == (302, reverse("orgs:problem"))
    code = code_of(person.site.get(came["Location"]))
    assert code == ("access_denied" if answer == "deny" else "limit_reached")
    assert code_of(person.site.get(came["Location"])) == code, "it can be loaded again"
    assert "verifier" not in str(person.site.session["sign_in_problem"]).replace("'verifier': ''", "")
    theirs.switches.api_limit = 15_000
    person.connect(admin_of(theirs))
    assert code_of(person.site.get(came["Location"])) == "state_lost"


def test_who_is_signed_out_comes_to_the_sign_in_page_without_the_code(client: Client) -> None:
    response = client.get(reverse("orgs:callback"), {"code": "aPrx-a-code", "state": "a-state"})
    assert response["Location"] == f"{reverse('account_login')}?next={reverse('orgs:problem')}"


def test_an_app_that_is_not_installed_strands_the_person_and_the_pasted_address_explains_it(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User
) -> None:
    theirs = sf_org("our_app_not_installed")
    person = browser(dana)
    address = person.at_salesforce(person.start(), admin_of(theirs))
    assert "RemoteAccessErrorPage" in address
    response = person.site.post(reverse("orgs:stranded"), {"address": address})
    assert code_of(response) == "app_not_installed"
    assert "click Install" in response.content.decode()


def test_several_tabs_sign_in_side_by_side(browser: BrowserOf, sf_org: MakeStandInOrg, dana: User) -> None:
    one, two = sf_org(), sf_org()
    person, other_tab = browser(dana), browser(dana)
    other_tab.site = person.site
    first, second = person.start(), other_tab.start()
    back_two = other_tab.at_salesforce(second, admin_of(two))
    back_one = person.at_salesforce(first, admin_of(one))
    assert other_tab.back(back_two).status_code == 302
    assert person.back(back_one).status_code == 302
    assert {org.org_id for org in Org.objects.all()} == {one.id, two.id}


def test_reload_after_success_leads_to_the_org_and_changes_nothing(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User
) -> None:
    person = browser(dana)
    address = person.at_salesforce(person.start(), admin_of(sf_org()))
    person.back(address)
    before = Connection.objects.get().granted_at
    again = person.back(address)
    assert again["Location"] == reverse("wizard:opened", args=[Org.objects.get().pk])
    assert Connection.objects.get().granted_at == before


def test_a_state_of_another_browser_is_refused(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User, sam: User
) -> None:
    mine = browser(dana)
    address = mine.at_salesforce(mine.start(), admin_of(sf_org()))
    assert code_of(browser(sam).back(address)) == "state_lost"
    assert code_of(browser(sam).back("http://x/orgs/callback/")) == "state_lost"
    assert not Org.objects.exists()


def test_a_sign_in_expires(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = browser(dana)
    address = person.at_salesforce(person.start(), admin_of(sf_org()))
    monkeypatch.setattr(pending, "LIFETIME", -1)
    assert code_of(person.back(address)) == "state_expired"
    assert code_of(person.back(address)) == "state_used"


def test_a_code_that_is_too_old_is_explained(
    browser: BrowserOf, allowed: Stand, sf_org: MakeStandInOrg, dana: User
) -> None:
    person = browser(dana)
    address = person.at_salesforce(person.start(), admin_of(sf_org()))
    with allowed.world.lock:
        for code in allowed.world.extra["codes"].values():
            code["used"] = True
    assert code_of(person.back(address)) == "code_expired"


def test_a_wrong_secret_and_an_unknown_client_are_told_apart(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User, settings: Settings
) -> None:
    person = browser(dana)
    address = person.at_salesforce(person.start(), admin_of(sf_org()))
    settings.SALESFORCE_EXTRA_CLIENTS = {person.stand.url: ("connect-guide-stand-in", "wrong")}
    assert code_of(person.back(address)) == "invalid_client"
    settings.SALESFORCE_CLIENT_ID = ""
    assert code_of(person.site.post(reverse("orgs:connect"), {"where": "production"})) == "not_configured"


def test_no_answer_is_explained_and_leaves_nothing(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = browser(dana)
    address = person.at_salesforce(person.start(), admin_of(sf_org()))
    monkeypatch.setattr(
        "orgs.hosts.token_endpoint", lambda origin: "http://127.0.0.1:9/services/oauth2/token"
    )
    assert code_of(person.back(address)) == "no_network"
    assert not Org.objects.exists()


def test_an_answer_for_another_host_is_refused_and_its_grant_ended(
    browser: BrowserOf, allowed: Stand, sf_org: MakeStandInOrg, dana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = browser(dana)
    address = person.at_salesforce(person.start(), admin_of(sf_org()))
    before = grants(allowed)
    monkeypatch.setattr("simulator.oauth.token.origin", lambda: "https://evil.my.salesforce.com")
    response = person.back(address)
    assert code_of(response) == "wrong_host"
    assert grants(allowed) == before
    assert not Org.objects.exists()
    assert not Revocation.objects.exists()


def test_an_error_while_looking_around_ends_the_new_grant(
    browser: BrowserOf, allowed: Stand, sf_org: MakeStandInOrg, dana: User
) -> None:
    theirs = sf_org()
    theirs.switches.api_limit = 0
    before = grants(allowed)
    response = browser(dana).connect(admin_of(theirs))
    assert code_of(response) == "limit_reached"
    assert grants(allowed) == before


def test_reconnecting_must_be_the_same_org(
    browser: BrowserOf, allowed: Stand, sf_org: MakeStandInOrg, dana: User
) -> None:
    mine, other = sf_org(name="Northwind Traders"), sf_org(name="Contoso Retail")
    person = browser(dana)
    person.connect(admin_of(mine))
    org = Org.objects.get()
    before = grants(allowed)
    start = person.site.post(reverse("orgs:reconnect", args=[org.pk]), {"as_another": "1"})["Location"]
    assert "prompt=login" in start
    response = person.back(person.at_salesforce(start, admin_of(other)))
    assert code_of(response) == "different_org"
    assert "Northwind Traders" in response.content.decode()
    assert "Contoso Retail" in response.content.decode()
    assert grants(allowed) == before, "the other org's grant was revoked at once"
    assert Org.objects.get().connection.is_connected


@pytest.mark.parametrize(
    "name", ["Northwind Traders", "northwind  traders", "Northwind\u00a0Traders", " NORTHWIND TRADERS "]
)
def test_a_refreshed_sandbox_is_told_from_a_wrong_sign_in_and_can_be_started_anew(
    browser: BrowserOf, allowed: Stand, sf_org: MakeStandInOrg, dana: User, name: str
) -> None:
    old, new = sf_org(name="Northwind Traders"), sf_org("sandbox_copy", name=name)
    person = browser(dana)
    person.connect(admin_of(old))
    org = Org.objects.get()
    before = grants(allowed)
    start = person.site.post(reverse("orgs:reconnect", args=[org.pk]), {"as_another": "1"})["Location"]
    response = person.back(person.at_salesforce(start, admin_of(new)))
    assert code_of(response) == "same_name_org"
    page = response.content.decode()
    assert "new org id" in page
    assert "Start a setup in that org" in page
    assert grants(allowed) == before
    browser(dana).connect(admin_of(new))
    assert {each.org_id for each in Org.objects.all()} == {old.id, new.id}


@pytest.mark.parametrize(
    ("error", "description"),
    [
        ("invalid_client_id", "client identifier invalid"),
        ("OAUTH_EC_APP_NOT_FOUND", "External client app is not installed in this org"),
        ("OAUTH_APPROVAL_ERROR_GENERIC", "An unexpected error has occurred"),
        ("invalid_client", "app must be installed into org"),
    ],
)
@pytest.mark.parametrize("where", ["production", "sandbox", "my_domain"])
def test_an_app_of_one_org_that_the_central_address_does_not_know_is_sent_to_the_orgs_own(
    browser: BrowserOf, dana: User, where: str, error: str, description: str
) -> None:
    person = browser(dana)
    to = person.start(where=where, address="acme.my.salesforce.com" if where == "my_domain" else "")
    state = parse_qs(urlsplit(to).query)["state"][0]
    answer = {"state": state, "error": error, "error_description": description}
    person.site.get(reverse("orgs:callback"), answer)
    page = person.site.get(reverse("orgs:problem")).content.decode()
    assert ("Choose the org&#x27;s own address (My Domain)" in page) == (where != "my_domain")


def test_an_external_client_app_that_is_not_there_is_explained_with_a_text_for_an_admin(
    browser: BrowserOf, dana: User
) -> None:
    person = browser(dana)
    state = parse_qs(urlsplit(person.start()).query)["state"][0]
    answer = {"state": state, "error": "OAUTH_EC_APP_NOT_FOUND", "error_description": "External client app"}
    person.site.get(reverse("orgs:callback"), answer)
    response = person.site.get(reverse("orgs:problem"))
    assert code_of(response) == "ec_app_missing"
    page = response.content.decode()
    assert "External Client App" in page
    assert 'class="copy"' in page
    assert "don&#x27;t know" not in page


def answered_by(monkeypatch: pytest.MonkeyPatch, reply: Reply, back: Any) -> Any:
    with answering(reply) as script, monkeypatch.context() as patch:
        patch.setattr("orgs.hosts.token_endpoint", lambda origin: script.url)
        return back()


def test_an_org_that_has_moved_is_signed_in_to_at_its_new_address(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = sf_org()
    person = browser(dana)
    address = person.at_salesforce(person.start(), admin_of(theirs))
    moved = Reply(302, b"", {"Location": "https://acme-new.my.salesforce.com/services/oauth2/token"})
    response = answered_by(monkeypatch, moved, lambda: person.back(address))
    assert code_of(response) == "org_moved"
    page = response.content.decode()
    assert "Sign in at acme-new.my.salesforce.com" in page
    assert 'name="address" value="https://acme-new.my.salesforce.com"' in page
    assert "not available" not in page


def test_an_org_that_has_moved_is_bound_again_by_its_id(
    browser: BrowserOf,
    sf_org: MakeStandInOrg,
    dana: User,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    theirs = sf_org()
    person = browser(dana)
    person.connect(admin_of(theirs))
    org = Org.objects.get()
    new = person.stand.url.replace("localhost", "127.0.0.1")
    settings.SALESFORCE_EXTRA_ORIGINS = [person.stand.url, new]
    start = person.site.post(reverse("orgs:reconnect", args=[org.pk]))["Location"]
    address = person.at_salesforce(start, admin_of(theirs))
    moved = Reply(307, b"", {"Location": new + "/services/oauth2/token"})
    response = answered_by(monkeypatch, moved, lambda: person.back(address))
    assert code_of(response) == "org_moved"
    assert f'action="{reverse("orgs:reconnect", args=[org.pk])}"' in response.content.decode()
    assert Org.objects.get().sign_in_at == new
    start = person.site.post(reverse("orgs:reconnect", args=[org.pk]))["Location"]
    assert start.startswith(new)
    there = browser(dana)
    there.site, there.stand = person.site, replace(person.stand, url=new)
    assert there.back(there.at_salesforce(start, admin_of(theirs))).status_code == 302
    known = Org.objects.get()
    assert (known.pk, known.instance_url, known.login_origin, known.moved_to) == (org.pk, new, new, "")


@pytest.mark.parametrize(
    "words",
    [
        "This session is not valid for use with the REST API",
        "Session expired or invalid",
        "Session locked to another IP address",
        "Words that nobody has reported yet",
    ],
)
def test_a_fresh_session_that_is_refused_names_the_causes_and_who_can_change_them(
    browser: BrowserOf, allowed: Stand, sf_org: MakeStandInOrg, dana: User, words: str
) -> None:
    theirs = sf_org()
    person = browser(dana)
    address = person.at_salesforce(person.start(), admin_of(theirs))
    rule = Rule("refused", kind="rest", code="INVALID_SESSION_ID", status=401, message=words)
    number = allowed.world.faults.add(rule)
    try:
        response = person.back(address)
    finally:
        allowed.world.faults.remove(number)
    assert code_of(response) == "session_refused"
    page = response.content.decode()
    for cause in ("Lock sessions to the IP address", "High Assurance", "API Access Control", "(api)"):
        assert cause in page
    assert words in page
    assert "A Salesforce admin of this org." in page
    assert not Org.objects.exists()


@pytest.mark.parametrize(
    ("scopes", "told"),
    [
        ("api openid", {}),
        ("api", {}),
        ("api openid", {"refresh_token": ""}),
        ("api", {"refresh_token": None}),
    ],
)
def test_a_sign_in_without_a_refresh_token_says_that_it_ends_within_hours(
    browser: BrowserOf,
    sf_org: MakeStandInOrg,
    dana: User,
    monkeypatch: pytest.MonkeyPatch,
    scopes: str,
    told: dict[str, Any],
) -> None:
    from simulator.oauth import token

    theirs = sf_org()
    person = browser(dana)
    address = person.at_salesforce(person.start(), admin_of(theirs))
    whole = token._answer

    def without(*args: Any, **more: Any) -> dict[str, Any]:
        answer = whole(*args, **more)
        del answer["refresh_token"]
        return answer | {"scope": scopes} | told

    monkeypatch.setattr(token, "_answer", without)
    response = person.back(address)
    assert response.status_code == 302
    page = person.site.get(response["Location"], follow=True).content.decode()
    assert "the connection will end within hours" in page
    assert "A Salesforce admin can put that right" in page


def test_a_sign_in_with_a_refresh_token_warns_of_nothing(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User
) -> None:
    person = browser(dana)
    response = person.connect(admin_of(sf_org()))
    assert "within hours" not in person.site.get(response["Location"], follow=True).content.decode()


def test_a_one_time_code_that_is_still_worked_on_is_asked_for_again(
    browser: BrowserOf, allowed: Stand, sf_org: MakeStandInOrg, dana: User
) -> None:
    person = browser(dana)
    address = person.at_salesforce(person.start(), admin_of(sf_org()))
    busy: dict[str, Any] = {"code": "invalid_grant", "message": "token request is already being processed"}
    allowed.world.faults.add(Rule("refused", kind="code", times=1, **busy))
    try:
        assert person.back(address).status_code == 302
    finally:
        allowed.world.faults.clear()
    assert Connection.objects.get().is_connected


def test_reconnecting_the_same_org_goes_where_the_person_was(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User
) -> None:
    theirs = sf_org()
    person = browser(dana)
    person.connect(admin_of(theirs))
    org = Org.objects.get()
    for wanted, goes_to in (
        ("/orgs/connect/", "/orgs/connect/"),
        ("https://evil.com/", reverse("wizard:opened", args=[org.pk])),
        ("//evil.com/", reverse("wizard:opened", args=[org.pk])),
    ):
        start = person.site.post(reverse("orgs:reconnect", args=[org.pk]), {"next": wanted})["Location"]
        assert person.back(person.at_salesforce(start, admin_of(theirs)))["Location"] == goes_to


def test_to_reconnect_an_org_that_is_watched_begins_no_setup_and_to_connect_it_asks(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User
) -> None:
    theirs = sf_org()
    person = browser(dana)
    person.connect(admin_of(theirs))
    Setup.objects.update(finished_at=timezone.now(), keep_watching=True)
    start = person.site.post(reverse("orgs:reconnect", args=[Org.objects.get().pk]))["Location"]
    person.back(person.at_salesforce(start, admin_of(theirs)))
    assert Setup.objects.count() == 1
    asked = person.connect(admin_of(theirs))["Location"]
    assert asked == f"{reverse('wizard:opened', args=[Org.objects.get().pk])}?ask"
    assert Setup.objects.count() == 1


def test_an_org_with_its_own_app_signs_in_with_its_own_pair(
    browser: BrowserOf, connected: Connected, dana: User
) -> None:
    org, _ = connected()
    org.client_id, org.client_secret = "of-this-org", "secret-of-this-org"
    org.save()
    start = browser(dana).site.post(reverse("orgs:reconnect", args=[org.pk]))["Location"]
    assert parse_qs(urlsplit(start).query)["client_id"] == ["of-this-org"]
    assert Org.objects.get(pk=org.pk).own_pair() == ("of-this-org", "secret-of-this-org")
    assert "secret" not in repr(ClientCredentials(*Org.objects.get(pk=org.pk).own_pair()))  # type: ignore[misc]


def test_an_org_with_its_own_app_keeps_no_grant_of_ours(
    browser: BrowserOf, allowed: Stand, connected: Connected, dana: User
) -> None:
    """It could be renewed with neither pair: the connection would be lost with the first access token."""
    org, theirs = connected()
    Org.objects.update(client_id="of-this-org", client_secret=Secret("secret-of-this-org"))
    before, token = grants(allowed), org.connection.refresh_token.reveal()
    response = browser(dana).connect(admin_of(theirs))
    assert code_of(response) == "own_app"
    assert f'action="{reverse("orgs:reconnect", args=[org.pk])}"' in response.content.decode()
    assert grants(allowed) == before, "the grant was revoked at once"
    assert Org.objects.get().connection.refresh_token.reveal() == token


def test_another_teams_org_does_not_exist(connected: Connected, signed_in: SignedIn, stranger: User) -> None:
    org, _ = connected()
    site = signed_in(stranger)
    for name in ("reconnect", "disconnect"):
        assert site.post(reverse(f"orgs:{name}", args=[org.pk])).status_code == 404
    assert site.get(reverse("orgs:disconnect", args=[org.pk])).status_code == 404


def test_nobody_connects_without_signing_in_here_first(client: Client) -> None:
    for name in ("connect", "callback", "problem", "stranded"):
        assert client.get(reverse(f"orgs:{name}")).status_code == 302
