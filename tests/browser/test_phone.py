"""On a phone nothing has to be scrolled sideways, and what a person came to do is in sight."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser import pages
from tests.browser.guests import PHONE

LONG = "Donaudampfschifffahrtsgesellschaft and Sons International Holdings"


WIDER = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const out = (each) => each.getBoundingClientRect().right > root.clientWidth + 1;
  const words = (each) => `${each.tagName}.${each.className} ${each.textContent.trim().slice(0, 30)}`;
  const all = Array.from(document.querySelectorAll("body *"));
  return [`page ${root.scrollWidth}`, ...all.filter(out).map(words)];
}"""


def wider_than_the_screen(page: Page) -> list[str]:
    """What sticks out at the right, if the page can be scrolled sideways."""
    return list(page.evaluate(WIDER))[:8]


def check_all(page: Page, addresses: dict[str, str]) -> None:
    too_wide = {}
    for name, address in addresses.items():
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        if sticking_out := wider_than_the_screen(page):
            too_wide[name] = sticking_out
    assert too_wide == {}


def test_no_page_scrolls_sideways_and_the_main_actions_are_in_sight(browse, person, app, new_org):
    check_all(browse(**PHONE), pages.open_to_all(app.url))
    dana = person("Dana", **PHONE)
    dana.page.goto(app.url)
    expect(dana.page.get_by_role("link", name=re.compile("^Start")).first).to_be_in_viewport()
    org = new_org("fresh", name=LONG)
    dana.begin_prepared(org, people=5)
    expect(dana.page.get_by_role("button", name="Check again")).to_be_in_viewport()
    setup = pages.of_setup(dana, pages.org_key(dana))
    check_all(dana.page, pages.general(app.url) | setup)

    # A stage with its plan, its names and everything else opened.
    dana.page.goto(setup["stage-permission_set"])
    expect(dana.page.get_by_role("heading", level=1)).to_be_in_viewport()
    for details in dana.page.locator("#main details:not([open]) > summary").all():
        if details.is_visible():
            details.click()
    assert wider_than_the_screen(dana.page) == []
    dana.apply_button().first.scroll_into_view_if_needed()
    expect(dana.apply_button().first).to_be_in_viewport(ratio=1)
    dana.apply_button().first.click()
    dana.expect_job_done()

    dana.page.goto(setup["report"])
    widths = dana.page.locator("table.changes tbody tr > *").evaluate_all(
        "all => all.map(e => e.clientWidth)"
    )
    assert widths
    assert min(widths) > 150, "no column is so narrow that it breaks words"


def test_a_refused_form_opens_at_its_first_mistake(person, new_org):
    org = new_org("fresh", is_sandbox=False)
    dana = person("Dana", **PHONE)
    dana.begin_connected(org)
    dana.choose_connection_user(org)
    page = dana.page
    mid = page.get_by_label("Expected Engagement account id")
    mid.fill("12x")
    page.get_by_role("button", name="Save these choices").click()
    expect_told_at(page, mid, "Only digits, please")
    mid.fill(org.mid)
    page.get_by_role("button", name="Save these choices").click()
    expect(page).not_to_have_title(re.compile("Error:"))
    dana.expect_checked()
    typed = page.get_by_label(re.compile("Type the org's name"))
    typed.fill("Another")
    typed.press("Enter")
    expect_told_at(page, typed, "That is not the org's name.")


def expect_told_at(page: Page, field: Locator, words: str) -> None:
    expect(page).to_have_title(re.compile("^Error: Stage 1 of 8"))
    expect(field).to_be_focused()
    expect(page.get_by_role("alert").filter(has_text=words)).to_be_in_viewport(ratio=1)


def test_what_is_hidden_stays_so_and_controls_have_one_size(browse, person, app):
    page = browse(**PHONE)
    page.goto(f"{app.url}/account/login/")
    assert page.locator("[hidden]").count() > 0
    assert page.locator("[hidden]:visible").count() == 0

    page = person("Dana", **PHONE).page
    page.goto(f"{app.url}/orgs/connect/")
    sizes = page.locator("input[type=radio]").evaluate_all(
        "all => all.map(e => [e.offsetWidth, e.offsetHeight])"
    )
    assert len(sizes) >= 3
    assert len({tuple(size) for size in sizes}) == 1


def test_the_brand_and_the_menu_stand_on_one_line(person, app):
    page = person("Dana", viewport={"width": 1280, "height": 800}).page
    page.goto(app.url)
    middle = """all => all.map(each => {
      const range = document.createRange();
      range.selectNodeContents(each.lastChild);
      const box = range.getBoundingClientRect();
      return (box.top + box.bottom) / 2;
    })"""
    middles = page.locator(".mark, .top nav a").evaluate_all(middle)
    assert max(middles) - min(middles) < 1


def test_the_stand_in_s_login_breaks_no_username(browse, app, new_org):
    org = new_org("fresh")  # others' orgs on that page may have names that no line holds
    page = browse(viewport={"width": 1280, "height": 800})
    page.goto(f"{app.stand_in_url}/login")
    own = page.locator(
        "section", has=page.get_by_role("heading", name=re.compile(rf"^{re.escape(org.name)}\b"))
    )
    heights = own.locator("td code").evaluate_all("all => all.map(each => each.getClientRects().length)")
    assert heights
    assert set(heights) == {1}
