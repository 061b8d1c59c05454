"""Sending a stage by link, seeing which links are open, and taking one back."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from lxml import html
from pytest_django import Settings

from teams.models import Role, Team, User
from tests.answers import Answer
from tests.fixture_types import MakePerson, SignedIn
from tests.wizard.given import given_team
from tests.wizard.guest_browser import GuestBrowser, send, words
from tests.wizard.harness import SetupHarness
from tests.wizard.views.conftest import Site
from wizard.actions import start
from wizard.models import GuestInvitation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stand_in_allowed")]


def link_on(response: Answer) -> str:
    return str(html.fromstring(response.content.decode()).get_element_by_id("guest-link").text_content())


def test_a_stage_s_page_leads_to_sending_it(site: Site) -> None:
    page = site.page("stage", "policies")
    assert f'{site.at("invite")}?stage=policies"' in page
    form = site.page("invite", stage="policies")
    assert chosen(form) == ["policies"]
    assert 'value="handover"' not in form, "the handover is the team's own"


def test_a_link_is_shown_once_with_a_message_to_send(site: Site) -> None:
    response = site.post("invite", stages="policies")
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    link = link_on(response)
    invitation = GuestInvitation.objects.get()
    assert (invitation.stage, invitation.invited_by) == ("policies", site.desk.person)
    page = html.fromstring(response.content.decode())
    assert link in page.get_element_by_id("mail-text").text_content()
    assert site.desk.org.name in page.get_element_by_id("mail-subject").text_content()
    assert Client().get(urlsplit(link).path).status_code == 200
    token = urlsplit(link).path.split("/")[2]
    assert token not in site.page("invite")
    assert site.desk.events("guest_invited")


@pytest.mark.parametrize(
    ("stage", "takes"), [("app_access", "about 1 minute, on"), ("connect", "about 5 minutes, on")]
)
def test_the_message_says_how_long_it_takes(site: Site, stage: str, takes: str) -> None:
    page = html.fromstring(site.post("invite", stages=stage).content.decode())
    assert takes in page.get_element_by_id("mail-text").text_content()


@pytest.mark.parametrize("stage", ["handover", "no-such-stage", ""])
def test_only_a_stage_with_work_in_it_can_be_sent(site: Site, stage: str) -> None:
    assert site.post("invite", stages=stage).status_code == 422
    assert not GuestInvitation.objects.exists()


def test_of_a_finished_setup_nothing_is_sent(site: Site) -> None:
    site.hand_over()
    assert site.desk.reload().finished
    assert site.post("invite", stages="policies").status_code == 302
    assert not GuestInvitation.objects.exists()
    assert site.at("invite") not in site.page("stage", "policies")


def test_a_person_makes_only_so_many_links(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    # One moment, so no border of two windows on the way.
    monkeypatch.setattr("teams.limits.time", SimpleNamespace(time=lambda: 1_800_000_000.0))

    cache.clear()
    for _ in range(31):
        site.post("invite", stages="policies")
    assert GuestInvitation.objects.count() == 30


def test_open_links_say_who_used_them_and_can_be_revoked(site: Site) -> None:
    desk = site.desk
    unused, _ = send(desk.stand, desk.setup, desk.person, "connect")
    used, guest = send(desk.stand, desk.setup, desk.person, "policies")
    guest.come(desk.theirs)
    used.refresh_from_db()
    page = words(site.get("invite"))
    assert used.used_by is not None
    assert f"Used by {used.used_by.name}" in page
    assert "Nobody has used it yet." in page
    for invitation in (unused, used):
        address = reverse("wizard:revoke_link", args=[invitation.pk])
        assert address in page
        assert site.client.post(address)["Location"] == site.at("invite")
    assert "revoke" not in words(site.get("invite"))
    assert guest.page(desk.setup, "policies").status_code == 410
    assert GuestBrowser(desk.stand, guest.path).look().status_code == 410


def test_a_viewer_sees_the_links_and_makes_none(
    checked: SetupHarness, signed_in: SignedIn, person: MakePerson, team: Team
) -> None:
    send(checked.stand, checked.setup, checked.person)
    viewer = Site(signed_in(person("Vic Viewer", team, Role.VIEWER)), checked)
    page = viewer.page("invite")
    assert "Nobody has used it yet." in page
    assert "Make a link" not in page
    assert "guest-links" not in page
    assert viewer.at("invite") not in viewer.page("stage", "policies")


def options(page: str) -> dict[str, str]:
    return {
        str(label.xpath("./input/@value")[0]): " ".join(label.text_content().split())
        for label in html.fromstring(page).xpath('//label[input[@name="stages"]]')
    }


def chosen(page: str) -> list[str]:
    return [str(key) for key in html.fromstring(page).xpath('//input[@name="stages"][@checked]/@value')]


def test_the_list_says_which_stages_are_done_and_which_have_to_wait(site: Site) -> None:
    site.desk.apply("permission_set")
    page = site.page("invite")
    assert options(page)["permission_set"].endswith("(done)")
    assert options(page)["connect"].endswith("(cannot start yet)")
    assert "(" not in options(page)["policies"]
    assert set(chosen(page)).isdisjoint({"permission_set", "connect"}), "proposed is what can be done now"
    assert chosen(page)
    assert "is told to wait" in words(site.post("invite", stages="connect"))
    assert "This is done already." in words(site.post("invite", stages="permission_set"))
    assert "is told" not in words(site.post("invite", stages="policies"))


def test_before_anybody_signed_in_only_the_first_stage_can_be_sent(
    dana: User, team: Team, signed_in: SignedIn
) -> None:
    unbound = start.begin_for_client(given_team(team, dana), dana, "Contoso")
    address, browser = reverse("wizard:invite", args=[unbound.pk]), signed_in(dana)
    page = browser.get(address).content.decode()
    assert list(options(page)) == ["prepare", "sign_in"]
    assert "once somebody has signed in to the org" in page
    assert browser.post(address, {"stages": "connect"}).status_code == 422
    assert not GuestInvitation.objects.exists()
    assert browser.post(address, {"stages": "prepare"}).status_code == 200
    assert GuestInvitation.objects.get().stage == "prepare"


def test_one_link_is_for_several_stages(site: Site) -> None:
    response = site.post("invite", stages=["connect", "policies"])
    invitation = GuestInvitation.objects.get()
    assert invitation.stages == ("policies", "connect"), "in the order of the guide"
    text = html.fromstring(response.content.decode()).get_element_by_id("mail-text").text_content()
    assert "about 10 minutes" in text
    guest = GuestBrowser(site.desk.stand, link_on(response))
    assert guest.come(site.desk.theirs)["Location"] == site.at("stage", "policies")
    for stage in invitation.stages:
        assert "not yours to do" not in words(guest.page(site.desk.setup, stage))
    assert "not yours to do" in words(guest.page(site.desk.setup, "people"))


def test_a_link_is_mailed_in_the_language_of_the_client(site: Site, mailoutbox: list[EmailMessage]) -> None:
    response = site.post("invite", stages="policies", email="ana@client.example", language="de")
    (mail,) = mailoutbox
    assert mail.to == ["ana@client.example"]
    assert mail.reply_to == [site.desk.person.email]
    assert mail.body.startswith("Guten Tag,")
    assert link_on(response) in mail.body
    assert "We sent it to ana@client.example." in words(response)
    (event,) = site.desk.events("guest_mailed")
    assert "ana@client.example" not in str(event.data), "the address is not kept"


def test_a_link_that_could_not_be_mailed_is_not_made(
    site: Site, settings: Settings, free_port: Callable[[], int]
) -> None:
    assert 'name="email"' in site.page("invite")
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    response = site.post("invite", stages="policies", email="ana@client.example")
    assert response.status_code == 503
    assert "We could not send the e-mail, so no link was made." in words(response)
    assert not GuestInvitation.objects.exists()
    cache.clear()
    page = site.page("invite")
    assert 'name="email"' not in page
    assert "No e-mail can be sent from here now." in page
    assert link_on(site.post("invite", stages="policies")), "to copy, as ever"


def test_the_sign_in_alone_is_asked_for_where_nobody_is_signed_in(site: Site) -> None:
    assert "sign_in" not in options(site.page("invite"))
    assert site.post("invite", stages="sign_in").status_code == 422
    site.desk.org.connection.state = "needs_reconnecting"
    site.desk.org.connection.save()
    assert options(site.page("invite"))["sign_in"] == "Only sign in to the org"
    assert "nothing else" in words(site.post("invite", stages="sign_in"))
    assert GuestInvitation.objects.get().stages == ()
