"""What a page says is so in that very state."""

from __future__ import annotations

import pytest
from django.utils import timezone
from lxml import html

from tests.fixture_types import MakeSetup
from tests.wizard.views.conftest import Site
from wizard.guides.text import Text
from wizard.jobs.handover import finish_setup
from wizard.models import Job, Setup
from wizard.report import build

pytestmark = pytest.mark.django_db
SET = Text("the set {name}", {"label": "A set", "name": "A_set"}).to_json()


def rail(site: Site, stage: str = "prepare") -> dict[str, str]:
    page = html.fromstring(site.page("stage", stage))
    items = page.xpath("//nav[@id='stages']//li")
    return {
        each.find_class("name")[0].text_content(): each.find_class("st")[0].text_content() for each in items
    }


def line(site: Site, step: str, stage: str = "prepare") -> str:
    page = html.fromstring(site.page("stage", stage))
    return " ".join(page.get_element_by_id(f"line-{step}").text_content().split())


def test_the_first_stage_is_open_while_a_choice_is_missing_or_nobody_is_chosen(site: Site) -> None:
    assert "Done" in line(site, "choices")
    site.desk.choose(2, mode="")
    site.desk.check()
    assert "Not chosen yet: First connection or repair?" in line(site, "choices")
    assert "To choose" in line(site, "choices"), "nothing is wrong in the org"
    site.desk.choose(0)
    site.desk.check()
    assert "Nobody is chosen who works with Marketing Cloud" in line(site, "choices")
    site.post("confirm", "choices", sure="1")
    assert "Done" in line(site, "choices")
    site.desk.choose(1)
    site.desk.check()
    site.desk.choose(0)
    site.desk.check()
    assert "To choose" in line(site, "choices"), "what was signed was about other people"


def test_what_comes_from_our_form_is_not_said_to_be_read_from_salesforce(site: Site) -> None:
    site.desk.choose(2, mid="7946956")
    site.desk.check()
    for step in ("mid", "choices"):
        assert "From the choices of this setup" in line(site, step)
        assert "Read from Salesforce" not in line(site, step)


def test_the_list_of_stages_says_where_a_job_is_at_work(site: Site) -> None:
    before = rail(site)
    job = site.desk.approve("permission_set", "people")
    during = rail(site)
    assert {words for name, words in during.items() if words != before[name]} == {"Making the changes"}
    assert during["Assign people"] == during["Create the permission set"] == "Making the changes"
    Job.objects.filter(pk=job.pk).update(kind="undo", state="running")
    assert rail(site)["Assign people"] == "Undoing our changes"
    Job.objects.filter(pk=job.pk).update(kind="handover", stages=[])
    assert rail(site)["Handover"] == "Reading every item before the handover"


def test_a_handover_that_is_possible_is_not_said_to_be_impossible(site: Site) -> None:
    assert rail(site)["Handover"] == "Items of stages 2\N{EN DASH}7 are open"
    page = site.page("stage", "handover")
    assert "You can hand over anyway" in page
    assert "Cannot start yet: needs stages 2\N{EN DASH}7" not in page


@pytest.mark.parametrize(
    ("kind", "result", "title"),
    [
        ("apply", "made", "The changes that we made"),
        ("apply", "refused", "No change was made"),
        ("apply", "there", "No change was made"),
        ("undo", "made", "What we undid"),
        ("undo", "refused", "Nothing was undone"),
    ],
)
def test_a_job_that_changed_nothing_does_not_speak_of_its_changes(
    site: Site, kind: str, result: str, title: str
) -> None:
    job = site.desk.queue(kind, ["permission_set"])
    row = {"kind": "create_permission_set", "what": SET, "count": 1, "result": result}
    event = "changed" if kind == "apply" else "undone"
    job.events.create(setup=site.desk.setup, kind=event, data={"rows": [row]})
    Job.objects.filter(pk=job.pk).update(state="done", finished_at=job.created_at)
    page = html.fromstring(site.page("stage", "permission_set"))
    assert page.xpath("string(//*[@id='job']//h2)") == title


def test_after_the_handover_a_value_is_said_to_be_of_then(site: Site) -> None:
    assert "Now:" in line(site, "permitted_users", "policies")
    finish_setup(site.desk.setup, site.desk.person)
    assert "At handover:" in line(site, "permitted_users", "policies")
    report = site.page("report")
    assert "At handover:" in report
    assert "Now:" not in site.page("stage", "policies") + report


def test_a_form_that_is_not_saved_says_so(site: Site) -> None:
    shown = {"set_label": "Marketing Cloud Connected App"}
    shown |= {"set_label_api_name": "Marketing_Cloud_Connected_App", "mode": "first"}
    refused = html.fromstring(site.post("inputs", mid="12x", **shown).content.decode())
    assert refused.get_element_by_id("not-saved").get("hidden") is None
    assert refused.get_element_by_id("choices-form").get("data-unsaved") == "now"
    named = refused.get_element_by_id("not-saved").xpath("string(.//b)")
    assert "Expected Engagement account id" in named
    assert "Label of the new permission set" not in named, "nobody has touched that"


def test_a_watched_setup_can_be_looked_at_now_and_another_says_how(site: Site) -> None:
    desk = site.desk
    desk.setup.keep_watching = True
    finish_setup(desk.setup, desk.person)
    Setup.objects.filter(pk=desk.setup.pk).update(drift_checked_at=timezone.now())
    assert "Look now" in site.page("stage", "policies")
    site.post("look_now")
    assert "A look is under way" in site.page("stage", "handover")
    assert desk.reload().drift_checked_at is None, "its turn has come"
    Setup.objects.filter(pk=desk.setup.pk).update(keep_watching=False)
    assert "Open this setup again to look now" in site.page("stage", "policies")
    assert "We can't look any more" in site.said(site.post("look_now"))


def test_one_set_of_changes_has_one_number(site: Site) -> None:
    site.desk.apply()
    count = build.build(site.desk.reload()).change_count
    assert count > len(site.desk.events("changed"))
    page = site.page("stage", "people")
    assert f"See what was done: {count} changes" in page
    assert f"What we changed ({count})" in " ".join(site.page("report").split()).replace("</h2>", "")


def test_what_a_person_signed_has_that_one_reason_once_the_org_is_connected(
    site: Site, make: MakeSetup
) -> None:
    site.desk = desk = make("all_done")
    desk.choose(0)
    desk.check()
    assert "Not needed: this org is connected" in line(site, "log_out", "connect")
    signed = {"confirmed_by": desk.person, "confirmed_name": desk.person.name, "confirmed_at": timezone.now()}
    desk.setup.step_states.filter(step="log_out").update(**signed)
    told = line(site, "log_out", "connect")
    assert "Confirmed by Dana Whitfield" in told
    assert "Not needed" not in told


def test_a_wrong_account_leads_to_the_number_that_is_expected(site: Site, make: MakeSetup) -> None:
    site.desk = desk = make("wrong_account", is_sandbox=True)
    desk.choose(0, mid=desk.theirs.extra["mid"])
    desk.check()
    for stage, links in (("connect", [site.at("stage", "prepare") + "#choices"]), ("prepare", [])):
        harm = html.fromstring(site.page("stage", stage)).get_element_by_id("harm-connected")
        assert [a.get("href") for a in harm.xpath(".//a[contains(., 'Correct it')]")] == links


def test_a_reading_is_not_said_to_stop_after_a_change(site: Site) -> None:
    job = site.desk.queue("check")
    assert "Stop reading" in site.page("stage", "policies")
    site.post("stop", "policies")
    page = site.page("stage", "policies") + site.page("history")
    assert job.setup.jobs.filter(stop_requested_at__isnull=False).exists()
    assert "after the current change" not in page
    assert "after this change" not in page.partition('id="orgbar"')[0]
