"""The bell at the top counts while a page is open, shows the last fifty, and is read without scripts too."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.guests import PHONE
from tests.browser.journey import Journey
from tests.browser.test_phone import wider_than_the_screen
from tests.waiting import eventually


def bell_of(person: Journey) -> Locator:
    return person.page.locator("#notices")


def read_all(person: Journey) -> None:
    person.page.goto(f"{person.app.url}/notices/")
    button = person.page.get_by_role("button", name="Mark all as read")
    if button.count():
        button.click()
    expect(person.page.get_by_role("button", name="Mark all as read")).to_have_count(0)


def test_the_bell_of_an_open_page_counts_what_happens_meanwhile(dana, new_org):
    org = new_org("fresh")
    dana.begin_prepared(org, "policies")
    stage = dana.page.url
    read_all(dana)
    dana.page.goto(stage)
    dana.page.evaluate("window.same = true")
    expect(bell_of(dana).locator(".badge")).to_have_count(0)
    dana.open_deep_link("Open the app's page").edit_policies()
    expect(bell_of(dana)).to_contain_text("1 new")
    assert dana.page.evaluate("window.same"), "the page was not loaded again"
    bell_of(dana).click()
    first = dana.page.locator(".notices > li").first
    expect(first).to_contain_text(f"{org.name}: A stage is done")
    expect(first.locator(".badge")).to_have_text("New")
    dana.page.get_by_role("button", name="Mark all as read").click()
    expect(dana.page.locator("main .badge")).to_have_count(0)
    expect(bell_of(dana).locator(".badge")).to_have_count(0)
    first.get_by_role("link").click()
    expect(dana.page).to_have_url(re.compile("/setups/"))


def test_without_scripts_and_on_a_phone_each_page_counts_and_the_list_is_read(person, new_org):
    dana = person("Dana", java_script_enabled=False, **PHONE)
    org = new_org("fresh")
    dana.begin_connected(org, "policies")
    stage = dana.page.url
    read_all(dana)
    dana.page.goto(stage)
    dana.open_deep_link("Open the app's page").edit_policies()

    def counted() -> bool:
        dana.page.reload()
        return "new" in bell_of(dana).inner_text()

    eventually("the stage is counted", counted, pause=0.5)
    expect(bell_of(dana)).to_be_in_viewport(ratio=1)
    bell_of(dana).click()
    expect(dana.page.locator(".notices > li").first).to_contain_text(f"{org.name}: ")
    read_all(dana)
    expect(bell_of(dana).locator(".badge")).to_have_count(0)


def test_on_a_phone_the_list_is_no_wider_than_the_screen(person, new_org):
    dana = person("Dana", **PHONE)
    dana.begin_prepared(new_org("fresh", name="Donaudampfschifffahrtsgesellschaft International"), "policies")
    for page in ("notices/", "notices/mine/"):
        dana.page.goto(f"{dana.app.url}/{page}")
        expect(dana.page.get_by_role("heading", level=1)).to_be_visible()
        assert wider_than_the_screen(dana.page) == []
