"""Every page: no complaint of axe-core, html-validate or the console, and room for all words.

axe-core sees it light and dark at two widths. Whether it holds (`tests/quality/layout.py`) is judged in
English and in German.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import error_pages, states
from tests.browser.journey import Journey
from tests.browser.stand_in import StandInOrg
from tests.quality import judges, pages
from tests.quality.layout import NARROW, WIDE, Layout
from tests.whole_app import WholeApp

ENGLISH = {"error-500": "en"}  # shown when nothing works any more, so nothing translates it


class Judge:
    """Keeps the pages' HTML as the server sent it, and what was complained about."""

    def __init__(self, person: Journey, folder: Path) -> None:
        self.page, self.german = person.page, person.page.context.new_page()
        self.german.set_extra_http_headers({"Accept-Language": "de"})
        self.layouts = {"": Layout(self.page), " in German": Layout(self.german)}
        self.folder = folder
        self.complaints: list[str] = []
        self.seen: set[str] = set()

    def look_at(self, addresses: dict[str, str], prefix: str = "") -> None:
        for name, address in addresses.items():
            answer = self.page.goto(address)
            assert answer is not None
            assert answer.status < 500, address
            expect(self.page.get_by_role("heading", level=1)).to_be_visible()
            self.look(prefix + name, answer.text())

    def look(self, name: str, html: str = "") -> None:
        """At the page that is open, and at the one with its address in German."""
        self.page.wait_for_load_state()
        self.seen.add(name)
        (self.folder / f"{name}.html").write_text(html or self.page.content(), encoding="utf-8")
        found = [*judges.look(self.page), *judges.axe(self.page)]
        self.complaints += [f"{name}: {each}" for each in found]
        self.german.goto(self.page.url)
        assert self.german.locator("html").get_attribute("lang") == ENGLISH.get(name, "de"), name
        for language, layout in self.layouts.items():
            self.complaints += [f"{name}{language}: {each}" for each in layout.complaints()]
        self.german.goto("about:blank")  # its live connection is not needed any more
        self.page.set_viewport_size({"width": 1280, "height": 900})


def test_nobody_complains_about_any_page(
    app: WholeApp, browse: Callable[..., Page], new_org: Callable[..., StandInOrg], tmp_path: Path
):
    dana = Journey(browse(reduced_motion="reduce"), app)
    judge = Judge(dana, tmp_path)
    judge.look_at(pages.open_to_all(app.url))
    judge.look_at(error_pages.broken(dana.page, app.url))
    error_pages.refused(dana.page, app.url)
    judge.look("form-too-old")
    dana.sign_in("Dana")
    judge.look("home-empty")

    org = new_org("half_done")
    dana.connect(org)
    dana.prepare(org, people=12)
    dana.expect_checked()
    judge.look_at(pages.of_setup(dana))
    judge.look_at(pages.of_person(app.url))
    org.sign_us_out()
    dana.go_to("people")
    dana.page.get_by_role("button", name="Check again").click()
    expect(dana.page.get_by_role("button", name=re.compile("^Sign in to .* again$"))).to_be_visible()
    judge.look("signed-out-by-salesforce")

    priya = Journey(browse(reduced_motion="reduce"), app)
    priya.sign_in("Priya")
    of_team = Judge(priya, tmp_path)
    of_team.look_at(pages.of_owner(priya))
    assert len(judge.seen | of_team.seen) > 35
    assert judge.complaints + of_team.complaints == []
    assert judges.html_validate(tmp_path) == []


def test_nobody_complains_about_a_page_after_something_has_happened(
    app: WholeApp, browse: Callable[..., Page], new_org: Callable[..., StandInOrg], tmp_path: Path
):
    dana = Journey(browse(reduced_motion="reduce"), app)
    dana.sign_in("Dana")
    judge = Judge(dana, tmp_path)
    lacking, org = new_org("our_app_not_installed"), new_org("fresh", is_sandbox=False)
    states.goes_wrong_and_is_handed_over(dana, lacking, org, judge.look)
    assert len(judge.seen) == 14
    assert judge.complaints == []
    assert judges.html_validate(tmp_path) == []


FAULTS = """<style>
  html { font: 100%/1.5 var(--font); overflow-wrap: anywhere } body, p { margin: 0 }
</style>
<p style="white-space: nowrap; font-size: 33px">Fits in narrow letters</p>
<p style="white-space: nowrap">Does not fit in twice the size</p>
<p style="block-size: 1.5em; overflow: hidden">Is cut off below, as it needs two lines</p>
<details><summary>Is wide </summary><p style="inline-size: 1000px">where it is opened</p></details>
<p style="inline-size: 2em">shortest</p>
<p>Wraps anywhere, howeverlongitswordsareandeveniftheyneverendinanylanguageatall.</p>"""


def test_what_does_not_hold_is_noticed(browse: Callable[..., Page]):
    page = browse()
    page.set_content(FAULTS)
    at: dict[str, set[str]] = {}
    for complaint in Layout(page).complaints():
        at.setdefault(complaint.rpartition(": ")[2], set()).add(complaint.split(": ")[0])
    normal, double = "320 px, text of 16 px, ", "320 px, text of 32 px, "
    both = {f"{double}wide letters", f"{double}narrow letters"}
    assert at["Does not fit in twice the size"] == both
    assert at["Is cut off below, as it needs two lines"] >= both
    assert at["Is wide where it is opened"] >= {
        f"{normal}narrow letters",
        "961 px, text of 16 px, wide letters",
    }
    assert f"{normal}wide letters" in at["Fits in narrow letters"]
    assert f"{normal}narrow letters" not in at["Fits in narrow letters"]
    cut = {complaint for key in at for complaint in at[key] if key == "shortest"}
    assert cut == {"1280 px, text of 32 px, shortest is cut", "320 px, text of 16 px, shortest is cut"}
    assert len(at) == 5


def test_the_only_fonts_are_those_that_npm_brought(browse: Callable[..., Page]):
    page = browse()
    page.set_content("<span>What it says here</span>")

    def width(font: str) -> float:
        page.locator("span").evaluate("(span, font) => { span.style.fontFamily = font }", font)
        return float(page.locator("span").evaluate("span => span.getBoundingClientRect().width"))

    assert width(NARROW) < width(WIDE)
    assert width("Arial") == width(NARROW)
    for other in ("Liberation Sans", "Noto Sans", "Roboto", "Verdana"):
        assert width(other) == width(WIDE), f"{other} is this machine's own"
