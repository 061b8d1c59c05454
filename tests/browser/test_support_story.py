"""Support: somebody calls, the setup is found, understood, taken over and finished under one's own name."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.states import REFUSAL


def test_sam_finds_a_stopped_setup_by_its_reference_takes_it_over_and_finishes_it(dana, sam, new_org):
    org = new_org("fresh", name="Alpine Outfitters Nord")
    org.switch(app_grant=REFUSAL)
    dana.begin_prepared(org, "permission_set")
    dana.apply_all_together()
    expect(dana.job.locator(".note.err")).to_be_visible()
    dana.job.get_by_text("Details for support").click()
    copied = dana.job.locator("#job-details").inner_text()
    dana.page.context.close()  # she calls support, and goes home

    # Sam pastes what she copied, and finds the one setup among all of the team's.
    page = sam.page
    page.goto(sam.app.url)
    page.get_by_role("link", name="Needs help").click()
    expect(page.get_by_role("heading", name="Needs help", level=1)).to_be_visible()
    row = page.locator("#stuck > li").filter(has_text=org.name)
    expect(row).to_contain_text("Stopped with a problem")
    expect(row).to_contain_text("What helps:")
    expect(row).to_contain_text("Not assigned. Dana Whitfield worked on it last.")
    reference = re.search(r"Reference ([0-9a-f]{8})", copied)
    assert reference, copied
    page.get_by_label("Org, person, error or reference").fill(reference[1])
    page.get_by_role("button", name=re.compile("^Show")).click()
    expect(page.get_by_text("1 setup fits.")).to_be_visible()
    page.locator("#stuck").get_by_role("link", name=org.name).click()

    # Everything is on one page.
    main = page.locator("#main")
    expect(main).to_contain_text("Started by")
    expect(main).to_contain_text("Dana Whitfield")
    expect(main).to_contain_text("The work stopped with a problem")
    expect(main.get_by_role("heading", name="What is next")).to_be_visible()
    main.get_by_text("Details for support").click()
    expect(main.locator("#job-details")).to_contain_text(reference[1])
    page.get_by_role("button", name="Take over").click()
    expect(page.get_by_text("This setup is assigned to you now.")).to_be_visible()
    page.get_by_label("Your note").fill("Dana called.\nThe admin has allowed it now.")
    page.get_by_role("button", name="Leave the note").click()
    expect(main).to_contain_text("The admin has allowed it now.")
    expect(page.locator(".orgbar")).to_contain_text("Assigned to Sam Okafor since")
    assert page.locator("input[type=password]").count() == 0

    # He resumes where it stopped, as himself; the rest is sent, and nothing twice.
    org.switch(app_grant="ok")
    main.get_by_role("link", name="Go to stage 5: Add the permission set to the app").click()
    sam.apply_button().click()
    sam.expect_job_done()
    expect(sam.job).to_contain_text("asked for by Sam Okafor")
    sam.expect_all_done(1)

    told = sam.history()
    assert any("Dana called." in each for each in told)
    assert "Took this setup over" in told
    names = set(page.locator("tbody td:nth-child(2)").all_inner_texts())
    assert {"Dana Whitfield", "Sam Okafor"} <= names
    page.get_by_role("link", name="Needs help").click()
    expect(page.locator("#stuck > li").filter(has_text=org.name)).to_have_count(0)
