"""However it is displayed: calm, in forced colours, on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.waiting import eventually

RUNNING = "document.getAnimations().filter(each => each.playState === 'running').length"
# What only a colour of its background tells apart has to have a border where colours are the person's.
BORDERED = ".state, .ic, .dot, .badge, .note, .btn, .card, .bar"
BARE = """selector => Array.from(document.querySelectorAll(selector)).filter(each => {
  const style = getComputedStyle(each);
  const bare = style.borderTopStyle === "none" || parseFloat(style.borderTopWidth) < 1;
  return bare && each.checkVisibility();
}).map(each => each.className)"""
# By selector, in one go: what Playwright found a moment ago may have been replaced by an update.
OUTLINED = """selector => {
  const style = getComputedStyle(document.querySelector(selector));
  return style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
}"""
# In one go as well: the words of those that can be seen, or of those that can't.
TEXTS = """(all, wanted) => all.filter(each => {
  const box = each.getBoundingClientRect();
  const isSeen = each.checkVisibility({ visibilityProperty: true }) && box.width > 0 && box.height > 0;
  return isSeen === wanted;
}).map(each => each.innerText)"""

CHROME = ".top, .crumb, .skip, .foot-page, .orgbar form, .stages, #main .btn"


@pytest.fixture
def prepared(dana, new_org):
    org = new_org("half_done")
    dana.begin_prepared(org, people=6)
    return org


def test_the_spinner_turns_unless_a_person_wants_no_motion(dana, prepared, app):
    page = dana.page
    dana.go_to("permission_set")
    with app.salesforce_hangs():
        dana.apply_all_together()
        expect(dana.job).to_contain_text("Making the changes")
        page.wait_for_function(f"{RUNNING} > 0")
        page.emulate_media(reduced_motion="reduce")
        expect(dana.job).to_contain_text("Making the changes")  # the words say it still
        assert page.evaluate(RUNNING) == 0


def test_in_forced_colours_every_status_has_its_shape(dana, prepared):
    page = dana.page
    page.emulate_media(forced_colors="active")
    for stage in ("prepare", "policies", "people"):
        dana.go_to(stage)
        dana.expect_checked()
        assert page.evaluate(BARE, BORDERED) == []
    dana.go_to("people", how="manual")
    for now in (".stage.now",):
        assert page.evaluate(OUTLINED, now) >= 2, f"{now} looks like its neighbours"
    bar = "getComputedStyle(document.querySelector('.bar'), '::-webkit-progress-value').backgroundColor"
    assert page.evaluate(bar) != page.evaluate("getComputedStyle(document.body).backgroundColor")


def shown(page: Page, selector: str) -> list[str]:
    return list(page.locator(selector).evaluate_all(TEXTS, True))


def test_the_report_prints_whole_and_without_what_only_a_screen_needs(dana, prepared):
    page = dana.page
    page.goto(f"{dana.setup_url}report/")
    folded = page.get_by_role("heading", name="Every line")
    folded.click()
    lines = page.locator("section[aria-labelledby=lines] tbody tr:not(.group)")
    on_screen = lines.all_inner_texts()
    folded.click()
    expect(lines.first).to_be_hidden()
    page.emulate_media(media="print", color_scheme="dark")
    expect(lines.first).to_be_visible()
    assert shown(page, CHROME) == []
    assert shown(page, "section[aria-labelledby=lines] tbody tr:not(.group)") == on_screen
    assert len(on_screen) == 38
    # Light, whatever the person's screen is like.
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
    pdf = page.pdf(format="A4", prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    assert 1 < len(re.findall(rb"/Type\s*/Page\b", pdf)) < 12


def test_the_report_is_one_page_first_and_the_lines_are_behind_it(dana, prepared):
    page = dana.page
    page.goto(f"{dana.setup_url}report/")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollHeight") <= 3000
    for said in ("What was done", "What was left open", "Every line (38)"):
        expect(page.get_by_role("heading", name=said)).to_be_visible()


def test_a_stage_prints_with_everything_opened(dana, prepared):
    page = dana.page
    dana.go_to("people")
    dana.expect_checked()
    page.emulate_media(media="print")
    assert shown(page, ".top, .crumb, .skip, .foot-page, .orgbar form, #main .btn") == []
    folded = page.locator("#live details:not([open]) > :not(summary)")
    # What was folded is laid out with one of the next frames.
    eventually("all is laid out", lambda: folded.evaluate_all(TEXTS, False) == [])
    assert page.locator("#live details:not([open])").count() > 0

    # An address can't be clicked on paper, so it is written out.
    dana.go_to("policies")
    classic = page.get_by_role("link", name="Open it in Classic").first
    written = classic.evaluate("each => getComputedStyle(each, '::after').content")
    assert (classic.get_attribute("href") or "-") in written


@pytest.mark.parametrize("width", [1280, 1100, 900, 390])
def test_the_proposed_names_can_be_read_whole(dana, new_org, width):
    dana.begin_connected(new_org("fresh"))
    dana.page.set_viewport_size({"width": width, "height": 900})
    for name in ("API name", "Label of the new permission set"):
        field = dana.page.get_by_label(name, exact=True)
        assert field.input_value().startswith("Marketing")
        field.evaluate("each => { each.style.fontFamily = 'DejaVu Sans, Verdana, sans-serif' }")
        assert field.evaluate("each => each.scrollWidth <= each.clientWidth")
