"""Approving a plan: exactly the plan that was shown, once, and in production by name."""

from __future__ import annotations

import pytest
from django.utils import timezone
from lxml import html

from orgs.connections import tokens
from simulator import policies
from teams.models import User
from tests.fixture_types import MakeSetup, SignedIn
from tests.wizard.harness import SetupHarness
from tests.wizard.views.conftest import Site, SiteOf
from wizard.models import Job

pytestmark = pytest.mark.django_db


def jobs_of(desk: SetupHarness, kind: str = "apply") -> list[Job]:
    return list(desk.setup.jobs.filter(kind=kind))


def test_the_plan_that_is_shown_is_started_and_the_page_comes_back(site: Site) -> None:
    response = site.post("apply", "permission_set", **site.plan("permission_set"))
    assert response["Location"] == site.at("stage", "permission_set")
    (job,) = jobs_of(site.desk)
    assert job.approved == ["permission_set:Marketing_Cloud_Connected_App:Marketing Cloud Connected App"]
    assert job.requested_by == site.desk.person
    assert "Waiting for a free worker" in site.page("stage", "permission_set")
    assert site.desk.work(job).state == "done"
    page = site.page("stage", "permission_set")
    assert "Finished at" in page
    assert "Dana Whitfield" in page


def test_pressing_twice_makes_one_job_and_says_who_started_it(
    site: Site, sam: User, signed_in: SignedIn
) -> None:
    plan = site.plan("permission_set")
    site.post("apply", "permission_set", **plan)
    other = Site(signed_in(sam), site.desk)
    response = other.post("apply", "permission_set", **plan)
    assert response.status_code == 302
    assert "Dana Whitfield has started this already" in other.said(response)
    assert len(jobs_of(site.desk)) == 1


def test_a_page_that_is_no_longer_true_starts_nothing(site: Site) -> None:
    plan = site.plan("permission_set")
    site.desk.choose(2, set_label="Another", set_name="Another")
    site.desk.check()
    response = site.post("apply", "permission_set", **plan)
    assert "has changed since this page was made" in site.said(response)
    assert jobs_of(site.desk) == []


@pytest.mark.parametrize("fingerprint", ["", "x", "0" * 64])
def test_without_the_plan_that_was_shown_nothing_starts(site: Site, fingerprint: str) -> None:
    site.post("apply", "permission_set", fingerprint=fingerprint)
    site.post("apply", "permission_set")
    assert jobs_of(site.desk) == []


def test_a_stage_that_has_to_wait_can_t_be_started(site: Site) -> None:
    response = site.post("apply", "people", **site.plan("permission_set"))
    assert "nothing left to change" in site.said(response)
    assert jobs_of(site.desk) == []


def test_what_is_offered_for_all_stages_unfolds_by_no_update(site: Site) -> None:
    """A button for one change must not turn into one for eight under somebody's pointer."""

    def is_open(page: str) -> bool:
        return "open" in html.fromstring(page).find_class("together")[0].attrib

    site.desk.apply("permission_set")
    assert not is_open(site.page("stage", "permission_set", how="auto"))
    update = site.client.get(site.at("actions", "permission_set"), headers={"HX-Request": "true"})
    assert not is_open(update.content.decode())


def test_all_automatic_stages_can_be_started_together(site: Site) -> None:
    page = site.page("stage", "app_access")
    assert "Do all automatic stages at once" in page
    plan = site.plan("app_access")
    assert plan["together"] == "1"
    site.post("apply", "app_access", **plan)
    (job,) = jobs_of(site.desk)
    assert job.stages == ["permission_set", "people", "app_access"]
    assert site.desk.work(job).state == "done"


def test_from_the_first_stage_it_leads_on_to_what_only_a_person_can_do(site: Site) -> None:
    response = site.post("apply", "prepare", **site.plan("prepare"))
    assert response["Location"] == site.at("stage", "policies")
    (job,) = jobs_of(site.desk)
    assert "Making the changes" in site.page("stage", "policies")
    assert "Do this stage by hand meanwhile" in site.page("live", "policies"), "so it goes when we are done"
    Job.objects.filter(pk=job.pk).update(state="failed", error_code="SET_MISSING", finished_at=timezone.now())
    for stage in ("prepare", "policies", "people"):
        page = site.page("stage", stage)
        assert "No change was made" in page, "how it ended is told where they are"
        assert "by hand meanwhile" not in page
    assert "No change was made" not in site.page("stage", "connect")


def test_in_an_org_in_use_the_policies_wait_for_the_changes(site: Site) -> None:
    site.desk.choose(2, mode="repair")
    response = site.post("apply", "prepare", **site.plan("prepare"))
    assert response["Location"] == site.at("stage", "prepare")
    assert len(jobs_of(site.desk)) == 1


def test_what_is_done_already_is_led_to_by_nothing(site: Site) -> None:
    desk = site.desk
    with desk.stand.world.lock:
        policies.save(desk.theirs, desk.theirs.app_id, policies.WANTED, desk.theirs.admin_id)
    desk.check()
    response = site.post("apply", "prepare", **site.plan("prepare"))
    assert response["Location"] == site.at("stage", "prepare")


def test_the_plan_of_one_stage_does_not_start_all(site: Site) -> None:
    site.post("apply", "permission_set", **site.plan("permission_set"), together="1")
    assert jobs_of(site.desk) == []


def test_a_wrong_name_is_told_at_the_plan_that_was_approved(make: MakeSetup, site_of: SiteOf) -> None:
    desk = make(is_sandbox=False, name="Alpine Outfitters")
    desk.choose(1)
    desk.check()
    site = site_of(desk)
    page = html.fromstring(site.page("stage", "permission_set"))
    (fingerprint,) = page.xpath("//form[.//input[@name='together']]//input[@name='fingerprint']/@value")
    plan = {"fingerprint": fingerprint, "together": "1", "org_name": "Alpine"}
    told = html.fromstring(site.post("apply", "permission_set", **plan).content)
    (field,) = told.xpath("//input[@name='org_name' and @aria-invalid='true']")
    (around,) = field.xpath("ancestor::details[@open]")
    assert around.get("class") == "together"
    assert len(told.xpath("//*[@id='org-name-error']")) == 1
    assert len(told.xpath("//input[@name='org_name']")) == 2, "the stage's own plan is not marked"


def test_in_production_the_name_has_to_be_typed(make: MakeSetup, site_of: SiteOf) -> None:
    desk = make(is_sandbox=False, name="Alpine Outfitters")
    desk.choose(1)
    desk.check()
    site = site_of(desk)
    assert "This is a production org." in site.page("stage", "permission_set")
    plan = site.plan("permission_set")
    for typed in ("", "Alpine", "yes"):
        response = site.post("apply", "permission_set", **{**plan, "org_name": typed})
        assert response.status_code == 422
        field = html.fromstring(response.content).xpath("//input[@name='org_name' and @aria-invalid='true']")
        assert [each.value or "" for each in field] == [typed], "at the field, which keeps what was typed"
        assert "Error: Stage" in response.content.decode(), "in the title, which is read out first"
        assert (
            "not the org&#x27;s name" in response.content.decode()
            or "not the org's name" in response.content.decode()
        )
    assert jobs_of(desk) == []
    site.post("apply", "permission_set", **{**plan, "org_name": "  alpine OUTFITTERS "})
    assert len(jobs_of(desk)) == 1


def test_a_sandbox_asks_for_no_name(site: Site) -> None:
    assert "org_name" not in site.plan("permission_set")


def test_when_everything_is_right_there_is_nothing_to_approve(make: MakeSetup, site_of: SiteOf) -> None:
    desk = make("all_done")
    desk.choose(0)
    desk.check()
    site = site_of(desk)
    assert 'class="plan"' not in site.page("stage", "permission_set")
    response = site.post("apply", "permission_set", fingerprint="x")
    assert "nothing left to change" in site.said(response)


def test_who_must_sign_in_again_starts_nothing_and_is_told(site: Site) -> None:
    plan = site.plan("permission_set")
    tokens.disconnect(site.desk.org.connection)
    response = site.post("apply", "permission_set", **plan)
    assert "Sign in to the org again first" in site.said(response)
    assert jobs_of(site.desk) == []
    page = site.page("stage", "permission_set")
    assert "Your progress is saved" in page
    assert 'class="plan"' not in page


def test_a_refusal_is_told_on_the_page_with_a_remedy_and_no_traceback(
    make: MakeSetup, site_of: SiteOf
) -> None:
    desk = make()
    desk.theirs.switches.change(app_grant="CANNOT_MODIFY_MANAGED_OBJECT")
    desk.choose(1)
    desk.check()
    job = desk.apply()
    page = site_of(desk).page("stage", "app_access")
    assert "CANNOT_MODIFY_MANAGED_OBJECT" in page
    assert job.reference in page
    assert "Details for support" in page
    assert "Traceback" not in page
