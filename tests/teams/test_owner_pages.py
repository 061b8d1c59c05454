"""The owner's pages: members, roles, removing somebody, asking for second factors, connections."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from lxml import html

from orgs.fields import Secret
from orgs.models import Connection, Org, Revocation
from teams.access import ALLOWED, Action
from teams.membership import members
from teams.models import Membership, Role
from tests.conftest import PASSWORD


@pytest.fixture
def owner(priya, signed_in):
    return signed_in(priya)


def member_page(user, more: str = "") -> str:
    return f"/team/members/{Membership.objects.get(user=user).key}/{more}"


def connect(team, user, name: str = "Northwind") -> Org:
    org = Org.objects.create(
        team=team, org_id="00D000000000001AAA" if name == "Northwind" else "00D000000000002AAA",
        name=name, is_sandbox=False, instance_url="https://n.my.salesforce.com",
        login_origin="https://login.salesforce.com", api_version="66.0",
    )  # fmt: skip
    Connection.objects.create(
        org=org, state="connected", access_token=Secret("a"), refresh_token=Secret("r"),
        user_id="005", username="admin@n.example", granted_by=user,
    )  # fmt: skip
    return org


def test_an_owner_sees_who_is_in_the_team_and_what_each_may_do(owner, team, dana, sam):
    page = owner.get(f"/team/{team.pk}/").content.decode()
    for word in (
        "Dana Whitfield",
        "Sam Okafor",
        "Consultant",
        "Support",
        "Second factor: on",
        "No second factor",
    ):
        assert word in page
    assert "Changes nothing" in page, "what a viewer may do"


def test_who_can_do_what_is_told_as_it_is_answered(owner, team):
    page = html.fromstring(owner.get(f"/team/{team.pk}/").content)
    roles = [
        cell.text_content() for cell in page.xpath("//table[contains(@class,'who-may')]//thead/tr/th")[1:]
    ]
    assert roles == [role.label for role in Role]
    rows = page.xpath("//table[contains(@class,'who-may')]//tbody/tr")
    assert len(rows) == len(Action)
    for action, row in zip(Action, rows, strict=True):
        told = [cell.text_content().strip() for cell in row.xpath("td")]
        assert [each != "No" for each in told] == [action in ALLOWED[role] for role in Role], action
        assert told[-1] in ("No", "Their part only"), "a guest"


def test_before_somebody_is_removed_the_page_says_all_that_stops(owner, dana):
    said = " ".join(owner.get(member_page(dana, "remove/")).content.decode().split())
    for words in (
        "signed out everywhere",
        "Links and invitations",
        "stop after the change",
        "until you revoke",
    ):
        assert words in said


def test_the_one_team_is_opened_at_once(owner, team):
    assert owner.get("/team/")["Location"] == f"/team/{team.pk}/"


def test_a_role_is_set(owner, dana):
    owner.post(member_page(dana), {"role": "support"})
    assert Membership.objects.get(user=dana).role == Role.SUPPORT


@pytest.mark.parametrize("role", ["", "emperor", "guest"])
def test_a_role_that_no_member_has_is_refused(role, owner, dana):
    assert owner.post(member_page(dana), {"role": role}).status_code == 422
    assert Membership.objects.get(user=dana).role == Role.CONSULTANT


def test_the_last_owner_keeps_the_role_and_stays(owner, priya):
    owner.post(member_page(priya), {"role": "viewer"})
    owner.post(member_page(priya, "remove/"))
    assert Membership.objects.get(user=priya).role == Role.OWNER
    with pytest.raises(members.LastOwner):
        members.remove(Membership.objects.get(user=priya))


def test_an_owner_with_another_owner_may_go(owner, priya, person, team):
    person("Olga Owner", team, Role.OWNER)
    answer = owner.post(member_page(priya), {"role": "viewer"})
    assert answer["Location"] == "/"
    assert Membership.objects.get(user=priya).role == Role.VIEWER


def test_who_is_removed_is_signed_out_everywhere_and_sees_nothing(owner, dana):
    phone, desk = Client(), Client()
    for browser in (phone, desk):
        browser.post("/account/login/", {"login": dana.email, "password": PASSWORD})
        assert browser.get("/").status_code == 200
    keys = [browser.session.session_key for browser in (phone, desk)]
    assert "signed out everywhere" in owner.get(member_page(dana, "remove/")).content.decode()
    owner.post(member_page(dana, "remove/"))
    assert not Membership.objects.filter(user=dana).exists()
    assert not UserSession.objects.filter(user=dana).exists()
    assert not Session.objects.filter(session_key__in=keys).exists()
    for browser in (phone, desk):
        assert browser.get("/")["Location"].startswith("/account/login/")


def test_the_connections_of_who_was_removed_are_offered_for_revocation(owner, team, dana, priya):
    left, kept = connect(team, dana), connect(team, priya, "Contoso")
    page = owner.post(member_page(dana, "remove/"), follow=True).content.decode()
    assert page.index("Northwind") < page.index("Contoso"), "first those whose maker left"
    assert "Keep those" in page
    assert "not in the team any more" in page
    owner.post(f"/orgs/of-team/{team.pk}/revoke/")
    left.connection.refresh_from_db()
    kept.connection.refresh_from_db()
    assert (left.connection.state, kept.connection.state) == ("revoked", "connected")
    assert not left.connection.refresh_token
    assert Revocation.objects.get().org_name == "Northwind", "Salesforce is told by a worker"


def test_an_owner_ends_one_connection(owner, team, dana):
    org = connect(team, dana)
    assert "admin@n.example" in owner.get(f"/orgs/of-team/{team.pk}/").content.decode()
    owner.post(f"/orgs/{org.pk}/revoke/")
    org.connection.refresh_from_db()
    assert org.connection.state == "revoked"


def test_the_switch_for_second_factors_is_kept(owner, team):
    for value in ("1", "0"):
        owner.post(f"/team/{team.pk}/two-factor/", {"require": value})
        team.refresh_from_db()
        assert team.require_two_factor is (value == "1")


@pytest.mark.parametrize(("tryout", "demo"), [(True, True), (True, False), (False, True)])
def test_that_demo_people_need_no_second_factor_is_said_where_there_are_any(
    tryout, demo, settings, owner, team, dana
):
    settings.TRYOUT = tryout
    type(dana).objects.filter(pk=dana.pk).update(is_demo=demo)
    said = "Not the demo people of this try-out" in owner.get(f"/team/{team.pk}/").content.decode()
    assert said is (tryout and demo)


def test_two_owners_who_remove_each_other_leave_one(team, priya, person):
    other = person("Olga Owner", team, Role.OWNER)
    members.remove(Membership.objects.get(user=other))
    with pytest.raises(members.LastOwner):
        members.remove(Membership.objects.get(user=priya))


def test_a_new_password_ends_the_other_sessions(client, dana):
    other = Client()
    for browser in (client, other):
        browser.post("/account/login/", {"login": dana.email, "password": PASSWORD})
    new = "another long password"
    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert client.get("/").status_code == 200
    assert not Session.objects.filter(session_key=other.session.session_key).exists()


def test_the_list_of_sessions_ends_the_others(client, dana):
    other = Client()
    for browser in (client, other):
        browser.post("/account/login/", {"login": dana.email, "password": PASSWORD})
    assert "This one" in client.get("/account/sessions/").content.decode()
    client.post("/account/sessions/")
    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 302


def test_the_own_name_leads_to_the_account_page(dana, signed_in):
    browser = signed_in(dana)
    assert 'href="/account/"' in browser.get("/").content.decode()
    page = browser.get("/account/").content.decode()
    for word in ("Password", "Second factor", "Where you are signed in", dana.email):
        assert word in page
