"""Choosing people of the org: search, paste a list, everyone with a profile."""

from __future__ import annotations

import pytest
from lxml import html

from orgs.models import OrgUser
from tests.fixture_types import MakeSetup
from tests.wizard.given import given
from tests.wizard.harness import SetupHarness
from tests.wizard.views.conftest import Site
from wizard.actions import choose
from wizard.jobs.handover import finish_setup
from wizard.models import Job
from wizard.views.choose_people import ASK_ABOVE

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(site: Site) -> Site:
    """Nobody chosen, everybody known."""
    site.desk.choose([], connection_user="")
    site.desk.read_people()
    return site


def chosen(site: Site) -> list[str]:
    return list(site.desk.reload().inputs["people"])


def someone(site: Site, **where: object) -> OrgUser:
    return OrgUser.objects.filter(org=site.desk.org, **{"active": True, "licence": "Salesforce", **where})[0]


def inactive(site: Site) -> OrgUser:
    return OrgUser.objects.filter(org=site.desk.org, active=False)[0]


def test_the_search_finds_by_a_part_of_the_name_the_username_or_the_e_mail(people: Site) -> None:
    who = someone(people)
    for query in (who.name[:4], who.username[:6], who.email.upper()):
        assert who.username in people.page("choose", "people", q=query)
        assert who.username in people.page("results", "people", q=query)
    assert "Nobody found" in people.page("results", "people", q="zzzzzz")


def test_the_results_are_a_fragment_for_typing_and_a_page_without_javascript(people: Site) -> None:
    fragment = people.page("results", "people", q="a")
    assert fragment.lstrip().startswith('<div id="results"')
    assert 'name="q"' in people.page("choose", "people", q="a")


def test_ticked_people_are_added_once(people: Site) -> None:
    who = someone(people)
    for _ in range(2):
        response = people.post("choose", "people", user_id=[who.user_id], add="1")
        assert response["Location"] == people.at("choose", "people")
    assert chosen(people) == [who.user_id]
    assert who.name in people.page("choose", "people")


def test_ticks_stay_across_searches_and_count_with_whichever_button_is_pressed(people: Site) -> None:
    first, second, third = OrgUser.objects.filter(org=people.desk.org, active=True, licence="Salesforce")[:3]
    found = people.post(
        "choose", "people", search="1", q=second.username, user_id=[first.user_id], pasted="x"
    )
    page = html.fromstring(found.content.decode())
    boxes = page.xpath("//input[@name='user_id']")
    assert {box.get("value") for box in boxes if box.get("checked") is not None} == {first.user_id}
    assert second.user_id in {box.get("value") for box in boxes}
    assert {box.get("form") for box in boxes} == {"people-form"}
    assert page.get_element_by_id("ticked-count").text == "1"
    assert page.xpath("string(//textarea[@name='pasted'])") == "x"
    assert chosen(people) == []
    done = people.post("choose", "people", done="1", user_id=[first.user_id, second.user_id])
    assert done["Location"] == people.at("stage", "prepare")
    assert "Added 2 people" in people.said(done)
    people.post("choose", "people", everyone="", profile="No such profile", user_id=[third.user_id])
    assert chosen(people) == [first.user_id, second.user_id, third.user_id]


@pytest.mark.parametrize("button", ["clear", "remove"])
def test_what_is_ticked_and_typed_stays_when_somebody_is_taken_out(people: Site, button: str) -> None:
    first, second = OrgUser.objects.filter(org=people.desk.org, active=True)[:2]
    people.post("choose", "people", add="1", user_id=[first.user_id])
    posted = {button: first.user_id, "user_id": [second.user_id], "pasted": "typed", "q": second.username}
    page = html.fromstring(people.post("choose", "people", **posted).content.decode())
    assert page.xpath("//input[@name='user_id'][@checked]/@value") == [second.user_id]
    assert page.xpath("string(//textarea[@name='pasted'])") == "typed"
    assert chosen(people) == []
    page = html.fromstring(people.post("reread", "people", user_id=[second.user_id]).content.decode())
    assert page.xpath("//input[@name='user_id'][@checked]/@value") == [second.user_id]


def test_a_button_that_adds_nobody_says_so(people: Site) -> None:
    for button in ("add", "paste"):
        response = people.post("choose", "people", **{button: "1"})
        assert "Nobody was added: nobody is ticked" in people.said(response)
    page = people.post("choose", "people", paste="1", pasted="nobody@example.com").content.decode()
    assert "Nobody new was added." in page
    assert f'<a href="{people.at("choose", "people")}">Or go on without them</a>' in page
    assert "others were added" not in page
    good = someone(people)
    page = people.post("choose", "people", paste="1", pasted=f"x@y.example\n{good.email}").content.decode()
    assert "1 other person was added." in page


def test_whom_somebody_else_chose_meanwhile_stays_chosen(people: Site) -> None:
    first, second = OrgUser.objects.filter(org=people.desk.org, active=True)[:2]
    stale = people.desk.setup
    people.post("choose", "people", add="1", user_id=[first.user_id])
    person = people.desk.person
    choose.choose(given(stale, person), person, lambda now: {"people": [*now["people"], second.user_id]})
    assert chosen(people) == [first.user_id, second.user_id]


def test_a_pasted_list_keeps_the_good_ones_and_tells_about_the_others(people: Site) -> None:
    good, off = someone(people), inactive(people)
    pasted = f"{good.username}\n{off.username}\nnobody@example.com, {good.email}\n<b>bold"
    response = people.post("choose", "people", pasted=pasted, paste="1")
    assert response.status_code == 422
    page = response.content.decode()
    assert chosen(people) == [good.user_id]
    assert "is inactive in Salesforce" in page
    assert page.count("is not a username, e-mail, user id or name here") == 2
    assert "<b>bold" not in page
    assert "&lt;b&gt;bold" in page


def test_a_pasted_list_without_mistakes_leads_back_to_the_page(people: Site) -> None:
    who = someone(people)
    response = people.post("choose", "people", pasted=who.username.upper(), paste="1")
    assert response["Location"] == people.at("choose", "people")
    assert "Added 1 person" in people.said(response)


@pytest.mark.parametrize("filler", ["-" * 200_000, "nobody@example.com " * 5_000])
def test_a_list_that_is_too_long_is_refused_whole(people: Site, filler: str) -> None:
    pasted = "\n".join((someone(people).username, filler.replace(" ", "1\n"), "last@example.com"))
    numbered = "\n".join(f"{number}{line}" for number, line in enumerate(pasted.split("\n")))
    page = people.post("choose", "people", pasted=numbered, paste="1")
    assert page.status_code == 422
    assert "the list is too long" in page.content.decode()
    box = html.fromstring(page.content.decode()).xpath("string(//textarea[@name='pasted'])")
    assert "last@example.com" in box, "nothing of it is cut"
    assert chosen(people) == []


def test_only_the_wrong_lines_stay_marked_and_one_press_takes_the_person_who_was_meant(people: Site) -> None:
    good, meant = OrgUser.objects.filter(org=people.desk.org, active=True, licence="Salesforce")[:2]
    OrgUser.objects.filter(org=people.desk.org).exclude(pk=meant.pk).filter(name=meant.name).delete()
    wrong = f"{meant.username}x"
    response = people.post(
        "choose", "people", pasted=f"{good.username}\n{wrong}\nnobody@example.com", paste="1"
    )
    page = html.fromstring(response.content.decode())
    (box,) = page.xpath("//textarea[@name='pasted']")
    assert box.text_content().split() == [wrong, "nobody@example.com"]
    assert box.get("aria-invalid") == "true"
    (button,) = page.xpath(f"//button[@name='meant'][contains(., '{meant.username}')]")
    assert box.get("form") == button.get("form") == "people-form"
    response = people.post("choose", "people", pasted=box.text_content(), meant=button.get("value"))
    assert chosen(people) == [good.user_id, meant.user_id]
    (box,) = html.fromstring(response.content.decode()).xpath("//textarea[@name='pasted']")
    assert box.text_content().split() == ["nobody@example.com"]


def test_a_list_from_production_fits_a_sandbox_and_it_is_said(people: Site) -> None:
    who = someone(people)
    assert people.desk.org.is_sandbox
    ending = ".uat"
    OrgUser.objects.filter(pk=who.pk).update(username=f"andre@northwind.example{ending}")
    response = people.post("choose", "people", pasted="andre@northwind.example", paste="1")
    assert chosen(people) == [who.user_id]
    assert "adds .uat to usernames" in people.said(response)


def test_everyone_with_a_profile_is_added_without_the_inactive(people: Site) -> None:
    who = someone(people, profile="Standard User")
    people.post("choose", "people", everyone="", profile=who.profile)
    wanted = OrgUser.objects.filter(org=people.desk.org, profile=who.profile, active=True)
    assert sorted(chosen(people)) == sorted(wanted.values_list("user_id", flat=True))
    assert inactive(people).user_id not in chosen(people)


def test_very_many_at_once_are_chosen_only_after_a_question(people: Site) -> None:
    OrgUser.objects.filter(org=people.desk.org).update(profile="Marketing User", active=True)
    setup, org = people.desk.setup, people.desk.org
    more = ASK_ABOVE - OrgUser.objects.filter(org=org).count()
    OrgUser.objects.bulk_create(
        OrgUser(org=org, user_id=f"005many{number:08d}", profile="Marketing User", active=True)
        for number in range(more)
    )
    people.post("choose", "people", everyone="Marketing User")
    assert len(chosen(people)) == ASK_ABOVE, "so many are added at once"
    people.post("choose", "people", clear="1")
    OrgUser.objects.create(org=org, user_id="005onemore", name="One", profile="Marketing User", active=True)
    asked = people.post("choose", "people", everyone="Marketing User", from_stage="1", mid="7654321")
    assert f"Choose {ASK_ABOVE + 1} people at once?" in " ".join(asked.content.decode().split())
    assert chosen(people) == []
    setup.refresh_from_db()
    assert setup.inputs["mid"] == "7654321", "what else was filled in is kept"
    sends = dict(
        html.fromstring(asked.content.decode()).get_element_by_id("main").find(".//form").form_values()
    )
    yes = {key: str(value or "") for key, value in sends.items() if key != "csrfmiddlewaretoken"}
    assert people.post("choose", "people", **yes)["Location"] == people.at("stage", "prepare")
    assert len(chosen(people)) == ASK_ABOVE + 1


def test_inactive_people_can_t_be_ticked(people: Site) -> None:
    off = inactive(people)
    response = people.post("choose", "people", user_id=[off.user_id])
    assert response.status_code == 422
    assert "is inactive in Salesforce" in response.content.decode()
    assert chosen(people) == []


def test_people_of_another_org_can_t_be_chosen(people: Site, make: MakeSetup) -> None:
    other: SetupHarness = make()
    other.read_people()
    theirs = someone(Site(people.client, other))
    OrgUser.objects.filter(pk=theirs.pk).update(user_id="005000000000999AAA")
    people.post("choose", "people", user_id=["005000000000999AAA"])
    people.post("choose", "connection_user", user_id="005000000000999AAA")
    assert chosen(people) == []
    assert people.desk.setup.inputs["connection_user"] == ""


def test_one_person_or_everyone_is_removed(people: Site) -> None:
    who = [person.user_id for person in OrgUser.objects.filter(org=people.desk.org, active=True)[:3]]
    people.post("choose", "people", user_id=who)
    people.post("choose", "people", remove=who[1])
    assert chosen(people) == [who[0], who[2]]
    people.post("choose", "people", clear="1")
    assert chosen(people) == []


def test_the_connection_user_is_one_person_and_the_way_leads_back_to_the_stage(people: Site) -> None:
    first, second = OrgUser.objects.filter(org=people.desk.org, active=True)[:2]
    for who in (first, second):
        response = people.post("choose", "connection_user", user_id=who.user_id)
        assert response["Location"] == people.at("stage", "prepare")
    assert people.desk.reload().inputs["connection_user"] == second.user_id
    assert second.name in people.page("stage", "prepare")


def test_an_inactive_connection_user_is_refused_by_name(people: Site) -> None:
    off = inactive(people)
    response = people.post("choose", "connection_user", user_id=off.user_id)
    assert f"{off.name} is inactive" in people.said(response)
    assert people.desk.reload().inputs["connection_user"] == ""


def test_choosing_reads_the_org_for_the_new_choice(people: Site) -> None:
    people.post("choose", "people", user_id=[someone(people).user_id])
    assert Job.objects.filter(kind="check", state="queued").count() == 1


@pytest.mark.parametrize("text", ["\0", "a\0b", "%", "_", "\\", "'; --", "\ud83d\ude00", "x" * 5000])
def test_strange_text_is_no_error(people: Site, text: str) -> None:
    text = text.encode("utf-16", "surrogatepass").decode("utf-16")
    assert people.get("choose", "people", q=text).status_code == 200
    assert people.get("results", "people", q=text).status_code == 200
    for data in ({"pasted": text, "paste": "1"}, {"everyone": text}, {"user_id": text}, {"remove": text}):
        assert people.post("choose", "people", **data).status_code in (302, 422), data
    assert people.post("choose", "connection_user", user_id=text).status_code == 302
    assert chosen(people) == []


def test_the_list_of_people_is_read_again_on_request_once(people: Site) -> None:
    for _ in range(2):
        assert people.post("reread", "people").status_code == 302
    assert Job.objects.filter(kind="people").count() == 1
    assert "users from Salesforce." in people.page("results", "people")


def test_a_handed_over_setup_keeps_its_people(people: Site) -> None:
    who = someone(people).user_id
    finish_setup(people.desk.setup, people.desk.person)
    response = people.post("choose", "people", user_id=[who])
    assert "handed over" in people.said(response)
    assert chosen(people) == []


def test_choosing_from_the_stage_keeps_what_was_typed_there(people: Site) -> None:
    wanted = people.desk.theirs.connection_user_id
    typed = {"from_stage": "1", "set_label": "Guests", "set_label_api_name": "", "mid": "7946956"}
    response = people.post("choose", "connection_user", user_id=wanted, **typed)
    assert response["Location"] == people.at("stage", "prepare")
    kept = people.desk.reload().inputs
    assert (kept["connection_user"], kept["set_name"], kept["mid"]) == (wanted, "Guests", "7946956")
    wrong = people.post("choose", "connection_user", user_id=wanted, **{**typed, "mid": "12x"})
    assert wrong.status_code == 422
    assert 'value="12x"' in wrong.content.decode()


def test_a_search_says_when_it_shows_only_the_first(people: Site) -> None:
    assert "Only the first 20 are shown" in people.page("results", "people", q="")
    assert "Only the first" not in people.page("results", "people", q=someone(people).username)


def test_nobody_found_says_that_the_inactive_are_not_listed(people: Site) -> None:
    page = people.page("results", "people", q=inactive(people).username)
    assert "People who are inactive in Salesforce are not listed." in page


def test_the_page_says_why_nobody_is_marked_as_frozen(site: Site) -> None:
    why = "Who is frozen is not marked here"
    assert why in site.page("choose", "people")
    assert "We look it up for the user whom you choose." in site.page("choose", "connection_user")
