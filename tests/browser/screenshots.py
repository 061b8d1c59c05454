"""`make screenshots`: every page into `screenshots/`, and the README's few into `docs/images/`.

Each page is taken light and dark, as wide as a desk's screen and as a phone's, and in large text.

It walks two orgs through the running app as the tests do, and takes its pictures on the way.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, expect

from config.paths import BASE_DIR
from tests.browser import error_pages, stand_in, states
from tests.browser.browser import NoChromium, chromium
from tests.browser.guests import Guest
from tests.browser.journey import Journey
from tests.npm import NoNpm
from tests.quality import pages
from tests.whole_app import WholeApp, whole_app

ALL, README = BASE_DIR / "screenshots", BASE_DIR / "docs" / "images"
WIDTHS = (1280, 390)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
README_SIZE: ViewportSize = {"width": 1180, "height": 920}
MOST_BYTES = 200_000


class Camera:
    """Takes a page at each width and in each scheme; one window, because the pages are the same."""

    def __init__(self, page: Page, into: Path) -> None:
        self.page = page
        self.into = into
        self.taken = 0

    def take(self, name: str) -> None:
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            for scheme in SCHEMES:
                self.page.emulate_media(color_scheme=scheme)
                self._shoot(f"{name}-{width}-{scheme}")
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        self.page.emulate_media(color_scheme=SCHEMES[0])
        self.page.evaluate("document.documentElement.style.fontSize = '200%'")
        self._shoot(f"{name}-{WIDTHS[0]}-large-text")
        self.page.evaluate("document.documentElement.style.fontSize = ''")

    def _shoot(self, name: str) -> None:
        self.page.evaluate(
            "scrollTo(0, 0)"
        )  # what sticks to the top of the window stays at the top of the picture
        self.page.screenshot(path=self.into / f"{name}.png", full_page=True)
        self.taken += 1

    def take_all(self, addresses: dict[str, str], prefix: str = "") -> None:
        for name, address in addresses.items():
            self.page.goto(address)
            expect(self.page.get_by_role("heading", level=1)).to_be_visible()
            self.take(prefix + name)

    def take_for_readme(self, name: str) -> None:
        """One screenful from the top, small enough to be kept in the repository."""
        self.page.set_viewport_size(README_SIZE)
        self.page.evaluate("scrollTo(0, 0)")
        path = README / f"{name}.png"
        self.page.screenshot(path=path)
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        if path.stat().st_size > MOST_BYTES:
            raise SystemExit(f"{path} has {path.stat().st_size} bytes, more than {MOST_BYTES}")


PARTS = ("around", "setups", "owner")


def walk(app: WholeApp, browser: Browser, parts: Sequence[str], into: Path) -> int:
    """The pages around, each kind of setup from its beginning, and an owner's pages; how many pictures."""
    dana, priya = (Journey(window(browser), app) for _ in range(2))
    cameras = [Camera(dana.page, into), Camera(priya.page, into)]
    if "around" in parts:
        around(dana, cameras[0])
    if "setups" in parts:
        dana.sign_in("Dana")
        cameras[0].take("home-empty")
        fresh(dana, cameras[0])
        half_done(dana, cameras[0])
        cameras[0].take_all(pages.of_person(app.url))
        problems(dana, cameras[0])
        cameras.append(guests(dana, cameras[0], window(browser)))
    if "owner" in parts:
        priya.sign_in("Priya")
        cameras[1].take_all(pages.of_owner(priya), "owner-")
    for camera in cameras:
        camera.page.context.close()
    return sum(camera.taken for camera in cameras)


def around(dana: Journey, camera: Camera) -> None:
    """What everybody sees before they sign in."""
    camera.take_all(pages.open_to_all(dana.app.url))
    camera.take_all(error_pages.broken(dana.page, dana.app.url))
    error_pages.refused(dana.page, dana.app.url)
    camera.take("form-too-old")


def window(browser: Browser) -> Page:
    size: ViewportSize = {"width": WIDTHS[0], "height": 900}
    context = browser.new_context(viewport=size, reduced_motion="reduce")
    context.set_default_timeout(20_000)
    return context.new_page()


def fresh(dana: Journey, camera: Camera) -> None:
    # The demo org of this name is in the list already; a second one gets people of its own.
    org = stand_in.new_org(dana.app.stand_in_url, "fresh", "Meridian Travel")
    dana.connect(org)
    dana.expect_checked()
    camera.take("fresh-connected")
    dana.prepare(org, people=20)
    dana.expect_stage_words("Before you start", "Done")
    camera.take_all(pages.of_setup(dana), "fresh-")

    dana.go_to("permission_set")
    dana.open_together()
    camera.take("fresh-plan-for-all")
    dana.page.evaluate("document.activeElement.blur()")
    camera.take_for_readme("stage")

    dana.go_to("policies")
    salesforce = dana.open_deep_link("Open the app's page")
    salesforce.edit_policies()
    dana.expect_all_done(3)
    camera.take("policies-turned-green")
    camera.take_for_readme("by-hand")

    dana.go_to("permission_set")
    with dana.app.salesforce_hangs():
        dana.apply_all_together()
        expect(dana.job).to_contain_text("Making the changes")
        camera.take("job-running")
    dana.expect_job_done()
    camera.take("job-done")
    dana.go_to("connect")
    dana.confirm("log_out")
    dana.open_deep_link("Open the Marketing Cloud tab").connect_to_engagement()
    dana.expect_all_done(2)
    camera.take_all(pages.of_setup(dana), "done-")
    dana.page.goto(f"{dana.setup_url}report/")
    camera.take_for_readme("report")
    dana.go_to("handover")
    dana.hand_over()
    camera.take("handed-over")


def half_done(dana: Journey, camera: Camera) -> None:
    org = stand_in.new_org(dana.app.stand_in_url, "half_done", "Lakeside Insurance", is_sandbox=False)
    states.another_browser_at_salesforce(dana)
    dana.connect(org)
    dana.prepare(org, people=12)
    dana.expect_checked()
    camera.take_all(pages.of_setup(dana), "half-done-")
    org.sign_us_out()
    dana.go_to("people")
    dana.page.get_by_role("button", name="Check again").click()
    expect(dana.page.get_by_role("button", name=re.compile("^Sign in to .* again$"))).to_be_visible()
    camera.take("signed-out-by-salesforce")


def problems(dana: Journey, camera: Camera) -> None:
    stand_in_url = dana.app.stand_in_url
    lacking = stand_in.new_org(stand_in_url, "our_app_not_installed", "Orchard Media")
    org = stand_in.new_org(stand_in_url, "fresh", "Orchard Group", is_sandbox=False)
    states.another_browser_at_salesforce(dana)
    states.goes_wrong_and_is_handed_over(dana, lacking, org, camera.take)


def guests(dana: Journey, camera: Camera, page: Page) -> Camera:
    """A member sends links; who has one comes in their own window."""
    org = stand_in.new_org(dana.app.stand_in_url, "fresh", "Riverside Clinics")
    states.another_browser_at_salesforce(dana)
    dana.connect(org)
    dana.expect_checked()
    link, unbound = states.sends_links(dana, camera.take)
    theirs = Camera(page, camera.into)
    states.comes_by_a_link(Guest(page, dana.app, link), org, unbound, theirs.take)
    return theirs


def main() -> int:
    parser = argparse.ArgumentParser(prog="make screenshots", description="ARGS are these:")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"any of: {', '.join(PARTS)}")
    parser.add_argument("--into", type=Path, default=ALL, help="another folder, which is emptied")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    shutil.rmtree(given.into, ignore_errors=True)
    for folder in (given.into, README):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        with chromium() as browser, whole_app() as app:
            taken = walk(app, browser, given.parts or PARTS, given.into)
    except (NoChromium, NoNpm) as missing:
        print(missing, file=sys.stderr)
        return 1
    print(f"{taken} pictures are in {given.into}, those of the README in docs/images/.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
