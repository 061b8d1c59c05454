"""Who was ticked is not lost, whatever is pressed next."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def test_ticks_stay_across_searches_and_count_at_done_choosing(dana, new_org):
    org = new_org("fresh", name="Alpine Outfitters Ticks")
    first, second, third = org.some_people(3)
    dana.begin_connected(org)
    page = dana.page
    page.get_by_role("button", name="Choose people").click()
    dana.wait_for_people()
    search, count = page.get_by_label("Name, username or e-mail"), page.locator("#ticked-count")
    for number, who in enumerate((first, second), 1):
        search.fill(who["Username"])
        page.get_by_role("checkbox", name=who["Username"]).check()
        expect(count).to_have_text(str(number))
    search.fill(third["Username"])
    expect(page.locator("#results")).to_contain_text(third["Username"])
    expect(page.locator("#ticked-before")).to_contain_text(first["Username"])
    page.get_by_role("checkbox", name=second["Username"]).uncheck()
    search.fill(first["Username"])  # it is found again: one box, still ticked
    expect(page.get_by_role("checkbox", name=first["Username"])).to_have_count(1)
    expect(page.get_by_role("checkbox", name=first["Username"])).to_be_checked()
    expect(count).to_have_text("1")

    # Whoever goes elsewhere with a tick is asked.
    with page.expect_event("dialog") as asked:
        page.once("dialog", lambda dialog: dialog.dismiss())
        page.get_by_role("link", name="Help", exact=True).click()
    assert asked.value.type == "beforeunload"
    expect(count).to_have_text("1")
    dana.done_choosing()
    expect(page.get_by_text("Added 1 person.")).to_be_visible()
    expect(page).to_have_url(re.compile("/stages/prepare/"))
    expect(page.locator("#choices")).to_contain_text(first["Name"])
