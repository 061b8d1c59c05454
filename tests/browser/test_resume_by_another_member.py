"""A setup that one person began is finished by another, elsewhere: status is derived from the org."""

from __future__ import annotations

import re
from urllib.parse import quote

from playwright.sync_api import expect

from tests.browser.stand_in import APP_SET


def test_sam_finishes_what_dana_began_in_a_half_done_production_org(dana, sam, new_org):
    org = new_org("half_done", is_sandbox=False)
    had_it_before = org.holders(APP_SET)
    assert len(had_it_before) == 4
    chosen = dana.begin_prepared(org, people=6)
    dana.expect_stage_words("Before you start", "Done")
    dana.page.context.close()  # and goes home

    # Next day, another browser, another member of the team.
    sam.page.goto(f"{sam.app.url}/?q={quote(org.name)}")
    row = sam.page.get_by_role("listitem").filter(has=sam.page.get_by_role("link", name=org.name, exact=True))
    expect(row).to_contain_text("Production")
    expect(row).to_contain_text("Not assigned. Dana Whitfield worked on it last.")
    expect(row).to_contain_text("3 of 8 stages done")
    expect(row).to_contain_text("Next: Assign people")
    row.get_by_role("link", name=org.name).click()
    expect(sam.page).to_have_url(re.compile("/stages/people/"))
    sam.expect_stage_words("Edit the connected app's policies", "Done")
    sam.expect_stage_words("Create the permission set", "Done")

    # A production org's name has to be typed; the wrong one changes nothing.
    mark = org.mark()
    together = sam.page.locator("details.together")
    sam.open_together()
    type_name = together.get_by_label(re.compile("Type the org's name"))
    type_name.fill("another org")
    together.locator(".plan-btns button").click()
    expect(sam.page.locator("#actions").get_by_role("alert")).to_contain_text(f"Type {org.name} to go on")
    assert org.writes_since(mark) == []
    sam.open_together()
    type_name.fill(org.name)
    together.locator(".plan-btns button").click()
    sam.expect_job_done()
    sam.expect_all_done(3)
    expect(sam.job).to_contain_text("asked for by Sam Okafor")

    sam.go_to("connect")
    sam.confirm("log_out")
    link = sam.open_deep_link("Open the Marketing Cloud tab")
    link.log_in(org.admin)  # another browser: Salesforce asks who it is
    link.connect_to_engagement()
    sam.expect_all_done(2)
    sam.go_to("handover")
    sam.hand_over()

    assert org.holders(APP_SET) == sorted({*had_it_before, *chosen, org.connection_user["username"]})
    report = sam.report()
    assert {status for status, _proof in report.values()} == {"Done"}
    assert "Sam Okafor" in report[34][1]
    told = sam.history()
    assert any("Handed the setup over" in each for each in told)
    names = set(sam.page.locator("tbody td:nth-child(2)").all_inner_texts())
    assert {"Dana Whitfield", "Sam Okafor"} <= names
