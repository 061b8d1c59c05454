"""What a guest reads on the pages of a setup: in their words, and nothing that is for members."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from lxml import html

from orgs.models import Connection
from simulator import policies
from teams.models import User
from tests.orgs.stand_in import admin_of
from tests.wizard.guest_browser import GuestBrowser, send, words
from tests.wizard.harness import SetupHarness
from tests.wizard.views.conftest import Site
from wizard.setups import bind_org
from wizard.state.status import StageView

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stand_in_allowed")]


def come(desk: SetupHarness, stage: str) -> GuestBrowser:
    """A guest who is in, for this stage."""
    _, browser = send(desk.stand, desk.setup, desk.person, stage)
    assert browser.come(desk.theirs).status_code == 302
    return browser


def links_into(desk: SetupHarness, page: str) -> list[str]:
    links = html.fromstring(page).xpath('//*[@id="actions"]//a/@href')
    return [str(link) for link in links if str(link).startswith(desk.stand.url)]


# -- a stage that cannot start yet


@pytest.mark.parametrize("way", ["", "?how=manual"])
@pytest.mark.parametrize("stage", ["people", "connect"])
def test_a_guest_gets_no_steps_of_a_stage_that_cannot_start_yet(
    checked: SetupHarness, stage: str, way: str
) -> None:
    address = reverse("wizard:stage", args=[checked.setup.pk, stage]) + way
    response = come(checked, stage).site.get(address)
    said = html.fromstring(response.content.decode()).get_element_by_id("has-to-wait").text_content()
    assert "Cannot start yet: needs stage" in said
    assert f"{checked.org.team.name} sees to that first" in said
    assert links_into(checked, response.content.decode()) == []


def test_a_member_sees_what_has_to_be_done_before_and_may_read_on(site: Site) -> None:
    page = site.page("stage", "connect")
    said = html.fromstring(page).get_element_by_id("has-to-wait").text_content()
    for before in ("Stage 2", "Stage 3", "Stage 4", "Stage 5"):
        assert before in said
    assert links_into(site.desk, page)
    assert html.fromstring(page).xpath('//details[not(@open)]//ol[@class="steps"]'), "folded"


# -- problem pages


def test_a_guest_s_problem_pages_lead_to_their_part_and_speak_of_no_client_orgs(desk: SetupHarness) -> None:
    browser = come(desk, "policies")
    nothing = browser.site.get(reverse("wizard:report", args=[desk.setup.pk]))
    refused = browser.post(desk.setup, "inputs")
    assert (nothing.status_code, refused.status_code) == (404, 403)
    for response in (nothing, refused, browser.site.get(reverse("wizard:help"))):
        page = words(response)
        assert "Go to your part" in page
        for said_to_members in ("client orgs", "another team", "Your role", "owner of your team"):
            assert said_to_members not in page


def test_a_refused_sign_in_opened_again_leads_a_guest_to_the_invitation(
    desk: SetupHarness, make: Any
) -> None:
    elsewhere = make(name="Elsewhere Ltd")
    _, browser = send(desk.stand, desk.setup, desk.person)
    answer = browser.at_salesforce(browser.press()["Location"], admin_of(elsewhere.theirs))
    assert browser.back(answer).status_code in (302, 400)
    response = browser.back(answer)
    if response.status_code == 302:
        response = browser.site.get(response["Location"])
    page = words(response)
    assert "This sign-in was used already" in page
    assert "Back to your invitation" in page
    assert "client orgs" not in page


def test_a_member_s_problem_pages_still_lead_to_the_client_orgs(site: Site) -> None:
    assert "Go to your client orgs" in words(site.client.get("/no-such-page/"))


# -- stages of others


def test_the_lines_hold_nothing_for_a_guest_that_leads_nowhere(checked: SetupHarness) -> None:
    """The live part is the same for everybody, so what only members need has a class of its own."""
    page = html.fromstring(come(checked, "permission_set").page(checked.setup, "policies").content.decode())
    assert "of-guest" in page.xpath("//body/@class")
    assert page.xpath('//*[@id="checks"]//a[contains(@href, "#confirm-")]'), "there is one to look at"
    for leads in ('a[contains(@href, "#confirm-")]', "details[.//*[@data-copy]]"):
        assert page.xpath(f'//*[@id="checks"]//{leads}[not(@class="members")]') == []


def test_a_guest_sees_at_the_handover_where_every_stage_stands(checked: SetupHarness) -> None:
    page = words(come(checked, "policies").page(checked.setup, "handover"))
    assert "Where every stage stands" in page
    for closed in ("finish", "report", "history"):
        assert reverse(f"wizard:{closed}", args=[checked.setup.pk]) not in page


# -- when all is done


def test_who_comes_when_all_is_done_is_not_thanked_for_it(checked: SetupHarness) -> None:
    checked.apply("permission_set")
    browser = come(checked, "permission_set")
    page = words(browser.page(checked.setup, "permission_set"))
    assert "This is done. Nothing is left for you." in page
    assert "Thank you" not in page


def test_who_put_it_right_in_salesforce_is_thanked(checked: SetupHarness) -> None:
    browser = come(checked, "policies")
    with checked.stand.world.lock:
        policies.save(checked.theirs, checked.theirs.app_id, policies.WANTED, checked.theirs.admin_id)
    checked.check()
    assert checked.events("seen_done")
    for step in checked.setup.guide.stage("policies").steps:
        browser.post(checked.setup, "confirm", step.key, sure="1")
    assert "Your part is done." in words(browser.page(checked.setup, "policies"))


# -- whose sign-in it is


def test_the_bar_says_whose_sign_in_the_work_is_done_with(desk: SetupHarness) -> None:
    browser = come(desk, "policies")
    page = words(browser.page(desk.setup, "policies"))
    assert "Work is done with the sign-in of" in page
    assert "Ana Ruiz" in page.partition("Work is done with the sign-in of")[2][:200]
    assert "Signed in as" not in page
    Connection.objects.filter(org=desk.org).update(granted_by=User.objects.get(is_guest=True))
    assert "Signed in as" in words(browser.page(desk.setup, "policies"))


def test_a_member_s_bar_says_who_is_signed_in(site: Site) -> None:
    assert "Signed in as" in site.page("stage", "policies")


# -- the first stage, and the invitation to an org that nobody knows yet


def test_after_the_thanks_the_choices_are_folded_away(
    checked: SetupHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = come(checked, "prepare")
    folded = '//details[not(@open)]//*[@id="choices"]'
    assert not html.fromstring(browser.page(checked.setup, "prepare").content.decode()).xpath(folded)
    monkeypatch.setattr(StageView, "done", True)
    page = html.fromstring(browser.page(checked.setup, "prepare").content.decode())
    assert page.xpath('//*[@id="thanks"]')
    assert page.xpath(folded)


def test_an_invitation_to_an_unknown_org_says_what_to_choose(
    stand: Any, team: Any, dana: Any, signed_in: Any
) -> None:
    unbound = bind_org.begin_without_org(team, "Contoso", dana)
    _, browser = send(stand, unbound, dana, "prepare")
    page = words(browser.look())
    assert "Not sure? Choose Production or Developer Edition" in page
    assert "stop you" not in page
    assert "Not sure?" not in words(signed_in(dana).get(reverse("orgs:connect")))
