"""What a person does on Salesforce's own pages (the stand-in's), in the words of those pages."""

from __future__ import annotations

from collections.abc import Iterable

from playwright.sync_api import Page, expect

PERMITTED = "Admin approved users are pre-authorized"
RELAXED = "Relax IP restrictions"
AT_ONCE = "Immediately expire refresh token"


class Salesforce:
    def __init__(self, page: Page) -> None:
        self.page = page

    # -- signing in

    def log_in(self, username: str) -> None:
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_role("button", name="Log In").click()

    def allow(self, org_name: str) -> None:
        expect(self.page.get_by_role("heading", name="Allow Access?")).to_be_visible()
        expect(self.page.get_by_role("main")).to_contain_text(org_name)
        self.page.get_by_role("button", name="Allow").click()

    def deny(self) -> None:
        self.page.get_by_role("button", name="Deny").click()

    # -- the app's page

    def edit_policies(self) -> None:
        """All three policies, as the source page's lines 5 to 10 say."""
        self.page.get_by_role("link", name="Edit Policies").click()
        self.page.get_by_label("Permitted Users").select_option(label=PERMITTED)
        self.page.get_by_label("IP Relaxation").select_option(label=RELAXED)
        self.page.get_by_label(AT_ONCE).check()
        self.page.get_by_role("button", name="Save").click()
        self.page.get_by_role("button", name="OK").click()
        self.page.get_by_role("button", name="Save").click()
        expect(self.page.get_by_text("Your changes are saved.")).to_be_visible()

    def put_set_on_app(self, label: str) -> None:
        self.page.get_by_role("link", name="Manage Permission Sets").click()
        self.page.get_by_label(label, exact=True).check()
        self.page.get_by_role("button", name="Save").first.click()
        expect(self.page.get_by_text("permission sets are saved")).to_be_visible()

    # -- permission sets and people

    def new_permission_set(self, label: str) -> None:
        self.page.get_by_role("link", name="New", exact=True).click()
        self.page.get_by_label("Label", exact=True).fill(label)
        self.page.get_by_role("button", name="Save").click()
        expect(self.page.get_by_text("The permission set is saved.")).to_be_visible()

    def give_sets_to_user(self, labels: Iterable[str]) -> None:
        """On the user's page."""
        for label in labels:
            self.page.get_by_label(label, exact=True).check()
        self.page.get_by_role("button", name="Save Assignments").click()
        expect(self.page.get_by_text("The permission sets are saved.")).to_be_visible()

    def assign_people(self, usernames: Iterable[str]) -> None:
        """On the set's page: Manage Assignments, Add Assignments, select, Assign, Done."""
        self.page.get_by_role("link", name="Manage Assignments").click()
        self.page.get_by_role("link", name="Add Assignments").click()
        for username in usernames:
            row = self.page.get_by_role("row").filter(has=self.page.get_by_text(username, exact=True))
            row.get_by_role("checkbox").check()
        self.page.get_by_role("button", name="Assign").click()
        self.page.get_by_role("link", name="Done").click()

    # -- the Marketing Cloud tab

    def connect_to_engagement(self, username: str = "mc-api-user") -> None:
        """The stand-in throws away unread what is typed as a password."""
        self.page.get_by_role("button", name="Connect to Marketing Cloud").click()
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("Password").fill("anything")
        self.page.get_by_role("button", name="Login").click()
        expect(self.page.get_by_text("This org is connected to Marketing Cloud account")).to_be_visible()
