"""What a page says is so in that very state: each test is a state in which it once was not."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def test_a_line_says_what_the_reader_can_do_about_it(dana, new_org):
    dana.begin_connected(new_org("fresh"), "policies")
    line = dana.page.locator("#line-ip_relaxation")
    expect(line).to_contain_text("We can't tell")
    expect(line).to_contain_text("look at the app's page and confirm")
    line.get_by_text("More", exact=False).first.click()
    expect(line.get_by_role("link", name="Open in Salesforce")).to_be_visible()
    dana.go_to("people")
    dana.page.get_by_text("3 items have to wait").click()
    line = dana.page.locator("#line-connection_user_sets")
    expect(line).to_contain_text("Choose that user in Before you start.")
    line.get_by_role("link", name="Choose the user").click()
    expect(dana.page.locator("#choices")).to_be_visible()


def test_what_is_not_saved_is_named_and_asked_for_before_it_is_left(dana, new_org):
    dana.begin_connected(new_org("fresh"))
    page, note = dana.page, dana.page.locator("#not-saved")
    expect(note).to_be_hidden()
    dana.expect_stage_words("Handover", "Items of stages 2\N{EN DASH}7 are open")
    page.get_by_label("Expected Engagement account id").fill("1234567")
    expect(note).to_contain_text("Not saved yet: Expected Engagement account id")
    with page.expect_event("dialog") as asked:
        page.once("dialog", lambda dialog: dialog.dismiss())
        page.get_by_role("link", name="Help", exact=True).click()
    assert asked.value.type == "beforeunload"
    page.get_by_role("button", name="Save these choices").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(note).to_be_hidden()
    line = page.locator("#line-mid")
    page.get_by_text(re.compile("^[0-9]+ done")).click()
    expect(line).to_contain_text("From the choices of this setup")
    expect(page.locator("#line-choices")).to_contain_text("Nobody is chosen")


def test_what_is_typed_keeps_the_buttons_and_the_page_says_when_they_can_do_something_else(
    dana, sam, new_org, app
):
    org = new_org("fresh")
    dana.begin_prepared(org)
    dana.expect_plan_of_now()
    page, stale = dana.page, dana.page.locator("#stale")
    page.locator("details#chosen > summary").click()
    label = page.get_by_label("Label of the new permission set")
    label.fill("Typed and not saved")
    expect(stale).to_be_hidden()
    sam.page.goto(f"{dana.setup_url}stages/permission_set/")
    sam.apply_button().click()
    sam.expect_job_done()
    expect(stale).to_be_visible()
    expect(stale).to_contain_text("What can be done here has changed meanwhile")
    expect(page.locator("#say")).to_contain_text("What can be done here has changed meanwhile")
    expect(label).to_have_value("Typed and not saved")
    stale.get_by_role("link", name="Discard it").click()
    expect(stale).to_be_hidden()
    expect(page.get_by_label("Label of the new permission set")).to_have_value(
        "Marketing Cloud Connected App"
    )
    dana.expect_plan_of_now()
    expect(page.locator("#actions")).not_to_contain_text("Create the permission set")
