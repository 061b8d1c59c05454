"""The whole journey without a mouse, from the sign-in to the handover."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.journey import Journey
from tests.browser.keyboard import Keyboard
from tests.browser.salesforce import AT_ONCE, PERMITTED, RELAXED
from tests.waiting import eventually


def test_the_whole_journey(browse, app, new_org):
    page = browse(viewport={"width": 1280, "height": 700})
    dana, keys = Journey(page, app), Keyboard(page, app.url)
    org = new_org("fresh", people=40)
    page.goto(app.url)
    keys.press(re.compile("^Sign in as Dana"))
    expect(page.get_by_role("heading", name="Client orgs", level=1)).to_be_visible()
    keys.press(re.compile("^Start (a|your first) setup"))
    connect(keys, org)
    choose_and_apply(dana, keys)

    keys.press("Edit the connected app's policies")
    expect(page.get_by_role("heading", name="Edit the connected app's policies", level=1)).to_be_visible()
    dana.expect_checked()
    edit_policies(keys.press_for_a_tab(re.compile("^Open the app's page")))
    dana.expect_all_done(3)  # this page has changed meanwhile, without a load
    dana.expect_plan_of_now()
    # Done now: the steps are folded away, the focus with them.
    assert_focus_is_on(keys, re.compile("^See the steps again"))

    keys.press("Connect")
    expect(page.get_by_role("heading", name="Connect", level=1)).to_be_visible()
    keys.press(re.compile("^Only confirm it as"))
    expect(page.get_by_text("Confirmed by Dana").first).to_be_visible()  # on the page that follows
    log_in_to_engagement(keys.press_for_a_tab(re.compile("^Open the Marketing Cloud tab")))
    dana.expect_all_done(2)
    dana.expect_plan_of_now()
    # Connected now: the link is folded away behind what signing in again would stop, the focus with it.
    assert_focus_is_on(keys, re.compile("^Do it again all the same"))

    keys.press("Handover")
    expect(page.get_by_role("heading", name="Handover", level=1)).to_be_visible()
    keys.press("Hand over")
    expect(page.get_by_role("button", name="Hand over and end our access")).to_be_visible()
    keys.press("Hand over and end our access")
    expect(page.get_by_text("Handed over on")).to_be_visible()
    assert keys.problems == []
    assert {status for status, _proof in dana.report().values()} == {"Done"}


def connect(keys: Keyboard, org) -> None:
    expect(keys.page.get_by_label("Stand-in org for practice")).to_be_visible()
    keys.choose_radio(re.compile("Production|Sandbox|Stand-in|address"), "Stand-in org for practice")
    keys.press("Sign in at Salesforce")
    expect(keys.page.get_by_label("Username")).to_be_visible()
    keys.type_into("Username", org.admin)
    keys.page.keyboard.press("Enter")
    expect(keys.page.get_by_role("heading", name="Allow Access?")).to_be_visible()
    keys.press("Allow")
    expect(keys.page.get_by_text(f"We have access to {org.name}")).to_be_visible()


def choose_and_apply(dana: Journey, keys: Keyboard) -> None:
    expect(dana.page.get_by_role("radio", name="Marketing Cloud Connect (")).to_be_checked()
    expect(dana.page.get_by_role("button", name=re.compile("with Marketing User$"))).to_be_visible()
    keys.press(re.compile("with Marketing User$"))
    expect(dana.page.get_by_role("button", name=re.compile("^Make these .* changes for me$"))).to_be_visible()
    dana.expect_plan_of_now()
    with dana.app.salesforce_hangs():
        keys.press(re.compile("^Make these .* changes for me$"))
        expect(dana.job).to_contain_text("Making the changes")
        keys.tab_to("Stop after this change")
    dana.expect_job_done()
    expect(dana.page.locator("#stop-job")).to_have_count(0)
    # The button is gone with the job; whoever stood on it stands near, not at the top of the page.
    dana.page.wait_for_function("document.activeElement.closest('#actions') !== null")


def edit_policies(keys: Keyboard) -> None:
    keys.press("Edit Policies")
    expect(keys.page.get_by_label("Permitted Users")).to_be_visible()
    keys.choose_option("Permitted Users", PERMITTED)
    keys.choose_option("IP Relaxation", RELAXED)
    keys.choose_radio(re.compile("refresh token", re.IGNORECASE), AT_ONCE)
    keys.press("Save")
    expect(keys.page.get_by_role("button", name="OK")).to_be_visible()
    keys.press("OK")
    expect(keys.page.get_by_role("button", name="OK")).to_be_hidden()
    keys.press("Save")
    expect(keys.page.get_by_text("Your changes are saved.")).to_be_visible()


def log_in_to_engagement(keys: Keyboard) -> None:
    keys.press("Connect to Marketing Cloud")
    expect(keys.page.get_by_label("Username")).to_be_visible()
    keys.type_into("Username", "mc-api-user")
    keys.type_into("Password", "anything")
    keys.page.keyboard.press("Enter")
    expect(keys.page.get_by_text("This org is connected to Marketing Cloud account")).to_be_visible()


def assert_focus_is_on(keys: Keyboard, name: re.Pattern[str]) -> None:
    eventually(
        lambda: f"the focus is on {name.pattern}, not on {keys.focused()}",
        lambda: name.search((keys.focused() or {}).get("name", "")),
    )


def test_a_page_s_first_stop_leads_past_what_is_on_every_page(dana, new_org):
    org = new_org("fresh")
    dana.begin_connected(org, "policies")
    keys = Keyboard(dana.page, dana.app.url)
    keys.press("Skip to the current stage")
    dana.page.keyboard.press("Tab")
    assert dana.page.evaluate("document.activeElement.closest('#main') !== null")


def test_backwards_too_nothing_hides_under_the_bar_that_stays(dana, new_org):
    """Going up, the browser scrolls what has the focus to the top, where the bar with the org's name is."""
    org = new_org("fresh")
    dana.page.set_viewport_size({"width": 1280, "height": 520})
    dana.begin_connected(org, "policies")
    dana.expect_checked()
    assert dana.page.locator(".orgbar").evaluate("bar => getComputedStyle(bar).position") == "sticky"
    keys = Keyboard(dana.page, dana.app.url)
    stops = keys.walk("Tab")
    assert stops > 20
    assert keys.walk("Shift+Tab") >= stops
    assert keys.problems == []
