"""What changes while somebody looks at a list is on it without a reload, and both lists agree."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser import beginning
from tests.waiting import eventually


def row_of(page, name):
    return page.locator(".setups > li").filter(has_text=name)


def test_a_change_appears_on_the_list_and_the_focus_stays(dana, sam, new_org):
    org = new_org("fresh", name="Tidewater Lists")
    dana.begin_prepared(org, "permission_set")
    page = sam.page
    page.goto(sam.app.url)
    row = row_of(page, org.name)
    expect(row).to_contain_text("Not assigned.")
    page.evaluate("window.same = true")
    row.get_by_role("link").focus()
    dana.page.goto(dana.setup_url.replace("/setups/", "/support/"))
    dana.page.get_by_role("button", name="Take over").click()
    expect(row).to_contain_text("Assigned to Dana Whitfield.")
    assert page.evaluate("window.same"), "the page was not loaded again"
    expect(row.get_by_role("link")).to_be_focused()


def counts(page, select):
    """Reason -> how many, as the filter of a list says."""
    said = page.locator(f"{select} option").all_text_contents()
    found = filter(None, (re.fullmatch(r"(.+) \((\d+)\)", each) for each in said))
    return {each[1]: int(each[2]) for each in found}


def test_both_lists_count_the_same_and_a_long_one_is_dense(dana, app, new_org):
    for _ in range(9):
        beginning.connect(dana.page.context, app, new_org("fresh"))
    page = dana.page

    def both() -> bool:  # an org may be read, and a setup change its state, between the two pages
        page.goto(f"{app.url}/support/")
        stuck = counts(page, "#reason")
        page.goto(app.url)
        listed = counts(page, "#state")
        return bool(stuck) and stuck == {reason: listed.get(reason) for reason in stuck}

    eventually("both lists count the same", both)
    heights = page.locator(".setups > li").evaluate_all("rows => rows.map(row => row.offsetHeight)")
    assert len(heights) > 8
    assert max(heights) <= 64


def test_the_list_of_stages_tells_of_a_job_that_runs(dana, app, new_org):
    dana.begin_prepared(new_org("fresh"), "permission_set", people=1)
    with app.salesforce_hangs():
        dana.apply_button().first.click()
        dana.expect_stage_words("Create the permission set", re.compile("Making the changes"))
    dana.expect_job_done()
    dana.expect_stage_words("Create the permission set", "Done")


def test_a_setup_that_is_handed_over_says_at_the_handover_and_can_be_looked_at_now(dana, new_org):
    dana.begin_connected(new_org("half_done"), "handover")
    page = dana.page
    page.locator("#actions").get_by_role("link", name=re.compile("^Hand over")).first.click()
    page.get_by_role("button", name="Hand over and keep watching").click()
    expect(page.get_by_text("Handed over on")).to_be_visible()
    dana.go_to("policies")
    expect(page.locator("#live")).to_contain_text("These items show what was so at the handover.")
    page.locator("#live").get_by_role("link", name="Look now").click()
    page.get_by_role("button", name="Look now").click()
    expect(page.get_by_text("We are looking at the org now")).to_be_visible()
