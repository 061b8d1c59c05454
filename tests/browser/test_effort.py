"""What a person has to do: the source page's way on Salesforce's own pages, and ours, for the same fresh org.

Counted on both ways, from a person who is signed in where they start (in Salesforce; in Connect Guide).
Logging in to Salesforce is counted on neither: it is the same, at the start or on the way.

- an *interaction* is a click, an option chosen in a drop-down list, or a field filled in;
- a *key press* is one character typed; a *page load* is a document that the browser loads.

Both end where the source page ends: the login at Marketing Cloud Engagement (line 38).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.browser.salesforce import AT_ONCE, PERMITTED, RELAXED, Salesforce

LABEL = "Marketing Cloud Connected App"
PACKAGED = ("Marketing Cloud Connector", "Marketing Cloud Connector Admin", "Marketing Cloud System User")
PEOPLE = 20
MOST_INTERACTIONS = 20  # 12 of them on Salesforce's own pages, where only a person may act
SHARE = 0.4


@dataclass
class Effort:
    """A person's hands: everything they do goes through here and is counted."""

    interactions: int = 0
    keys: int = 0
    loads: int = 0
    by_keyboard: bool = False

    def watch(self, page: Page) -> Page:
        page.on("framenavigated", self._navigated)
        return page

    def _navigated(self, frame: object) -> None:
        self.loads += 1

    def click(self, what: Locator) -> None:
        if self.by_keyboard:
            what.press("Space" if what.get_attribute("type") in ("radio", "checkbox") else "Enter")
        else:
            what.click()
        self.interactions += 1

    def choose(self, what: Locator, label: str) -> None:
        what.select_option(label=label)
        self.interactions += 1

    def fill(self, what: Locator, text: str) -> None:
        what.fill(text)
        self.interactions += 1
        self.keys += len(text)

    def link(self, page: Page | Locator, name: str | re.Pattern[str]) -> None:
        self.click(page.get_by_role("link", name=name, exact=isinstance(name, str)).first)

    def button(self, page: Page, name: str | re.Pattern[str]) -> None:
        self.click(page.get_by_role("button", name=name, exact=isinstance(name, str)).first)

    def __str__(self) -> str:
        return f"{self.interactions} interactions, {self.keys} key presses, {self.loads} page loads"


def edit_policies(person: Effort, page: Page) -> None:
    """Lines 5 to 10, the same on both ways: no program may do them."""
    person.link(page, "Edit Policies")
    person.choose(page.get_by_label("Permitted Users"), PERMITTED)
    person.choose(page.get_by_label("IP Relaxation"), RELAXED)
    person.click(page.get_by_label(AT_ONCE))
    person.button(page, "Save")
    person.button(page, "OK")
    person.button(page, "Save")
    expect(page.get_by_text("Your changes are saved.")).to_be_visible()


def connect_to_engagement(person: Effort, page: Page) -> None:
    """Lines 36 to 38, the same on both ways."""
    person.button(page, "Connect to Marketing Cloud")
    person.fill(page.get_by_label("Username"), "mc-api-user")
    person.fill(page.get_by_label("Password"), "anything")
    person.button(page, "Login")
    expect(page.get_by_text("This org is connected to Marketing Cloud account")).to_be_visible()


def by_the_source_page(person: Effort, page: Page, org, people: list[str]) -> None:
    """Its 38 lines, one by one."""
    person.link(page, "Setup")  # 1
    person.link(page, "Connected Apps")  # 2-3
    person.link(page, "Salesforce Marketing Cloud")  # 4
    edit_policies(person, page)  # 5-10
    person.link(page, "Permission Sets")  # 11-12
    person.link(page, "New")  # 13
    person.fill(page.get_by_label("Label", exact=True), LABEL)  # 14; 15 is looking
    person.button(page, "Save")  # 16
    person.link(page, "Users")  # 17
    person.link(page, org.connection_user["name"])
    for label in (LABEL, *PACKAGED):
        person.click(page.get_by_label(label, exact=True))
    person.button(page, "Save Assignments")
    person.link(page, "Permission Sets")  # 18-19
    person.link(page, LABEL)  # 20
    person.link(page, "Manage Assignments")  # 21
    person.link(page, "Add Assignments")  # 22
    for username in people:  # 23; the system user of 24 has the set already, from line 17
        row = page.get_by_role("row").filter(has=page.get_by_text(username, exact=True))
        person.click(row.get_by_role("checkbox"))
    person.button(page, "Assign")  # 25
    person.link(page, "Done")  # 26
    person.link(page, "Setup")  # 27
    person.link(page, "Connected Apps")  # 28-29
    person.link(page, "Salesforce Marketing Cloud")  # 30
    person.link(page, "Manage Permission Sets")  # 31
    person.click(page.get_by_label(LABEL, exact=True))  # 32
    person.button(page, "Save")  # 33
    person.link(page, "Marketing Cloud")  # 35; 34 is a warning
    connect_to_engagement(person, page)  # 36-38


def by_connect_guide(person: Effort, dana, org) -> None:
    """The whole first stage too, which the source page does not have."""
    page = dana.page
    person.link(page, re.compile("^Start (a|your first) setup"))
    expect(page.get_by_label("Stand-in org for practice")).to_be_checked()
    person.button(page, "Sign in at Salesforce")
    Salesforce(page).log_in(org.admin)
    person.button(page, "Allow")
    dana.expect_plan_of_now()
    expect(page.get_by_role("radio", name="Marketing Cloud Connect (")).to_be_checked()
    person.fill(page.get_by_label("Expected Engagement account id"), org.mid)
    person.button(page, re.compile("with Marketing User$"))
    dana.expect_stage_words("Before you start", "Done")
    dana.expect_plan_of_now()
    person.button(page, re.compile("^Make these .* changes for me$"))
    app_page = page.get_by_role("link", name=re.compile("^Open the app's page")).first
    edit_policies(person, beside(person, page, app_page))  # the page is there: the changes led to it
    dana.expect_all_done(3)
    dana.expect_job_done()
    person.link(page, re.compile("^Go to stage 6"))
    sign = page.get_by_role("button", name=re.compile("^Confirm as Dana .*I logged out of all Engagement"))
    connect_to_engagement(person, beside(person, page, sign))
    dana.expect_all_done(2)


def beside(person: Effort, page: Page, what: Locator) -> Page:
    """Click what leads to Salesforce in a tab of its own."""
    with page.context.expect_page() as opened:
        person.click(what)
    return person.watch(opened.value)


def marketers(org) -> list[str]:
    profile = org.rows("Profile", Name="Marketing User")[0]["Id"]
    frozen = {row["UserId"] for row in org.rows("UserLogin", IsFrozen="True")}
    rows = org.rows("User", ProfileId=profile, IsActive="True")
    return [row["Username"] for row in rows if row["Id"] not in frozen]


def test_our_way_takes_a_person_far_less_than_the_source_page(dana, new_org, browse):
    # Who works with what follows from an org's name: in these, enough do. The stand-in lists 100.
    by_hand_org, our_org = (
        new_org("fresh", name=f"Effort {way}", people=90) for way in ("by hand", "with us")
    )
    people = marketers(by_hand_org)[:PEOPLE]
    assert len(people) == PEOPLE

    theirs, page = Effort(), browse()
    page.goto(f"{by_hand_org.stand_in_url}/login")
    Salesforce(page).log_in(by_hand_org.admin)
    by_the_source_page(theirs, theirs.watch(page), by_hand_org, people)

    ours = all_of_it(dana, our_org, Effort())

    told = f"source page: {theirs}; Connect Guide: {ours}"
    print(told)
    assert ours.interactions <= MOST_INTERACTIONS, told
    assert ours.interactions <= SHARE * theirs.interactions, told
    mid = len(our_org.mid)  # the source page compares no account
    assert ours.keys - mid <= SHARE * theirs.keys, told
    assert ours.loads <= theirs.loads, told


def test_our_way_takes_no_more_by_keyboard(dana, new_org):
    org = new_org("fresh", name="Effort by keyboard", people=90)
    ours = all_of_it(dana, org, Effort(by_keyboard=True))
    assert ours.interactions <= MOST_INTERACTIONS, ours


def all_of_it(dana, org, person: Effort) -> Effort:
    dana.page.goto(dana.app.url)
    person.watch(dana.page)
    by_connect_guide(person, dana, org)
    report = dana.report()
    assert {status for status, _proof in report.values()} == {"Done"}
    return person
