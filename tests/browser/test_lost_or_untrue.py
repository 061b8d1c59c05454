"""What was once lost or untrue, each seen on a page in the state of an org that brings it about.

The points that have a file of their own are not here: ticks, known orgs, a set of a group, the safe order,
who uses the app, an org that is connected, and words that are true.
"""

from __future__ import annotations

import re
from datetime import datetime

import pytest
import requests
from playwright.sync_api import expect

from tests.browser import beginning
from tests.browser.stand_in import APP_SET, TIMEOUT

BUSY = "token request is already being processed"
LONGER = "Salesforce Marketing Cloud Sandbox"


@pytest.fixture
def refusing(app):
    """Rules of the stand-in, gone again after the test."""
    faults = f"{app.stand_in_url}/stand-in/faults"

    def add(org, **rule) -> None:
        requests.post(faults, json={"org": org.id, **rule}, timeout=TIMEOUT).raise_for_status()

    yield add
    requests.delete(faults, timeout=TIMEOUT).raise_for_status()


def test_a_refusal_that_passes_ends_no_connection(dana, new_org, refusing, app):
    org = new_org("fresh")
    dana.begin_connected(org)
    dana.expect_checked()
    page = dana.page
    refusing(org, fault="refused", kind="refresh", code="invalid_grant", message=BUSY)
    requests.post(f"{org.url}/tokens", json={"action": "expire"}, timeout=TIMEOUT).raise_for_status()
    page.get_by_role("button", name="Check again").first.click()
    busy = page.locator("#main").get_by_text("Salesforce was busy with our sign-in and did not renew it.")
    expect(busy.first).to_be_visible()
    expect(page.locator("#orgbar")).to_contain_text("Signed in as")
    requests.delete(f"{app.stand_in_url}/stand-in/faults", timeout=TIMEOUT).raise_for_status()
    page.get_by_role("button", name="Check again").first.click()
    expect(busy).to_have_count(0)
    dana.expect_checked()


def test_an_assignment_that_ends_soon_is_no_green_line(dana, new_org):
    org = new_org("assignments_end")
    set_id = org.permission_set(APP_SET)["Id"]
    rows = org.rows("PermissionSetAssignment", PermissionSetId=set_id)
    ends = {row["AssigneeId"]: row["ExpirationDate"] for row in rows if row.get("ExpirationDate")}
    chosen = [row["Username"] for row in org.rows("User") if row["Id"] in ends]
    assert len(chosen) == 2
    dana.begin_connected(org)
    beginning.prepare(dana.page.context, org, dana.setup_url, chosen, "repair")
    dana.go_to("people")
    dana.expect_checked()
    line = dana.page.locator("#line-people_assigned")
    expect(line).not_to_have_class(re.compile("is-done"))
    expect(line).to_contain_text(f"{datetime.fromisoformat(min(ends.values())):%-d %b %Y}")


def test_what_was_signed_falls_when_the_org_shows_a_later_change(dana, new_org):
    org = new_org("fresh")
    dana.begin_connected(org, "policies")
    dana.expect_checked()
    line = dana.page.locator("#line-ip_relaxation")
    dana.confirm("ip_relaxation")
    expect(line).to_contain_text("Confirmed by Dana")
    org.at_its_pages().set_policies(ip_relaxation="BYPASS_2FACTOR")
    expect(line).not_to_contain_text("Confirmed by Dana")
    expect(line).to_contain_text("IP relaxation was last set to another value.")
    assert any("no longer counts" in said for said in dana.history())


def test_what_can_not_exist_yet_can_not_be_signed(dana, new_org):
    dana.begin_connected(new_org("app_not_installed"), "policies")
    dana.expect_checked()
    expect(dana.page.locator("#line-ip_relaxation")).to_contain_text("has to be installed first")
    expect(dana.page.locator("#confirm-ip_relaxation")).to_have_count(0)


def test_a_change_of_an_app_with_a_longer_name_is_none_of_ours(dana, new_org):
    org = new_org("app_with_longer_name")
    assert any(
        LONGER in row["Display"] for row in org.rows("SetupAuditTrail", Action="changeIpRelaxationPolicy")
    )
    dana.begin_connected(org, "policies")
    dana.expect_checked()
    line = dana.page.locator("#line-ip_relaxation")
    expect(line).to_contain_text("Salesforce shows this policy to no program")
    expect(line).not_to_contain_text("installed again")
    expect(line).not_to_contain_text(LONGER)


def apply_everything(dana, org) -> None:
    dana.begin_prepared(org, "permission_set", people=1)
    dana.apply_all_together()
    dana.expect_job_done()


def undo(dana) -> None:
    dana.page.get_by_role("button", name="Check again").first.click()
    dana.expect_checked()
    dana.go_to("handover")
    section = dana.page.locator("section[aria-labelledby=undo-title]")
    section.locator("summary").first.click()
    section.get_by_role("button", name=re.compile("^Undo these")).click()


def test_a_set_that_somebody_renamed_is_still_ours_and_undone_with_its_holders(dana, new_org):
    org = new_org("fresh")
    apply_everything(dana, org)
    set_id = org.permission_set(APP_SET)["Id"]
    org.at_its_pages().rename_set(APP_SET, "MC_App", "MC App")
    dana.page.get_by_role("button", name="Check again").first.click()
    line = dana.page.locator("#line-set_name")
    expect(line).to_contain_text("MC App (MC_App)")
    expect(line).to_contain_text("Use it under that name, or choose another label")
    expect(dana.apply_button()).to_have_count(0)  # no second one is planned
    undo(dana)
    dana.expect_job_done()
    expect(dana.job).to_contain_text("Deleted the permission set MC App")
    expect(dana.job).not_to_contain_text("Still in the org")
    assert org.rows("PermissionSet", Id=set_id) == []
    assert org.rows("PermissionSetAssignment", PermissionSetId=set_id) == []


def test_undo_keeps_a_set_that_another_app_uses_and_names_the_app(dana, new_org):
    org = new_org("app_with_longer_name")
    apply_everything(dana, org)
    (other,) = org.rows("ConnectedApplication", Name=LONGER)
    org.at_its_pages().put_on_app(APP_SET, other["Id"])
    undo(dana)
    expect(dana.job).to_contain_text(f"stays: another app uses it too ({LONGER})")
    assert org.permission_set(APP_SET)
