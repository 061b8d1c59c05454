"""What a guest has to do is on the first screen of their phone: on each stage, in each language."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser import beginning
from tests.browser.guests import PHONE, Guest, make_link
from tests.browser.journey import Journey
from tests.browser.test_phone import wider_than_the_screen

MOST = 560  # of the 844 pixels of the phone's screen
LANGUAGES = ("en-gb", "de")
ACTS = "main :is(a.btn, button.btn, input:not([type=hidden]))"


def top_of_first_act(page: Page) -> float:
    acts = [box["y"] for act in page.locator(ACTS).all() if act.is_visible() and (box := act.bounding_box())]
    assert acts, f"there is nothing to do at {page.url}"
    return min(acts)


def speak(guest: Guest, language: str) -> None:
    guest.page.context.add_cookies(
        [{"name": "django_language", "value": language, "url": guest.app.url}],
    )


def measure(guest: Guest, address: str) -> dict[str, float]:
    tops = {}
    for language in LANGUAGES:
        speak(guest, language)
        guest.page.goto(address)
        expect(guest.page.locator("html")).to_have_attribute("lang", language)
        tops[f"{address} {language}"] = top_of_first_act(guest.page)
        assert wider_than_the_screen(guest.page) == []
    speak(guest, "en-gb")
    return tops


def test_the_first_thing_to_do_is_on_the_first_screen_of_a_phone(browse, person, new_org):
    org = new_org("fresh")
    dana: Journey = person("Dana")
    dana.begin_connected(org)
    dana.expect_checked()
    dana.page.goto(f"{dana.setup_url}invite/")
    for choice in dana.page.locator("input[name=stages]").all():
        choice.check()
    guest = Guest(browse(**PHONE), dana.app, make_link(dana.page))
    tops = measure(guest, guest.link)
    guest.sign_in_by_link(org)
    guest.expect_page("Before you start")
    stages = f"{dana.setup_url}stages"
    tops |= measure(guest, f"{stages}/prepare/")
    usernames = [str(row["Username"]) for row in org.some_people(2)]
    beginning.prepare(dana.page.context, org, dana.setup_url, usernames, "first")
    dana.go_to("prepare")
    dana.expect_checked()
    for stage in ("policies", "permission_set"):
        tops |= measure(guest, f"{stages}/{stage}/")
        tops |= measure(guest, f"{stages}/{stage}/?how=manual")
    dana.go_to("permission_set")
    dana.apply_button().first.click()
    dana.expect_job_done()
    for stage in ("people", "app_access"):
        tops |= measure(guest, f"{stages}/{stage}/")
    dana.go_to("people")
    dana.apply_all_together()
    dana.expect_job_done()
    org.at_its_pages().set_policies()
    dana.go_to("policies")
    dana.page.get_by_role("button", name="Check again").click()
    dana.expect_all_done(3)
    tops |= measure(guest, f"{stages}/connect/")
    assert {page: top for page, top in tops.items() if top > MOST} == {}
