"""An org that is connected is not told to connect again, and a wrong account is louder than all else."""

from __future__ import annotations

from playwright.sync_api import expect

STAGES = ("prepare", "policies", "people", "connect", "handover")


def test_dana_repairs_a_connected_org_without_signing_in_again(dana, new_org):
    org = new_org("all_done", name="Harbour Foods Repair")
    dana.begin_prepared(org, "connect", people=1, mode="repair")
    page = dana.page
    actions = page.locator("#actions")
    expect(actions).to_contain_text(f"Connected to account {org.mid} since")
    expect(actions).to_contain_text("Do not sign in again.")
    expect(page.locator("#line-log_out .state")).to_have_text("Not needed")
    expect(page.locator("#confirm-log_out")).to_have_count(0)
    again = page.get_by_role("link", name="Open the Marketing Cloud tab")
    expect(again.first).to_be_hidden()
    page.locator("#again > summary").click()
    expect(page.locator("#again")).to_contain_text("Triggered sends.")


def test_the_wrong_account_takes_the_signature_and_is_told_on_every_page(dana, new_org):
    org = new_org("ready_to_connect", name="Harbour Foods Wrong")
    dana.begin_prepared(org, "connect", people=0)
    dana.confirm("log_out")
    line = dana.page.locator("#line-log_out")
    expect(line).to_contain_text("Confirmed by Dana")
    elsewhere = dana.page.context.new_page()
    elsewhere.goto(f"{org.stand_in_url}/lightning/n/et4ae5__ExactTargetPhoenix")
    elsewhere.get_by_role("button", name="Connect to Marketing Cloud").click()
    elsewhere.get_by_label("Username").fill("somebody-else")
    elsewhere.get_by_label("Password").fill("anything")
    elsewhere.get_by_label("Account this user belongs to").fill("1111111")
    elsewhere.get_by_role("button", name="Login").click()
    harm = dana.page.locator("#harm-connected")
    expect(harm).to_contain_text(f"The wrong Engagement account is connected: 1111111 instead of {org.mid}.")
    expect(harm).to_contain_text("Log out of Engagement everywhere")
    expect(line).not_to_contain_text("Confirmed by Dana")
    for stage in STAGES:
        dana.go_to(stage)
        expect(harm).to_be_visible()
    said = dana.history()
    assert any("1111111 instead of" in each for each in said)
