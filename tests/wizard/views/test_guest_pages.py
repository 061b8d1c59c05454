"""What a guest reads on the pages of a setup: in their words, and nothing that is for members."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html

from simulator import policies
from simulator.server import Stand
from teams.models import Team, User
from tests.answers import Answer
from tests.fixture_types import MakeSetup, SignedIn
from tests.orgs.stand_in import admin_of
from tests.wizard.given import given_team
from tests.wizard.guest_browser import GuestBrowser, send, words
from tests.wizard.harness import SetupHarness
from tests.wizard.views.conftest import Site
from wizard.actions import start
from wizard.history.record import record_event
from wizard.live import stream, ticket
from wizard.models import GuestInvitation, Job
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
    assert "Cannot start yet: something else comes first" in said
    assert not re.search(r"[Ss]tages? \d", response.content.decode()), (
        "numbers of stages that they do not see"
    )
    assert f"{checked.org.team.name} sees to that first" in said
    assert links_into(checked, response.content.decode()) == []


def test_a_guest_whose_own_part_comes_first_is_led_there(checked: SetupHarness) -> None:
    _, browser = send(checked.stand, checked.setup, checked.person, "app_access", "connect")
    assert browser.come(checked.theirs).status_code == 302
    address = reverse("wizard:stage", args=[checked.setup.pk, "connect"])
    page = html.fromstring(browser.site.get(address).content.decode()).get_element_by_id("has-to-wait")
    own = reverse("wizard:stage", args=[checked.setup.pk, "app_access"])
    assert [(a.get("href"), a.text) for a in page.iter("a")] == [
        (own, "Part 1: Add the permission set to the app")
    ]
    assert "This comes first, and it is yours too." in page.text_content()
    assert f"{checked.org.team.name} sees to the rest." in page.text_content()
    assert "close this page" not in page.text_content()


def test_a_member_sees_what_has_to_be_done_before_and_may_read_on(site: Site) -> None:
    page = site.page("stage", "connect")
    said = html.fromstring(page).get_element_by_id("has-to-wait").text_content()
    assert "needs stages 2\N{EN DASH}5" in said
    assert "Stage 2: Edit" in said, "what can be begun leads there"
    assert "Stage 4: " not in said, "what has to wait itself does not"
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
    desk: SetupHarness, make: MakeSetup
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
    for leads in ('a[contains(@href, "#confirm-")]', "details[./*[@data-copy]]"):
        assert page.xpath(f'//*[@id="checks"]//{leads}[not(@class="members")]') == []


def test_a_guest_sees_at_the_handover_where_every_stage_stands(checked: SetupHarness) -> None:
    page = words(come(checked, "policies").page(checked.setup, "handover"))
    assert "Where every stage stands" in page
    for closed in ("finish", "report", "history"):
        assert reverse(f"wizard:{closed}", args=[checked.setup.pk]) not in page


# -- harm, and other people's work


def sent_to(response: Answer) -> tuple[str, str]:
    """The page, and what the stream sends to it."""
    page = response.content.decode()
    address = str(html.fromstring(page).xpath("//@data-stream")[0])
    [opens] = ticket.read_ticket(parse_qs(urlsplit(address).query)["k"][0])
    return page, stream.rendered(opens.topic)[0]


def part(page: str, name: str) -> str:
    return " ".join(text_of(found) for found in html.fromstring(page).xpath(f'//*[@id="{name}"]'))


def text_of(element: Any) -> str:
    return " ".join(element.text_content().split())


def test_a_wrong_account_is_the_first_thing_that_its_guest_reads_in_their_words(make: MakeSetup) -> None:
    desk = make("wrong_account", is_sandbox=True)
    desk.choose(0, mid=desk.theirs.extra["mid"])
    desk.check()
    elsewhere = sent_to(come(desk, "policies").page(desk.setup, "policies"))
    assert [part(each, "harms") for each in elsewhere] == ["", ""], "it is not theirs to end"
    page, sent = sent_to(come(desk, "connect").page(desk.setup, "connect"))
    assert page.index('id="harm-connected"') < page.index('id="actions"')
    for told in (part(page, "harms"), part(sent, "harms")):
        assert "The wrong Engagement account is connected" in told
        assert "Tell whoever sent you the link." in told
        assert "Before you start" not in told


def test_a_guest_reads_of_the_work_that_they_asked_for_and_of_nobody_else_s(checked: SetupHarness) -> None:
    refusal = "INSUFFICIENT_ACCESS"
    refused = checked.queue("apply", ["app_access", "people"], [])
    record_event(checked.setup, "planned", job=refused, count=17)
    Job.objects.filter(pk=refused.pk).update(state="failed", error_code=refusal, finished_at=timezone.now())
    browser = come(checked, "app_access")
    for shown in sent_to(browser.page(checked.setup, "app_access")):
        assert part(shown, "job") == ""
        assert "lacks a permission" not in shown
        assert 'class="log"' not in shown
    running = checked.queue("apply", ["app_access"], [])
    Job.objects.filter(pk=running.pk).update(total_count=17)
    for shown in sent_to(browser.page(checked.setup, "app_access")):
        assert "You can close this page meanwhile" in part(shown, "job")
        assert "17" not in part(shown, "job")
    guest = User.objects.get(is_guest=True)
    Job.objects.filter(pk=running.pk).update(
        state="failed",
        error_code=refusal,
        requested_by=guest,
        stages=["app_access"],
        finished_at=timezone.now(),
    )
    for shown in sent_to(browser.page(checked.setup, "app_access")):
        assert "does not allow that to the user as whom we work here" in part(shown, "job")
        assert "Before you start" not in part(shown, "job")


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


def test_who_is_done_goes_on_where_the_link_says_by_a_link_that_shows_its_host(checked: SetupHarness) -> None:
    checked.apply("permission_set")
    browser = come(checked, "permission_set")
    assert "Go on at" not in words(browser.page(checked.setup, "permission_set"))
    GuestInvitation.objects.update(return_to="https://app.partner.example/done?setup=1")
    page = html.fromstring(browser.page(checked.setup, "permission_set").content.decode())
    (link,) = page.xpath('//*[@id="thanks"]//a[@rel="noreferrer"]')
    assert (link.get("href"), link.text) == (
        "https://app.partner.example/done?setup=1",
        "Go on at app.partner.example",
    )


# -- whose sign-in it is


def test_a_guest_reads_nothing_of_other_people_s_sign_ins_and_stages(checked: SetupHarness) -> None:
    page = html.fromstring(come(checked, "policies").page(checked.setup, "policies").content.decode())
    assert not page.xpath('//*[@id="stages"]')
    for hidden in page.xpath('//*[@class="members"]'):
        hidden.drop_tree()
    said = page.text_content()
    for others in ("Signed in as", checked.org.connection.username, "Assigned to"):
        assert others not in said


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
    stand: Stand, team: Team, dana: User, signed_in: SignedIn
) -> None:
    unbound = start.begin_for_client(given_team(team, dana), dana, "Contoso")
    _, browser = send(stand, unbound, dana, "prepare")
    page = words(browser.look())
    assert "Not sure? Choose Production or Developer Edition" in page
    assert "stop you" not in page
    assert "Not sure?" not in words(signed_in(dana).get(reverse("orgs:connect")))
