"""Every page, light and dark, wide and narrow: no complaint of axe-core, html-validate or the console."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import error_pages, states
from tests.browser.journey import Journey
from tests.quality import judges, pages

pytestmark = pytest.mark.timeout(900)


class Judge:
    """Keeps the pages' HTML as the server sent it, and what was complained about."""

    def __init__(self, person: Journey, folder: Path) -> None:
        self.page = person.page
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
        """At the page that is open."""
        self.seen.add(name)
        (self.folder / f"{name}.html").write_text(html or self.page.content(), encoding="utf-8")
        self.complaints += [f"{name}: {each}" for each in judges.axe(self.page)]
        for width in judges.WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            if judges.scrolls_sideways(self.page):
                self.complaints.append(f"{name}: scrolls sideways at {width}")
        self.page.set_viewport_size({"width": 1280, "height": 900})


def test_nobody_complains_about_any_page(app: Any, browse: Any, new_org: Any, tmp_path: Path):
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
    app: Any, browse: Any, new_org: Any, tmp_path: Path
):
    dana = Journey(browse(reduced_motion="reduce"), app)
    dana.sign_in("Dana")
    judge = Judge(dana, tmp_path)
    lacking, org = new_org("our_app_not_installed"), new_org("fresh", is_sandbox=False)
    states.goes_wrong_and_is_handed_over(dana, lacking, org, judge.look)
    assert len(judge.seen) == 13
    assert judge.complaints == []
    assert judges.html_validate(tmp_path) == []
