"""What a person does on our pages, in the words of the screen."""

from __future__ import annotations

import re
from collections.abc import Iterable

from playwright.sync_api import Locator, Page, expect

from tests.browser import beginning
from tests.browser.salesforce import Salesforce
from tests.browser.stand_in import StandInOrg
from tests.whole_app import WholeApp

ASKED_ABOVE = 200  # people at one press


class Journey:
    """A person at a page. The stages are named by their addresses: `prepare`, `policies`..."""

    def __init__(self, page: Page, app: WholeApp) -> None:
        self.page = page
        self.app = app
        self.main = page.locator("#main")
        self._setup_url = ""

    # -- signing in, to us and to Salesforce

    def sign_in(self, name: str) -> None:
        self.page.goto(self.app.url)
        self.page.get_by_role("button", name=f"Sign in as {name}").click()
        expect(self.page.get_by_role("heading", name="Client orgs", level=1)).to_be_visible()

    def ask_for_stand_in(self) -> None:
        """As far as Salesforce's login page."""
        self.page.goto(self.app.url)
        self.page.get_by_role("link", name=re.compile("^Start (a|your first) setup")).first.click()
        self.page.get_by_label("Stand-in org for practice").check()
        self.page.get_by_role("button", name="Sign in at Salesforce").click()

    def connect(self, org: StandInOrg) -> None:
        """Start a setup in this org, through Salesforce's real login and consent."""
        self.ask_for_stand_in()
        self.at_salesforce().log_in(org.admin)
        self.at_salesforce().allow(org.name)
        expect(self.page.get_by_text(f"We have access to {org.name}")).to_be_visible()

    def at_salesforce(self) -> Salesforce:
        """The stand-in's pages, in the tab where we are."""
        return Salesforce(self.page)

    # -- beginning further on: the same pages without a window, for a story that is not about them

    def begin_connected(self, org: StandInOrg, stage: str = "prepare") -> None:
        """Signed in to us already; at this stage of a setup in this org."""
        self._setup_url = beginning.connect(self.page.context, self.app, org)
        self.page.goto(f"{self._setup_url}stages/{stage}/")

    def begin_prepared(
        self, org: StandInOrg, stage: str = "prepare", people: int = 3, mode: str = "first"
    ) -> list[str]:
        """The same after the first stage, with everything read; the usernames of the people chosen."""
        self._setup_url = beginning.connect(self.page.context, self.app, org)
        chosen = [str(row["Username"]) for row in org.some_people(people)]
        beginning.prepare(self.page.context, org, self._setup_url, chosen, mode)
        self.page.goto(f"{self._setup_url}stages/{stage}/")
        self.expect_checked()
        return chosen

    # -- choosing

    def open_choices(self) -> None:
        """They are folded up once all are made."""
        folded = self.page.locator("details#chosen:not([open]) > summary")
        if folded.count():
            folded.click()

    def choose_connection_user(self, org: StandInOrg) -> None:
        self.page.get_by_role("button", name="Choose the user").click()
        self.wait_for_people()
        self.page.get_by_label("Name, username or e-mail").fill("mc.connect")
        self.page.get_by_role("button", name=f"Choose {org.connection_user['name']}").click()
        expect(self.page.get_by_text("is chosen.")).to_be_visible()

    def choose_people(self, usernames: Iterable[str]) -> None:
        self.open_choices()
        self.page.get_by_role("button", name=re.compile("Choose people|Change who")).click()
        self.wait_for_people()
        self.page.get_by_label("Usernames, e-mails, user ids or full names").fill("\n".join(usernames))
        self.page.get_by_role("button", name="Add these people").click()

    def choose_everyone_with(self, *profiles: str) -> int:
        """How many that gives."""
        self.open_choices()
        self.page.get_by_role("button", name=re.compile("Choose people|Change who")).click()
        self.wait_for_people()
        for profile in profiles:
            select = self.page.get_by_label("Profile", exact=True)
            option = select.locator("option").filter(has_text=re.compile(f"^{re.escape(profile)} "))
            label = option.inner_text()
            select.select_option(label=label)
            self.page.get_by_role("button", name="Add everyone with this profile").click()
            if int(label.rpartition("(")[2].rstrip(") ")) > ASKED_ABOVE:
                self.page.get_by_role("button", name=re.compile("^Choose all ")).click()
        chosen = self.page.get_by_role("heading", name=re.compile("people chosen$")).inner_text()
        return int(re.sub(r"\D", "", chosen))

    def done_choosing(self) -> None:
        self.page.get_by_role("button", name="Done choosing").click()

    def wait_for_people(self) -> None:
        """The org's users are being read into our directory; and until it is loaded a page can't search."""
        self.page.wait_for_load_state()
        expect(self.page.get_by_text("Reading the org's users from Salesforce")).to_have_count(0)

    def save_choices(self, mid: str, mode: str = "First connection") -> None:
        self.open_choices()
        self.page.get_by_label(mode).check()
        self.page.get_by_label("Expected Engagement account id").fill(mid)
        self.page.get_by_role("button", name="Save these choices").click()
        expect(self.page.get_by_text("Saved.")).to_be_visible()

    def prepare(self, org: StandInOrg, people: int = 20, mode: str = "First connection") -> list[str]:
        """The whole first stage; the usernames of the people chosen."""
        self.choose_connection_user(org)
        chosen = [str(row["Username"]) for row in org.some_people(people)]
        self.choose_people(chosen)
        self.done_choosing()
        self.save_choices(org.mid, mode)
        return chosen

    # -- stages

    @property
    def setup_url(self) -> str:
        """Of the setup that this page is about, or was about last."""
        if found := re.match(r"(.*/setups/[0-9a-f-]+/)", self.page.url):
            self._setup_url = found[1]
        assert self._setup_url, f"not on a page of a setup: {self.page.url}"
        return self._setup_url

    def go_to(self, stage: str, how: str = "") -> None:
        query = f"?how={how}" if how else ""
        self.page.goto(f"{self.setup_url}stages/{stage}/{query}")

    def go_on(self) -> None:
        """The button at the end of a stage that is done."""
        self.page.get_by_role("link", name=re.compile("^Go to stage")).click()

    @property
    def checks(self) -> Locator:
        return self.page.locator("#checks .check")

    def line(self, title: str) -> Locator:
        return self.page.locator(".check").filter(has=self.page.get_by_text(title, exact=True))

    def expect_all_done(self, lines: int) -> None:
        expect(self.page.locator("#checks .check.is-done")).to_have_count(lines)
        expect(self.checks).to_have_count(lines)

    def expect_checked(self) -> None:
        """Every line has an answer from the org."""
        expect(self.page.locator("#checks")).to_contain_text(re.compile(r"read (at|between) \d"))
        expect(self.page.locator("#checks .check.is-busy")).to_have_count(0)

    def expect_stage_words(self, title: str, words: str) -> None:
        stage = self.page.locator("#stages .stage").filter(has_text=title)
        expect(stage.locator(".st")).to_have_text(words)

    def open_deep_link(self, name: str, nth: int = 0) -> Salesforce:
        """A link into the org; it opens beside our page, which stays."""
        with self.page.context.expect_page() as opened:
            self.page.locator("#actions").get_by_role("link", name=name).nth(nth).click()
        opened.value.wait_for_load_state()
        return Salesforce(opened.value)

    # -- letting the app do it

    def expect_plan_of_now(self) -> None:
        """The org is read with what was chosen, and the buttons are those of that reading."""
        self.expect_checked()
        same = "live.dataset.actions === document.getElementById('actions').dataset.actions"
        self.page.wait_for_function(
            f"() => {{ const live = document.getElementById('live'); return {same}; }}"
        )

    def apply_button(self) -> Locator:
        return self.page.get_by_role("button", name=re.compile("^Make th(is change|ese .* changes) for me$"))

    def open_together(self) -> None:
        """The plan of all automatic stages; it is open where the stage has no plan of its own."""
        together = self.page.locator("details.together")
        expect(together).to_be_visible()
        if together.get_attribute("open") is None:
            together.locator("summary").first.click()

    def apply_all_together(self) -> None:
        together = self.page.locator("details.together")
        self.open_together()
        together.locator(".plan-btns button").click()

    @property
    def job(self) -> Locator:
        return self.page.locator("#job")

    def expect_job_done(self) -> None:
        expect(self.job.locator(".note.ok")).to_contain_text("Finished at")

    # -- the last stages

    def confirm(self, step: str) -> None:
        """Sign for a line, and stay on the page."""
        note = self.page.locator(f"#confirm-{step}")
        note.get_by_role("button", name=re.compile("^(Confirm as|Only confirm)")).last.click()

    def hand_over(self) -> None:
        """Hands over, and gives the keys back: a page asks, then everything is read once more."""
        self.ask_to_hand_over()
        expect(self.page.get_by_text("Handed over on")).to_be_visible()
        bar = self.page.get_by_label("The org you are working in")
        expect(bar).to_contain_text("Our access has ended")
        expect(bar.get_by_role("button", name="Check again")).to_have_count(0)

    def ask_to_hand_over(self) -> None:
        self.page.locator("#actions").get_by_role("link", name="Hand over", exact=True).click()
        expect(self.page.get_by_role("heading", name=re.compile("^Hand over .*[?]$"))).to_be_visible()
        self.page.get_by_role("button", name="Hand over and end our access").click()

    def disconnect(self) -> None:
        """Without handing over."""
        self.go_to("handover")
        self.page.get_by_role("link", name="End our access without handing over").click()
        self.page.get_by_role("button", name="End our access", exact=True).click()
        expect(self.page.get_by_text(re.compile("^Our access to .* has ended"))).to_be_visible()

    # -- what happened

    def history(self) -> list[str]:
        """The sentences of the setup's history, newest first."""
        self.page.goto(f"{self.setup_url}history/")
        return self.page.locator("tbody td:nth-child(3) p").all_inner_texts()

    def report(self) -> dict[int, tuple[str, str]]:
        """Line number -> status and proof, as the report shows them."""
        self.page.goto(f"{self.setup_url}report/")
        self.page.get_by_role("heading", name="Every line").click()
        table = self.page.locator("section[aria-labelledby=lines] tbody tr:not(.group)")
        rows = [row.locator("td,th").all_inner_texts() for row in table.all()]
        return {int(number): (status, proof) for number, _what, status, proof in rows}
