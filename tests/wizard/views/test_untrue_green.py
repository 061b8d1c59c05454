"""What looked done and was not: told on the page, and in the report with its date."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils.formats import date_format

from simulator import policies
from simulator.seeding import odd_rows
from simulator.seeding.package import install_app
from tests.fixture_types import MakeSetup
from tests.wizard.views.conftest import Site

pytestmark = pytest.mark.django_db


def test_a_permission_set_group_of_that_name_leaves_the_stage_open(site: Site, make: MakeSetup) -> None:
    site.desk = desk = make("group_named_like_ours")
    desk.choose(2, set_name="Marketing_Cloud_Connected_App")
    desk.check()
    page = site.page("stage", "permission_set")
    assert "permission set group" in page
    assert "Use the existing permission set" not in page
    assert "Make a new one named" in page
    site.post("way", "permission_set", way="0")
    desk.work(desk.setup.jobs.get(kind="check", state="queued"))
    assert desk.apply("permission_set").state == "done"
    assert desk.statuses()["set_created"] == "done"


def shown(moment: str) -> str:
    """The day, as an English page writes it."""
    return date_format(datetime.fromisoformat(moment), "DATE_FORMAT")


def test_an_assignment_that_ends_soon_counts_only_once_it_is_signed_for(site: Site, make: MakeSetup) -> None:
    site.desk = desk = make("assignments_end", is_sandbox=True)
    marketing = [row for row in desk.theirs.rows("User") if row["Department"] == "Marketing"]
    team = [row["Id"] for row in marketing if row["IsActive"]]
    desk.choose(team, set_name="Marketing_Cloud_Connected_App")
    desk.check()
    ends = shown(desk.theirs.find("PermissionSetAssignment", AssigneeId=team[0])[-1]["ExpirationDate"])
    assert desk.statuses()["people_assigned"] == "cannot_check"
    page = site.page("stage", "people")
    assert ends in page
    assert "without an end date" in page
    site.post("confirm", "people_assigned", sure="yes")
    assert ends in site.page("report"), "signed, and told all the same"
    later = shown(desk.theirs.find("PermissionSetAssignment", AssigneeId=team[1])[-1]["ExpirationDate"])
    assert later in site.page("stage", "people")


def test_what_was_signed_falls_when_the_app_is_installed_again_and_the_history_says_so(
    site: Site, make: MakeSetup
) -> None:
    site.desk = desk = make("fresh")
    desk.theirs.switches.change(ip_audit_rows=False)
    with desk.stand.world.lock:
        policies.save(desk.theirs, desk.theirs.app_id, policies.WANTED, desk.theirs.admin_id)
    desk.choose(2)
    desk.check()
    site.post("confirm", "ip_relaxation", sure="yes")
    assert "Confirmed by Dana" in site.page("stage", "policies")
    with desk.stand.world.lock:
        odd_rows.uninstall_app(desk.theirs)
    desk.check()
    page = site.page("stage", "policies", how="manual")
    assert "Confirmed by Dana" not in page
    assert "confirm-ip_relaxation" not in page, "what is not there can't be signed for"
    said = site.said(site.post("confirm", "ip_relaxation", sure="yes"))
    assert "needs no confirmation" in said
    with desk.stand.world.lock:
        install_app(desk.theirs, desk.theirs.admin_id)
    desk.check()
    assert "Confirmed by Dana" not in site.page("stage", "policies")
    assert "had confirmed it, and that no longer counts" in site.page("history")
