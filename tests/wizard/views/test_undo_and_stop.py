from __future__ import annotations

from typing import Any

import pytest

from tests.wizard.harness import SetupHarness
from tests.wizard.views.conftest import Site
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


def test_in_production_the_name_has_to_be_typed_for_an_undo_too(make: Any, site_of: Any) -> None:
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
    heading = "Undo what we changed here, and so stage 5 too: Let the set use the app"
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
