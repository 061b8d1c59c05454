"""A client's admin comes by a link: who is let in, into what, and how everybody else is told."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from orgs.models import Connection, Org, Revocation
from simulator.org.store import Org as StandInOrg
from simulator.server import Stand
from teams import links
from teams.models import Membership, Role, SetupGuest, Team, User
from tests.fixture_types import MakeSetup, SignedIn
from tests.orgs.stand_in import admin_of, grants_alive
from tests.wizard.given import given_team
from tests.wizard.guest_browser import GuestBrowser, said_in, send, words
from tests.wizard.harness import SetupHarness
from wizard.actions import guest_links, start
from wizard.guests import invitations
from wizard.messages.render import plain
from wizard.models import GuestInvitation, Setup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stand_in_allowed")]


def limited(theirs: StandInOrg) -> str:
    """The username of another person of that org who may sign in."""
    return str(theirs.tables["User"][theirs.extra["limited_admin_id"]]["Username"])


def name_of(theirs: StandInOrg, user_id: str) -> str:
    return str(theirs.tables["User"][user_id]["Name"])


# -- the link


def test_looking_at_the_link_changes_nothing(desk: SetupHarness) -> None:
    invitation, guest = send(desk.stand, desk.setup, desk.person)
    for look in (guest.site.get, guest.site.head):
        response = look(guest.path)
        assert response.status_code == 200
        assert response["Cache-Control"].find("no-store") >= 0
        assert response["Referrer-Policy"] == "same-origin"
    invitation.refresh_from_db()
    assert invitation.used_at is None
    assert not User.objects.filter(is_guest=True).exists()
    assert "sign_ins" not in guest.site.session


def test_the_page_says_who_asks_for_what_in_which_org(desk: SetupHarness) -> None:
    _, guest = send(desk.stand, desk.setup, desk.person)
    page = words(guest.look())
    for told in (desk.person.name, desk.org.team.name, desk.org.name, "Edit the connected app"):
        assert told in page
    assert "only shows who you are" in page
    assert "Where does the org live?" not in page, "the org's own address is known"


def test_only_the_hash_of_the_token_is_kept(desk: SetupHarness) -> None:
    invitation, link = guest_links.make(desk.setup, ["policies"], desk.person)
    token = link.rstrip("/").rpartition("/")[2]
    assert invitation.token_hash == links.hash_of(token)
    for value in vars(invitation).values():
        assert token not in str(value)


@pytest.mark.parametrize(
    ("why", "status", "says"),
    [
        ("unknown", 404, "don't know this link"),
        ("revoked", 410, "was taken back"),
        ("expired", 410, "has run out"),
        ("finished", 410, "is finished"),
    ],
)
def test_a_link_that_opens_nothing_says_why_and_what_to_do(
    desk: SetupHarness, why: str, status: int, says: str
) -> None:
    invitation, guest = send(desk.stand, desk.setup, desk.person)
    if why == "unknown":
        guest.path = guest.path[:-3] + "/"
    elif why == "revoked":
        guest_links.revoke(invitation, desk.person)
    elif why == "expired":
        GuestInvitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    else:
        desk.setup.finished_at = timezone.now()
        desk.setup.save()
    for response in (guest.look(), guest.press()):
        assert response.status_code == status
        assert says in words(response)
        assert ("A link works for 7 days." in words(response)) == (why == "expired")
    assert "sign_ins" not in guest.site.session


def test_a_link_whose_maker_left_the_team_opens_nothing(desk: SetupHarness) -> None:
    _, guest = send(desk.stand, desk.setup, desk.person)
    Membership.objects.filter(user=desk.person).delete()
    assert guest.look().status_code == 410


def test_one_link_starts_only_so_many_sign_ins(desk: SetupHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    # One moment, so no border of two windows on the way.
    monkeypatch.setattr("teams.limits.time", SimpleNamespace(time=lambda: 1_800_000_000.0))
    _, guest = send(desk.stand, desk.setup, desk.person)
    statuses = [guest.press().status_code for _ in range(22)]
    assert statuses[:20] == [302] * 20
    assert statuses[20:] == [429] * 2


# -- coming in


def test_a_guest_is_let_in_and_led_to_the_stage(desk: SetupHarness) -> None:
    invitation, guest = send(desk.stand, desk.setup, desk.person)
    response = guest.come(desk.theirs)
    assert response.status_code == 302
    assert response["Location"] == reverse("wizard:stage", args=[desk.setup.pk, "policies"])
    user = User.objects.get(is_guest=True)
    assert user.email.endswith("@guests.invalid")
    assert not user.has_usable_password()
    assert guest.site.session["_auth_user_id"] == str(user.pk)
    invitation.refresh_from_db()
    assert invitation.used_by == user
    assert invitation.salesforce_user_id == desk.theirs.admin_id[:15]
    row = SetupGuest.objects.get(user=user)
    assert (row.setup_id, row.team_id, row.ended_at) == (desk.setup.pk, desk.org.team_id, None)
    assert row.expires_at == invitation.expires_at
    assert [event.actor for event in desk.events("guest_came")] == [user]
    page = words(guest.page(desk.setup, "policies"))
    assert "Your part, about 5 minutes" in page
    assert user.name in page


def test_where_the_org_is_connected_a_guest_s_grant_is_ended_at_once(desk: SetupHarness) -> None:
    before = grants_alive(desk.stand, desk.theirs.id)
    kept = Connection.objects.get(org=desk.org)
    _, guest = send(desk.stand, desk.setup, desk.person)
    guest.come(desk.theirs, limited(desk.theirs))
    now = Connection.objects.get(org=desk.org)
    assert (now.username, now.granted_at) == (kept.username, kept.granted_at)
    assert grants_alive(desk.stand, desk.theirs.id) == before
    assert not Revocation.objects.exists()


def test_where_it_is_not_the_guest_s_sign_in_becomes_the_connection_and_is_told_so(
    desk: SetupHarness,
) -> None:
    Connection.objects.filter(org=desk.org).update(state=Connection.State.NEEDS_RECONNECTING)
    _, guest = send(desk.stand, desk.setup, desk.person)
    assert "read and change this org with your rights" in words(guest.look())
    guest.come(desk.theirs, limited(desk.theirs))
    now = Connection.objects.get(org=desk.org)
    assert now.is_connected
    assert now.username == limited(desk.theirs)
    assert now.granted_by is not None
    assert now.granted_by.is_guest
    assert desk.events("connected")
    assert desk.setup.jobs.filter(kind="check", state="queued").exists()
    again = words(guest.site.get(reverse("wizard:guest")))
    assert f"{desk.org.team.name} works in the org with your sign-in of" in again
    assert "We keep no access of yours" not in again
    elsewhere = words(GuestBrowser(desk.stand, guest.path).look())
    assert "by this link. That lasts until the handover" in elsewhere
    assert "We keep no access of yours" not in elsewhere


def test_a_grant_becomes_no_connection_where_the_page_said_that_none_is_kept(desk: SetupHarness) -> None:
    _, guest = send(desk.stand, desk.setup, desk.person)
    address = guest.press()["Location"]
    Connection.objects.filter(org=desk.org).update(state=Connection.State.NEEDS_RECONNECTING)
    guest.back(guest.at_salesforce(address, admin_of(desk.theirs)))
    assert not Connection.objects.get(org=desk.org).is_connected


def test_the_session_is_a_new_one_after_coming_in(desk: SetupHarness) -> None:
    _, guest = send(desk.stand, desk.setup, desk.person)
    address = guest.press()["Location"]
    before = guest.site.session.session_key
    guest.back(guest.at_salesforce(address, admin_of(desk.theirs)))
    assert guest.site.session.session_key != before


def test_another_org_is_refused_by_both_names_and_its_grant_ended(
    desk: SetupHarness, make: MakeSetup
) -> None:
    other = make(name="Elsewhere Ltd")
    before = grants_alive(desk.stand, other.theirs.id)
    invitation, guest = send(desk.stand, desk.setup, desk.person)
    response = guest.come(other.theirs)
    assert response.status_code == 400
    assert desk.org.name in words(response)
    assert "Elsewhere Ltd" in words(response)
    assert f'href="{reverse("wizard:guest")}?another"' in response.content.decode()
    invitation.refresh_from_db()
    assert invitation.used_by is None
    assert not User.objects.filter(is_guest=True).exists()
    assert grants_alive(desk.stand, other.theirs.id) == before
    (told,) = desk.events("guest_other_org")
    assert told.data["org"] == "Elsewhere Ltd"
    assert told.data["name"]
    # And the way back works: Salesforce asks who it is this time.
    again = guest.site.post(reverse("wizard:guest"), {"another": "1"})
    assert "prompt=login" in again["Location"]


def test_a_second_person_is_refused_kindly_and_the_first_one_may_come_back(desk: SetupHarness) -> None:
    _, first = send(desk.stand, desk.setup, desk.person)
    first.come(desk.theirs)
    before = grants_alive(desk.stand, desk.theirs.id)
    second = GuestBrowser(desk.stand, first.path)
    response = second.come(desk.theirs, limited(desk.theirs))
    assert response.status_code == 410
    assert "belongs to somebody else" in words(response)
    assert grants_alive(desk.stand, desk.theirs.id) == before
    assert User.objects.filter(is_guest=True).count() == 1
    assert "_auth_user_id" not in second.site.session
    (told,) = desk.events("guest_second")
    assert told.data["name"] == name_of(desk.theirs, desk.theirs.extra["limited_admin_id"])
    back = GuestBrowser(desk.stand, first.path)
    assert back.come(desk.theirs).status_code == 302
    assert back.site.session["_auth_user_id"] == first.site.session["_auth_user_id"]


def test_a_used_link_says_so_before_anybody_signs_in(desk: SetupHarness) -> None:
    _, first = send(desk.stand, desk.setup, desk.person)
    first.come(desk.theirs)
    second = GuestBrowser(desk.stand, first.path)
    page = words(second.look())
    assert "Somebody has signed in with this link already" in page
    assert "ask " + desk.org.team.name + " for a link of your own" in page
    assert "This part is for you" not in page
    assert "Edit the connected app" not in page


# -- who comes by another link


def test_a_guest_comes_in_by_a_second_link_without_signing_out(desk: SetupHarness) -> None:
    _, first = send(desk.stand, desk.setup, desk.person)
    first.come(desk.theirs)
    _, more = send(desk.stand, desk.setup, desk.person, "connect")
    more = GuestBrowser(desk.stand, more.path, first.site)
    page = words(more.look())
    assert "Sign out first" not in page
    assert "Sign in with Salesforce" in page
    assert more.come(desk.theirs)["Location"] == reverse("wizard:stage", args=[desk.setup.pk, "connect"])
    assert invitations.stages_of(User.objects.get(is_guest=True), desk.setup) == {"policies", "connect"}
    page = more.page(desk.setup, "connect").content.decode()
    assert "Part 2 of 2, about" in words(more.page(desk.setup, "connect"))
    titles = html.fromstring(page).xpath('//nav[@aria-labelledby="your-parts"]//a/text()')
    assert titles == [plain(desk.setup.guide.stage(key).title) for key in ("policies", "connect")]


def test_a_second_link_that_is_denied_leads_back_to_that_link(desk: SetupHarness) -> None:
    _, first = send(desk.stand, desk.setup, desk.person)
    first.come(desk.theirs)
    _, more = send(desk.stand, desk.setup, desk.person, "connect")
    more = GuestBrowser(desk.stand, more.path, first.site)
    address = more.press()["Location"]
    more.back(more.at_salesforce(address, admin_of(desk.theirs), "deny"))
    title = f"<b>{desk.setup.guide.stage('connect').title.plain()}</b>"
    assert title in words(first.site.get(reverse("wizard:guest") + "?another"))
    assert title not in words(first.site.get(reverse("wizard:guest"))), "what is theirs already"


def test_another_guest_in_the_same_browser_gets_a_session_of_their_own(desk: SetupHarness) -> None:
    _, first = send(desk.stand, desk.setup, desk.person)
    first.come(desk.theirs)
    before = first.site.session["_auth_user_id"], first.site.session.session_key
    _, more = send(desk.stand, desk.setup, desk.person, "connect")
    more = GuestBrowser(desk.stand, more.path, first.site)
    address = more.press()["Location"]
    more.http.cookies.clear()
    more.back(more.at_salesforce(address, limited(desk.theirs)))
    after = first.site.session["_auth_user_id"], first.site.session.session_key
    assert after[0] != before[0]
    assert after[1] != before[1]
    assert first.page(desk.setup, "connect").status_code == 200
    assert first.post(desk.setup, "apply", "policies").status_code == 403


def test_the_same_person_is_one_guest_by_another_link_too(desk: SetupHarness) -> None:
    for stage in ("policies", "connect"):
        _, guest = send(desk.stand, desk.setup, desk.person, stage)
        guest.come(desk.theirs)
    user = User.objects.get(is_guest=True)
    assert invitations.stages_of(user, desk.setup) == {"policies", "connect"}
    assert SetupGuest.objects.filter(user=user).count() == 1


def test_a_link_revoked_during_the_sign_in_lets_nobody_in(desk: SetupHarness) -> None:
    invitation, guest = send(desk.stand, desk.setup, desk.person)
    address = guest.press()["Location"]
    guest_links.revoke(invitation, desk.person)
    response = guest.back(guest.at_salesforce(address, admin_of(desk.theirs)))
    assert response.status_code == 410
    assert not User.objects.filter(is_guest=True).exists()
    assert [event.data["name"] for event in desk.events("guest_late")] == [
        name_of(desk.theirs, desk.theirs.admin_id)
    ]


def test_who_denies_at_salesforce_gets_back_to_the_invitation(desk: SetupHarness) -> None:
    _, guest = send(desk.stand, desk.setup, desk.person)
    address = guest.press()["Location"]
    response = guest.back(guest.at_salesforce(address, admin_of(desk.theirs), "deny"))
    page = response.content.decode()
    assert response.status_code == 400
    assert f'href="{reverse("wizard:guest")}?another"' in page
    assert reverse("orgs:connect") not in page
    assert guest.site.get(reverse("wizard:guest")).status_code == 200


def test_the_answer_to_a_sign_in_of_another_browser_is_worth_nothing(desk: SetupHarness) -> None:
    _, guest = send(desk.stand, desk.setup, desk.person)
    answer = guest.at_salesforce(guest.press()["Location"], admin_of(desk.theirs))
    other = GuestBrowser(desk.stand, guest.path)
    other.press()
    assert other.back(answer).status_code == 400
    nobody = GuestBrowser(desk.stand, guest.path)
    assert nobody.back(answer)["Location"].startswith(reverse("account_login"))
    assert not User.objects.filter(is_guest=True).exists()


def test_the_answer_opened_twice_leads_to_the_setup(desk: SetupHarness) -> None:
    _, guest = send(desk.stand, desk.setup, desk.person)
    answer = guest.at_salesforce(guest.press()["Location"], admin_of(desk.theirs))
    guest.back(answer)
    assert guest.back(answer)["Location"] == reverse("wizard:home")


# -- who is somebody here already


def test_a_member_is_led_to_the_setup_and_never_becomes_a_guest(
    desk: SetupHarness, signed_in: SignedIn
) -> None:
    _, guest = send(desk.stand, desk.setup, desk.person)
    member = GuestBrowser(desk.stand, guest.path, signed_in(desk.person))
    page = words(member.look())
    assert reverse("wizard:setup", args=[desk.setup.pk]) in page
    assert "Sign in with Salesforce" not in page
    assert member.press().status_code == 200
    assert "sign_ins" not in member.site.session


def test_somebody_of_another_team_is_asked_to_sign_out_first(
    desk: SetupHarness, signed_in: SignedIn, stranger: User
) -> None:
    _, guest = send(desk.stand, desk.setup, desk.person)
    theirs = GuestBrowser(desk.stand, guest.path, signed_in(stranger))
    page = words(theirs.look())
    assert "Sign out first" in page
    assert reverse("wizard:setup", args=[desk.setup.pk]) not in page


def test_who_signs_in_here_meanwhile_keeps_their_own_session(desk: SetupHarness, dana: User) -> None:
    from tests.conftest import PASSWORD

    _, guest = send(desk.stand, desk.setup, desk.person)
    address = guest.press()["Location"]
    signed_in = guest.site.post(reverse("account_login"), {"login": dana.email, "password": PASSWORD})
    assert signed_in.status_code == 302
    assert guest.site.session["_auth_user_id"] == str(dana.pk)
    before = grants_alive(desk.stand, desk.theirs.id)
    response = guest.back(guest.at_salesforce(address, admin_of(desk.theirs)))
    assert response["Location"] == reverse("wizard:guest")
    assert guest.site.session["_auth_user_id"] == str(dana.pk)
    assert not User.objects.filter(is_guest=True).exists()
    assert grants_alive(desk.stand, desk.theirs.id) == before


# -- what a guest may do


@pytest.fixture
def guest(checked: SetupHarness) -> GuestBrowser:
    """In, for the stage of the permission set."""
    _, browser = send(checked.stand, checked.setup, checked.person, "permission_set")
    assert browser.come(checked.theirs).status_code == 302
    return browser


def test_the_stage_that_was_sent_is_theirs_with_all_its_buttons(
    guest: GuestBrowser, checked: SetupHarness
) -> None:
    page = guest.page(checked.setup, "permission_set").content.decode()
    assert f'action="{reverse("wizard:apply", args=[checked.setup.pk, "permission_set"])}"' in page
    for closed in ("report", "history", "invite", "finish"):
        assert reverse(f"wizard:{closed}", args=[checked.setup.pk]) not in page
    assert reverse("account") + '"' not in page
    assert "Client orgs" not in page
    assert "all automatic stages" not in page


def test_other_stages_are_only_shown(guest: GuestBrowser, checked: SetupHarness) -> None:
    page = guest.page(checked.setup, "people").content.decode()
    assert "not yours to do" in page
    assert reverse("wizard:apply", args=[checked.setup.pk, "people"]) not in page
    assert reverse("wizard:stage", args=[checked.setup.pk, "permission_set"]) in page


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("apply", ("people",)),
        ("undo", ("people",)),
        ("way", ("people",)),
        ("stop", ("people",)),
        ("confirm", ("ip_relaxation",)),
        ("inputs", ()),
        ("choose", ("people",)),
        ("reread", ("people",)),
    ],
)
def test_what_is_beyond_their_stage_is_refused(
    guest: GuestBrowser, checked: SetupHarness, name: str, args: tuple[str, ...]
) -> None:
    assert guest.post(checked.setup, name, *args).status_code == 403


@pytest.mark.parametrize("name", ["choose", "results"])
def test_the_org_s_people_are_not_listed_for_who_has_another_stage(
    guest: GuestBrowser, checked: SetupHarness, name: str
) -> None:
    assert guest.site.get(reverse(f"wizard:{name}", args=[checked.setup.pk, "people"])).status_code == 403


def test_who_has_the_first_stage_chooses_people(checked: SetupHarness) -> None:
    checked.read_people()
    _, browser = send(checked.stand, checked.setup, checked.person, "prepare")
    browser.come(checked.theirs)
    page = browser.site.get(reverse("wizard:choose", args=[checked.setup.pk, "people"]))
    assert page.status_code == 200
    added = checked.full_users()[3]
    browser.post(checked.setup, "choose", "people", add="1", user_id=added)
    checked.reload()
    assert added in checked.setup.inputs["people"]


def test_a_guest_s_work_is_under_their_own_name(guest: GuestBrowser, checked: SetupHarness) -> None:
    page = guest.page(checked.setup, "permission_set").content.decode()
    fingerprint = page.partition('name="fingerprint" value="')[2].partition('"')[0]
    guest.post(checked.setup, "apply", "permission_set", fingerprint=fingerprint)
    job = checked.setup.jobs.get(kind="apply")
    assert job.requested_by is not None
    assert job.requested_by.is_guest
    assert list(job.stages) == ["permission_set"]
    assert checked.work(job).state == "done"
    assert {event.actor_name for event in checked.events("apply_requested")} == {job.requested_by.name}
    done = words(guest.page(checked.setup, "permission_set"))
    assert "Your part is done" in done
    assert "You may close this page" in done


def test_all_stages_together_are_not_theirs_to_approve(guest: GuestBrowser, checked: SetupHarness) -> None:
    from wizard.stage import panel

    checked.reload()
    together = panel.offer(*checked.at("permission_set"), together=True)
    assert together is not None
    guest.post(checked.setup, "apply", "permission_set", fingerprint=together.fingerprint, together="1")
    assert not checked.setup.jobs.filter(kind="apply").exists()


def test_another_setup_of_the_same_org_is_not_there_for_them(guest: GuestBrowser, make: MakeSetup) -> None:
    assert guest.page(make().setup, "policies").status_code == 404


def test_a_guest_s_first_page_is_their_stage(guest: GuestBrowser, checked: SetupHarness) -> None:
    assert guest.site.get("/")["Location"] == reverse("wizard:setup", args=[checked.setup.pk])
    to = guest.site.get(reverse("wizard:setup", args=[checked.setup.pk]))["Location"]
    assert to == reverse("wizard:stage", args=[checked.setup.pk, "permission_set"])


def test_a_guest_who_has_to_prove_who_they_are_signs_in_at_salesforce_again(
    guest: GuestBrowser, checked: SetupHarness
) -> None:
    here = reverse("wizard:stage", args=[checked.setup.pk, "people"])
    asked = guest.site.get(reverse("teams:still_you"), {"next": here}).content.decode()
    assert f'action="{reverse("wizard:guest")}"' in asked
    response = guest.site.post(reverse("wizard:guest"), {"next": here})
    assert "prompt=login" in response["Location"]
    back = guest.back(guest.at_salesforce(response["Location"], admin_of(checked.theirs)))
    assert back["Location"] == here


def test_a_sign_in_that_salesforce_was_not_asked_to_repeat_proves_nothing(
    guest: GuestBrowser, checked: SetupHarness
) -> None:
    """Its open session may have answered; a production org asks, and takes the repeated one."""
    Org.objects.filter(pk=checked.org.pk).update(is_sandbox=False)
    page = guest.page(checked.setup, "permission_set").content.decode()
    fingerprint = page.partition('name="fingerprint" value="')[2].partition('"')[0]
    plan = {"fingerprint": fingerprint, "org_name": checked.org.name}
    asked = guest.post(checked.setup, "apply", "permission_set", **plan)
    assert reverse("teams:still_you") in asked["Location"]
    assert not checked.setup.jobs.filter(kind="apply").exists()
    assert "It does not tell us whether it did" in words(guest.site.get(asked["Location"]))
    again = guest.site.post(reverse("wizard:guest"), {"next": "/"})
    guest.back(guest.at_salesforce(again["Location"], admin_of(checked.theirs)))
    guest.post(checked.setup, "apply", "permission_set", **plan)
    assert checked.setup.jobs.filter(kind="apply").exists()


def test_after_a_sign_in_nobody_is_led_to_another_site(guest: GuestBrowser, checked: SetupHarness) -> None:
    response = guest.site.post(reverse("wizard:guest"), {"next": "https://evil.example/"})
    back = guest.back(guest.at_salesforce(response["Location"], admin_of(checked.theirs)))
    assert back["Location"] == reverse("wizard:stage", args=[checked.setup.pk, "permission_set"])


def test_where_the_connection_is_lost_a_guest_signs_in_by_the_invitation(
    guest: GuestBrowser, checked: SetupHarness
) -> None:
    Connection.objects.update(state=Connection.State.NEEDS_RECONNECTING)
    page = guest.page(checked.setup, "permission_set").content.decode()
    assert reverse("wizard:guest") in page
    assert reverse("orgs:reconnect", args=[checked.org.pk]) not in page
    here = reverse("wizard:guest")
    response = guest.site.post(here, said_in(guest.site.get(here)))
    guest.back(guest.at_salesforce(response["Location"], admin_of(checked.theirs)))
    assert Connection.objects.get(org=checked.org).is_connected


# -- the end


def test_a_revoked_guest_is_out_and_told_so_kindly(guest: GuestBrowser, checked: SetupHarness) -> None:
    invitation = GuestInvitation.objects.get()
    assert guest_links.revoke(invitation, checked.person)
    assert not guest_links.revoke(invitation, checked.person)
    assert SetupGuest.objects.get().ended_at is not None
    for response in (
        guest.page(checked.setup, "permission_set"),
        guest.post(checked.setup, "apply", "permission_set"),
        guest.site.get("/"),
    ):
        assert response.status_code == 410
        assert "Your access has ended" in words(response)
    assert checked.events("guest_link_revoked")


def test_who_has_another_open_link_stays_in_for_that(checked: SetupHarness) -> None:
    first, guest = send(checked.stand, checked.setup, checked.person, "policies")
    guest.come(checked.theirs)
    _, more = send(checked.stand, checked.setup, checked.person, "connect")
    more.come(checked.theirs)
    guest_links.revoke(first, checked.person)
    assert SetupGuest.objects.get().ended_at is None
    assert more.page(checked.setup, "connect").status_code == 200
    assert more.post(checked.setup, "apply", "policies").status_code == 403


def test_time_ends_a_guest_s_access(guest: GuestBrowser, checked: SetupHarness) -> None:
    past = timezone.now() - timedelta(seconds=1)
    GuestInvitation.objects.update(expires_at=past)
    SetupGuest.objects.update(expires_at=past)
    assert guest.page(checked.setup, "permission_set").status_code == 410


# -- binding


def test_a_guest_binds_a_setup_that_has_no_org_yet(
    unbound: Setup, theirs: StandInOrg, stand: Stand, dana: User
) -> None:
    _, guest = send(stand, unbound, dana, "prepare")
    assert "Where does the org live?" in words(guest.look())
    assert guest.press().status_code == 422, "where is not chosen"
    response = guest.come(theirs, where=stand.url)
    assert response["Location"] == reverse("wizard:stage", args=[unbound.pk, "prepare"])
    unbound.refresh_from_db()
    org = Org.objects.get()
    assert unbound.org == org
    assert (org.org_id, org.name, org.is_sandbox) == (theirs.id, "Contoso Holding", True)
    assert org.connection.is_connected
    assert guest.page(unbound, "prepare").status_code == 200
    assert unbound.events.filter(kind="org_bound").exists()


def test_an_org_that_the_team_knows_is_not_doubled(desk: SetupHarness, dana: User, team: Team) -> None:

    desk.setup.finished_at = timezone.now()
    desk.setup.save()
    waiting = start.begin_for_client(given_team(team, dana), dana, "Their name")
    _, guest = send(desk.stand, waiting, dana)
    guest.come(desk.theirs, where=desk.stand.url)
    waiting.refresh_from_db()
    assert waiting.org == desk.org
    assert Org.objects.count() == 1


def test_an_org_with_an_open_setup_is_refused_and_the_inviter_told(
    desk: SetupHarness, dana: User, team: Team
) -> None:

    waiting = start.begin_for_client(given_team(team, dana), dana, "Their name")
    before = grants_alive(desk.stand, desk.theirs.id)
    invitation, guest = send(desk.stand, waiting, dana)
    response = guest.come(desk.theirs, where=desk.stand.url)
    assert response.status_code == 400
    assert "Somebody works on this org already" in words(response)
    invitation.refresh_from_db()
    assert invitation.used_by is None
    waiting.refresh_from_db()
    assert not waiting.org.is_bound
    assert waiting.events.filter(kind="guest_org_taken").exists()
    assert grants_alive(desk.stand, desk.theirs.id) == before


def test_of_two_guests_of_one_setup_the_first_says_which_org_it_is(
    unbound: Setup, theirs: StandInOrg, stand: Stand, dana: User, make: MakeSetup
) -> None:
    other = make().theirs
    _, first = send(stand, unbound, dana)
    _, second = send(stand, unbound, dana)
    late = second.press(where=stand.url)["Location"]
    first.come(theirs, where=stand.url)
    response = second.back(second.at_salesforce(late, admin_of(other)))
    assert response.status_code == 400
    assert "Contoso Holding" in words(response)
    unbound.refresh_from_db()
    assert unbound.org.org_id == theirs.id


def test_nobody_without_a_link_sees_an_invitation() -> None:
    assert Client().get(reverse("wizard:guest")).status_code == 404


def test_a_guest_is_no_member_of_anything(guest: GuestBrowser) -> None:
    user = User.objects.get(is_guest=True)
    assert not user.memberships.exists()
    assert Role.GUEST not in Membership.objects.values_list("role", flat=True)
