"""What a client's admin does with a link, and what a member does to send one."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.journey import Journey
from tests.browser.salesforce import Salesforce
from tests.browser.stand_in import StandInOrg
from tests.whole_app import WholeApp

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
SIGN_IN = "Sign in with Salesforce"


def send_stage(member: Journey, stage: str) -> str:
    """From the stage's page, as a member does it; the link."""
    member.go_to(stage)
    member.page.get_by_role("link", name="Send this stage to the client").click()
    return make_link(member.page)


def make_link(page: Page, stage: str = "") -> str:
    """On the page for links, of the stage that is chosen there or of another one."""
    if stage:
        page.get_by_label(stage).check()
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_role("heading", name="Your link")).to_be_visible()
    return page.locator("#guest-link").inner_text()


class Guest(Journey):
    """Somebody with a link, at a browser of their own."""

    def __init__(self, page: Page, app: WholeApp, link: str) -> None:
        super().__init__(page, app)
        self.link = link

    def open_link(self) -> None:
        self.page.goto(self.link)

    def sign_in_by_link(self, org: StandInOrg, username: str = "") -> None:
        """As far as what we say after it."""
        self.open_link()
        self.page.get_by_role("button", name=SIGN_IN).click()
        self.log_in(org, username)

    def log_in(self, org: StandInOrg, username: str = "") -> None:
        salesforce = Salesforce(self.page)
        salesforce.log_in(username or org.admin)
        salesforce.allow(org.name)

    def expect_page(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", name=heading, level=1)).to_be_visible()
