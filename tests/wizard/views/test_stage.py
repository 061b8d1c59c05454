"""The stage page, its live fragment and its buttons."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from lxml import html
from pytest_django import Settings

from orgs.connections import tokens
from orgs.models import Connection
from simulator import policies
from teams.models import User
from tests.fixture_types import MakeSetup, SignedIn
from tests.wizard.harness import SetupHarness
from tests.wizard.views.conftest import Site, SiteOf
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.jobs.handover import finish_setup
from wizard.live import ticket
from wizard.messages.render import plain, words
from wizard.models import Job, Setup, Watch

pytestmark = pytest.mark.django_db
STAGES = [stage.key for stage in GUIDE.stages]


def lead_of(page: str) -> str:
    """What the stage is for; its terms may be explained in between."""
    return str(html.fromstring(page).find_class("lead")[0].text_content())


def test_a_stage_done_by_hand_folds_its_steps_up(site: Site) -> None:
    steps = "//section[contains(@class, 'how')]//ol[@class='steps']"
    assert html.fromstring(site.page("stage", "policies")).xpath(f"{steps}[not(ancestor::details)]")
    desk = site.desk
    policies.save(desk.theirs, desk.theirs.app_id, policies.WANTED, desk.theirs.admin_id)
    desk.check()
    done = html.fromstring(site.page("stage", "policies"))
    assert done.xpath(f"{steps}[ancestor::details[not(@open)]]")
    assert not done.xpath(f"{steps}[not(ancestor::details)]")


def test_every_stage_says_what_it_is_for_and_what_has_to_be_true(site: Site) -> None:
    for stage in GUIDE.stages:
        page, fragment = site.page("stage", stage.key), site.page("live", stage.key)
        assert words(stage.title) in page
        assert plain(stage.purpose).split()[0] in lead_of(page)
        assert site.desk.org.name in page
        assert "Sandbox" in page
        for step in stage.steps:
            assert words(step.title) in page
            assert words(step.title) in fragment


@pytest.mark.parametrize("how", ["auto", "manual", "<script>?"])
def test_every_stage_can_be_shown_in_each_way(site: Site, how: str) -> None:
    for stage in STAGES:
        assert "<script>?" not in site.page("stage", stage, how=how)
        assert 'id="actions"' in site.page("actions", stage, how=how)


def test_by_hand_has_links_into_this_org(site: Site) -> None:
    page = site.page("stage", "policies")
    assert site.desk.stand.url in page
    assert site.desk.theirs.app_id[:15] in page


def test_looking_at_a_stage_keeps_it_watched(site: Site) -> None:
    site.get("stage", "policies")
    watch = Watch.objects.get()
    site.get("live", "policies")
    again = Watch.objects.get()
    assert (again.pk, again.stage) == (watch.pk, "policies")
    assert again.until > watch.until
    assert again.since == watch.since


def test_keeping_the_page_open_is_advised_where_a_line_turns_by_itself(site: Site) -> None:
    assert "Keep this page open" in site.page("stage", "policies")
    site.desk.choose(mid="")
    site.desk.check()
    page = site.page("stage", "prepare")
    assert 'id="confirm-mid"' in page, "all that is open is a line that only a person knows"
    assert "Keep this page open" not in page


def test_a_stage_that_has_to_wait_leads_to_what_it_waits_for(site: Site) -> None:
    note = html.fromstring(site.page("stage", "people", how="manual")).get_element_by_id("has-to-wait")
    assert note.xpath(".//a/@href") == [site.at("stage", "permission_set")]


def test_the_page_carries_a_ticket_for_its_own_stream(site: Site) -> None:
    found = re.search(r"/events/\?k=([^\"&]+)", site.page("stage", "people"))
    assert found
    [opens] = ticket.read_ticket(unquote(found[1]))
    assert opens.topic[:2] == (str(site.desk.setup.pk), "people")


def test_the_fragment_and_the_buttons_agree_on_when_to_be_fetched_again(site: Site) -> None:
    def keys(page: str) -> set[str]:
        return set(re.findall(r'data-actions="(\w+)"', page))

    page = site.page("stage", "permission_set")
    first = keys(page)
    assert len(first) == 1
    assert keys(site.page("live", "permission_set")) == first
    site.desk.queue("check")
    second = keys(site.page("live", "permission_set"))
    assert second != first
    assert keys(site.page("actions", "permission_set")) == second


def test_the_fragment_does_not_depend_on_who_looks(site: Site, sam: User, signed_in: SignedIn) -> None:
    other = Site(signed_in(sam), site.desk)
    for stage in STAGES:
        assert site.page("live", stage) == other.page("live", stage)
        assert "csrf" not in site.page("live", stage)


def test_the_last_fragment_carries_no_trigger(site: Site) -> None:
    assert "hx-trigger" in site.page("live", "handover")
    finish_setup(site.desk.setup, site.desk.person)
    for stage in STAGES:
        fragment = site.page("live", stage)
        assert "hx-trigger" not in fragment
        assert "data-stream" not in site.page("stage", stage)
        assert "Stream" not in site.get("live", stage).headers


def test_everything_works_without_javascript(site: Site) -> None:
    """Each post answers with a redirect to a page that has all of it."""
    page = site.page("stage", "permission_set")
    assert "<noscript>" in page
    assert "onclick" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page), "no script in the page itself"
    response = site.client.post(site.at("check"), {"stage": "permission_set"}, follow=True)
    assert response.redirect_chain == [(site.at("stage", "permission_set"), 302)]
    assert "Waiting for a free worker" in response.content.decode()


def test_a_check_is_asked_for_once(site: Site) -> None:
    for _ in range(2):
        site.post("check", stage="people")
    assert Job.objects.filter(kind="check", state="queued").count() == 1


def test_before_the_first_read_nothing_is_called_done(desk: SetupHarness, site_of: SiteOf) -> None:
    site = site_of(desk)
    for stage in STAGES:
        page = site.page("live", stage)
        assert "is-done" not in re.sub(r"<nav.*?</nav>", "", page, flags=re.S)


def test_the_heading_says_when_the_oldest_and_the_newest_line_were_read(site: Site) -> None:
    early, late = datetime(2026, 1, 1, 7, 25, 1, tzinfo=UTC), datetime(2026, 1, 1, 7, 25, 28, tzinfo=UTC)
    lines = site.desk.setup.step_states.filter(step__in=[step.key for step in GUIDE.stage("policies").steps])
    lines.update(checked_at=late)
    assert "done, read at 07:25:28" in site.page("live", "policies")
    lines.filter(step=GUIDE.stage("policies").steps[0].key).update(checked_at=early)
    page = site.page("stage", "policies")
    assert "done, read between 07:25:01 and 07:25:28" in page
    assert "last checked" not in page, "the bar is not refreshed, so it tells no time"


def test_the_allowance_is_told_from_eighty_percent_on(site: Site) -> None:
    Connection.objects.update(api_used=79, api_limit=100)
    assert "API calls that Salesforce allows" not in site.page("stage", "people")
    Connection.objects.update(api_used=80)
    page = site.page("stage", "people")
    assert "has used 80 % of the API calls that Salesforce allows" in page
    assert "We stopped watching it" not in page
    Connection.objects.update(api_used=90)
    assert "We stopped watching it" in site.page("stage", "people")


def test_a_lost_connection_is_told_with_the_way_back(site: Site) -> None:
    Connection.objects.update(state="needs_reconnecting")
    page = site.page("stage", "people")
    assert "Salesforce signed this connection out." in page
    tokens.disconnect(site.desk.org.connection)
    assert "Our access to this org has ended." in site.page("stage", "people")


# The choices of the first stage


def test_choices_are_kept_and_read_again(site: Site) -> None:
    data = {"mode": "repair", "set_label": "Guests", "set_label_api_name": "Guests", "mid": "1234 567"}
    response = site.post("inputs", **data)
    assert response["Location"] == site.at("stage", "prepare")
    kept = site.desk.reload().inputs
    assert (kept["mode"], kept["set_label"], kept["set_name"], kept["mid"]) == (
        "repair",
        "Guests",
        "Guests",
        "1234567",
    )
    assert len(kept["people"]) == 2, "what the form does not ask is left alone"
    assert Job.objects.filter(kind="check", state="queued").count() == 1
    (event,) = site.desk.events("input_changed")
    assert "Label of the new permission set" in event.data["labels"]


def test_another_name_for_a_set_that_we_made_is_asked_about_first(site: Site) -> None:
    site.desk.check()
    assert site.desk.apply("permission_set").state == "done"
    old = site.desk.reload().inputs
    data = {"mode": "first", "set_label": "Guests", "set_label_api_name": old["set_name"], "mid": ""}
    for more in ({}, {"then": "people"}):
        response = site.post("inputs", **data, **more)
        page = html.fromstring(response.content.decode())
        assert response.status_code == 422
        assert page.xpath("//input[@name='which_set']/@value") == ["keep", "second"]
        assert f"We made the permission set {old['set_name']} in this org." in page.text_content()
        assert site.desk.reload().inputs == old
    site.post("inputs", **data, which_set="keep")
    kept = site.desk.reload().inputs
    assert (kept["set_label"], kept["set_name"]) == (old["set_label"], old["set_name"])
    site.post("inputs", **data, which_set="second")
    assert site.desk.reload().inputs["set_name"] == "Guests"


def test_a_field_that_stays_empty_is_no_changed_choice(site: Site) -> None:
    setup = site.desk.setup
    empty = {each.key: "" for each in setup.guide.inputs if not setup.inputs.get(each.key)}
    assert "mid" in empty
    assert not site.desk.save(empty)
    assert site.desk.events("input_changed") == []
    assert site.desk.save({"mid": "1234567"})
    assert site.desk.save({"mid": ""}), "what is taken away is a change"


def test_before_the_user_is_chosen_the_lines_lead_there_and_nothing_is_shown_for_nobody(site: Site) -> None:
    site.desk.choose(2, connection_user="")
    site.desk.check()
    page = html.fromstring(site.page("stage", "prepare"))
    active = page.get_element_by_id("line-connection_user_active")
    assert active.xpath(".//a[text()='Choose the user']/@href") == [site.at("stage", "prepare") + "#choices"]
    assert page.get_element_by_id("choices") is not None
    assert "Open Users" not in page.text_content()


def test_where_only_the_user_is_missing_the_one_filled_button_leads_to_that_choice(
    make: MakeSetup, site_of: SiteOf
) -> None:
    site = site_of(make("half_done"))
    site.desk.choose(0, connection_user="")
    site.desk.check()
    page = html.fromstring(site.page("stage", "people"))
    filled = page.xpath("//main//*[contains(concat(' ', @class, ' '), ' primary ')]")
    assert [(each.text_content().strip(), each.get("href")) for each in filled] == [
        ("Choose the user", site.at("stage", "prepare") + "#choices")
    ]


def test_going_to_choose_people_keeps_what_was_typed(site: Site) -> None:
    page = html.fromstring(site.page("stage", "prepare"))
    assert page.xpath("//button[@form='choices-form'][@name='then']/@value") == ["connection_user", "people"]
    typed = {"set_label": "Guests", "set_label_api_name": "Guests", "mid": "1234567", "from_stage": "1"}
    response = site.post("inputs", **typed, then="people")
    assert response["Location"] == site.at("choose", "people"), "what is not chosen yet is not asked for"
    kept = site.desk.reload().inputs
    assert (kept["set_label"], kept["set_name"], kept["mid"], kept["mode"]) == (
        "Guests",
        "Guests",
        "1234567",
        "first",
    )


def test_going_to_choose_people_tells_mistakes_first(site: Site) -> None:
    response = site.post("inputs", set_label="Guests", mid="12x", then="people")
    assert response.status_code == 422
    assert 'value="12x"' in response.content.decode()
    assert site.desk.reload().inputs.get("mid", "") == ""


def test_nobody_is_sent_to_a_page_of_another_s_choosing(site: Site) -> None:
    data = {"mode": "first", "set_label": "Guests", "then": "https://evil.example"}
    assert site.post("inputs", **data)["Location"] == site.at("stage", "prepare")


def test_saving_what_is_already_so_changes_nothing(site: Site) -> None:
    data = {"mode": "first", "set_label": "Marketing Cloud Connected App"}
    data["set_label_api_name"] = "Marketing_Cloud_Connected_App"
    site.post("inputs", **data)
    Job.objects.all().delete()
    before = len(site.desk.events())
    assert site.post("inputs", **data).status_code == 302
    assert not Job.objects.exists()
    assert len(site.desk.events()) == before


def test_a_mistake_is_shown_beside_what_was_typed_and_nothing_is_kept(site: Site) -> None:
    before = site.desk.setup.inputs
    data = {"mode": "first", "set_label": "A", "set_label_api_name": "1 bad__<b>", "mid": "12x"}
    response = site.post("inputs", **data)
    assert response.status_code == 422
    page = response.content.decode()
    assert "For example: X1_bad_b" in page
    assert "Only digits, please" in page
    assert "1 bad__&lt;b&gt;" in page
    assert site.desk.reload().inputs == before


def test_a_refused_form_begins_at_its_first_mistake_and_says_so_in_the_title(site: Site) -> None:
    def begins(**data: str) -> tuple[str, list[str]]:
        page = html.fromstring(site.post("inputs", **data).content)
        focused = [field.get("id") for field in page.xpath("//*[@autofocus]")]
        return str(page.findtext(".//title")).strip(), focused

    too_long = {"set_label": "x" * 300, "mid": "12x"}
    title, focused = begins(**too_long)
    assert title.startswith("Error: Stage 1 of 8")
    assert focused == ["id_mode_0"], "one of two radio buttons"
    assert begins(mode="first", **too_long)[1] == ["id_set_label"]
    assert begins(mode="first", set_label="Guests", mid="12x")[1] == ["id_mid"]
    shown = html.fromstring(site.page("stage", "prepare"))
    assert shown.xpath("//*[@autofocus]") == []
    assert "Error" not in str(shown.findtext(".//title"))


def test_hostile_choices_are_no_error(site: Site) -> None:
    for text in ("\0", "x" * 10_000, "<script>", "{0}", "😀"):
        response = site.post("inputs", mode=text, set_label=text, set_label_api_name=text, mid=text)
        assert response.status_code in (302, 422)


def test_a_handed_over_setup_keeps_its_choices(site: Site) -> None:
    before = site.desk.setup.inputs
    finish_setup(site.desk.setup, site.desk.person)
    site.post("inputs", mode="repair", set_label="New", set_label_api_name="New")
    assert Setup.objects.get(pk=site.desk.setup.pk).inputs == before


@pytest.mark.parametrize(("stage", "warns"), [("people", True), ("connect", True), ("app_access", False)])
def test_a_connection_user_who_is_switched_off_is_told_where_the_user_is_needed(
    site: Site, stage: str, warns: bool
) -> None:
    with site.desk.stand.world.lock:
        site.desk.theirs.tables["User"][site.desk.theirs.connection_user_id]["IsActive"] = False
    site.desk.check()
    link = site.at("stage", "prepare") + "#line-connection_user_active"
    page = site.page("stage", stage)
    assert ("is switched off." in page) is warns
    assert (link in page) is warns


def test_what_is_typed_is_kept_by_every_other_button_of_the_first_stage(
    make: MakeSetup, site_of: SiteOf
) -> None:
    desk = make("live")
    desk.choose(0, mode="repair")
    desk.check()
    site = site_of(desk)
    page = html.fromstring(site.page("stage", "prepare"))
    (add_all,) = [each for each in page.xpath("//button[@name='way']") if "Add all" in each.text_content()]
    assert (add_all.get("form"), add_all.get("formaction")) == ("choices-form", site.at("way", "prepare"))
    typed = {
        "from_stage": "1",
        "mid": "5001234",
        "mode": "repair",
        "set_label": "Marketing Cloud Connected App",
    }
    site.post("way", "prepare", **typed, way=add_all.get("value"))
    assert desk.reload().inputs["mid"] == "5001234"
    assert desk.setup.inputs["people"], "and what the button does is done"
    site.post("check", **{**typed, "mid": "5001235"}, stage="prepare")
    assert desk.reload().inputs["mid"] == "5001235"
    refused = site.post("check", **{**typed, "mid": "five"}, stage="prepare")
    assert refused.status_code == 422
    assert 'value="five"' in refused.content.decode()


@pytest.mark.parametrize(("sandbox", "tryout"), [(False, False), (True, False), (False, True)])
def test_in_production_the_client_s_admin_comes_first_where_work_is_by_hand(
    make: MakeSetup, site_of: SiteOf, settings: Settings, sandbox: bool, tryout: bool
) -> None:
    settings.TRYOUT = tryout
    desk = make("fresh", is_sandbox=sandbox)
    desk.choose(1)
    desk.check()
    page = html.fromstring(site_of(desk).page("stage", "policies"))
    filled = [each.get("href") for each in page.xpath("//main//a[contains(@class, 'btn primary')]")]
    links = page.xpath("//main//a[contains(., 'Send this stage to the client')]/@href")
    assert links == [site_of(desk).at("invite") + "?stage=policies"], "once"
    assert (filled == links) is not (sandbox or tryout)
