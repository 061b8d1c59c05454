from __future__ import annotations

import pytest
from lxml import html

from tests.fixture_types import MakeSetup
from tests.wizard.harness import SetupHarness
from tests.wizard.views.conftest import Site, SiteOf
from wizard.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def applied(site: Site) -> Site:
    assert site.desk.apply().state == "done"
    return site


def undo_plan(site: Site, stage: str) -> dict[str, str]:
    return site.form(site.at("undo", stage), stage=stage)


def test_one_stage_is_undone(applied: Site) -> None:
    response = applied.post("undo", "app_access", **undo_plan(applied, "app_access"))
    assert response["Location"] == applied.at("stage", "app_access")
    job = Job.objects.get(kind="undo")
    assert job.stages == ["app_access"]
    assert applied.desk.work(job).state == "done"
    assert applied.desk.rows("SetupEntityAccess") == []


def test_the_last_stage_undoes_everything(applied: Site) -> None:
    applied.post("undo", "handover", **undo_plan(applied, "handover"))
    assert applied.desk.work(Job.objects.get(kind="undo")).state == "done"
    assert applied.desk.our_sets() == []


def test_undoing_twice_makes_one_job(applied: Site) -> None:
    plan = undo_plan(applied, "handover")
    for _ in range(2):
        assert applied.post("undo", "handover", **plan).status_code == 302
    assert Job.objects.filter(kind="undo").count() == 1


@pytest.mark.parametrize("fingerprint", ["", "x"])
def test_without_the_plan_that_was_shown_nothing_is_undone(applied: Site, fingerprint: str) -> None:
    response = applied.post("undo", "handover", fingerprint=fingerprint)
    assert "has changed" in applied.said(response)
    assert not Job.objects.filter(kind="undo").exists()


def test_in_production_the_name_has_to_be_typed_for_an_undo_too(make: MakeSetup, site_of: SiteOf) -> None:
    desk: SetupHarness = make(is_sandbox=False, name="Harbour Foods")
    desk.choose(1)
    desk.check()
    desk.apply()
    site = site_of(desk)
    plan = undo_plan(site, "handover")
    site.post("undo", "handover", **plan)
    assert not Job.objects.filter(kind="undo").exists()
    site.post("undo", "handover", **{**plan, "org_name": "Harbour Foods"})
    assert Job.objects.filter(kind="undo").exists()


def test_where_nothing_is_ours_nothing_can_be_undone(site: Site) -> None:
    response = site.post("undo", "handover", fingerprint="x")
    assert "nothing of ours left to undo" in site.said(response)
    assert not Job.objects.filter(kind="undo").exists()


def test_the_heading_names_the_other_stage_that_an_undo_undoes_too(applied: Site) -> None:
    heading = "Undo what we changed here, and so stage 5 too: Add the permission set to the app"
    applied.desk.undo("people")
    assert heading in applied.page("stage", "permission_set")
    applied.desk.undo("app_access")
    page = applied.page("stage", "permission_set")
    assert heading not in page
    assert "Undo what we changed here" in page


def test_a_stop_is_asked_for_and_shown(site: Site) -> None:
    job = site.desk.approve()
    response = site.post("stop", "people")
    assert response["Location"] == site.at("stage", "people")
    job.refresh_from_db()
    assert job.stop_requested_at
    page = site.page("stage", "people")
    assert "Stopping after this change" in page
    assert site.desk.work(job).state == "stopped"
    assert "What was done stays done" in site.page("stage", "people")


def test_a_stop_when_nothing_runs_is_no_harm(site: Site) -> None:
    assert site.post("stop", "people").status_code == 302
    assert not site.desk.events("stop_requested")


def test_a_stage_whose_undo_has_to_wait_leads_there_and_has_no_button(applied: Site) -> None:
    page = applied.page("stage", "permission_set")
    assert "What we changed in stage 4 holds it." in page
    assert f'href="{applied.at("stage", "people")}"' in page
    assert "Undo this change" not in page


@pytest.fixture
def in_use(applied: Site) -> Site:
    """Everything is done: the app lets in only approved people, and Marketing Cloud is connected."""
    apps = applied.desk.theirs.find("ConnectedApplication", Name="Salesforce Marketing Cloud")
    with applied.desk.stand.world.lock:
        apps[0]["OptionsAllowAdminApprovedUsersOnly"] = True
    applied.desk.check()
    return applied


def test_an_undo_that_shuts_people_out_says_so_and_asks_for_the_name(in_use: Site) -> None:
    desk, plan = in_use.desk, undo_plan(in_use, "handover")
    page = text(in_use.page("stage", "handover"))
    assert "After the undo nobody is approved any more, as far as we can see." in page
    assert "3 people lose access:" in page
    assert "Sends from Salesforce and the connection to Marketing Cloud stop." in page
    assert "Permitted Users stays Admin approved users are pre-authorized." in page
    assert "select All users may self-authorize, then click Save" in page
    assert "This is a production org." not in page
    in_use.post("undo", "handover", **plan)
    assert not Job.objects.filter(kind="undo").exists(), "a sandbox in use asks for its name too"
    in_use.post("undo", "handover", **{**plan, "org_name": desk.org.name})
    assert desk.work(Job.objects.get(kind="undo")).state == "done"
    page = text(in_use.page("stage", "handover"))
    assert "Nobody is approved for the app now, as far as we can see." in page
    assert "select All users may self-authorize, then click Save" in page


def text(page: str) -> str:
    return " ".join(html.fromstring(page).text_content().split())
