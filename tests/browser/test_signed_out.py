"""Salesforce has signed us out, or lets our user do too little: what is loudest, and the way on."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def test_the_org_bar_is_the_alert_with_its_button_above_the_fold(dana, new_org):
    org = new_org("fresh")
    dana.begin_prepared(org, "policies", people=2)
    page, bar = dana.page, dana.page.locator("#orgbar")
    org.sign_us_out()
    page.get_by_role("button", name="Check again").click()
    expect(bar).to_contain_text("Salesforce signed this connection out.")  # without a reload
    again = bar.get_by_role("button", name=f"Sign in to {org.name} again")
    for width, height in ((1280, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.reload()
        box = again.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < height / 2, "it is on the first screen, and not at its end"
        expect(page.locator("main .btn.primary")).to_have_count(0)
    expect(page.locator("#actions")).not_to_contain_text("turns to Done by itself")
    again.click()
    if page.get_by_label("Username").count():
        dana.at_salesforce().log_in(org.admin)
    dana.at_salesforce().allow(org.name)
    expect(page).to_have_url(re.compile("/stages/policies/"))  # where the work went on
    expect(bar).to_contain_text("Signed in as")


def test_a_missing_permission_is_one_box_and_another_user_signs_in_from_there(dana, new_org):
    org = new_org("fresh")
    dana.ask_for_stand_in()
    dana.at_salesforce().log_in(org.limited_admin)
    dana.at_salesforce().allow(org.name)
    dana.prepare(org, people=2)
    dana.expect_checked()
    dana.go_to("permission_set")
    page = dana.page
    box = page.locator("[id^=lacking-]")
    expect(box).to_have_count(1)
    expect(box).to_contain_text(f"Salesforce refuses that to {org.limited_admin}, as whom we work here.")
    expect(page.locator("main .btn.primary")).to_have_count(0)
    expect(box.get_by_role("link", name="See the item")).to_have_attribute("href", re.compile("#line-right_"))
    box.get_by_role("button", name="Sign in as another Salesforce user").click()
    dana.at_salesforce().log_in(org.admin)
    dana.at_salesforce().allow(org.name)
    expect(page).to_have_url(re.compile("/stages/permission_set/"))
    said = f"From now on we work in {org.name} as {org.admin}. Before, it was {org.limited_admin}."
    expect(page.get_by_text(said)).to_be_visible()
    expect(box).to_have_count(0)
    expect(dana.apply_button().first).to_have_class(re.compile("primary"))
    assert any(org.limited_admin in line for line in dana.history())
