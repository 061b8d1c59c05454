"""A second sign-in to an org that has a setup: the choice, the wrong org, the archive, the disconnect."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from tests.browser.journey import Journey
from tests.browser.stand_in import StandInOrg


def sign_in_once_more(dana: Journey, org: StandInOrg) -> None:
    """Salesforce asks who it is, although this browser is signed in there."""
    dana.ask_for_stand_in()
    expect(dana.page.get_by_label("Username")).to_be_visible()
    dana.at_salesforce().log_in(org.admin)
    dana.at_salesforce().allow(org.name)
    expect(dana.page.get_by_role("heading", level=1)).to_contain_text(f"We know {org.name}")


def test_an_org_that_was_handed_over_is_opened_again_looked_at_or_begun_anew(dana, new_org):
    org = new_org("fresh")
    dana.begin_connected(org, "handover")
    before = dana.setup_url
    dana.hand_over()
    sign_in_once_more(dana, org)
    page = dana.page
    page.get_by_role("link", name="Only look at it").click()
    expect(page).to_have_url(re.compile(re.escape(before)))
    expect(page.locator("#orgbar")).to_contain_text(org.name)
    page.go_back()
    page.get_by_role("button", name="Wrong org: sign in to another").click()
    expect(page.get_by_role("heading", name="Connect an org")).to_be_visible()
    expect(page.get_by_text(f"Nothing was begun in {org.name}.")).to_be_visible()
    page.goto(before)
    expect(page.locator("#orgbar")).to_contain_text("Our access has ended")
    sign_in_once_more(dana, org)
    page.get_by_role("button", name="Start a new setup here").click()
    expect(page).to_have_url(re.compile("/stages/prepare/"))
    dana.expect_checked()
    assert dana.setup_url != before


def test_a_setup_begun_by_mistake_is_archived_and_taken_back(dana, new_org):
    org = new_org("fresh")
    dana.begin_connected(org)
    page = dana.page
    page.get_by_role("link", name="Begun by mistake? Archive this setup").click()
    page.get_by_role("button", name="Archive it").click()
    expect(page.get_by_text(f"Archived: the setup in {org.name} is in no list any more.")).to_be_visible()
    expect(page.get_by_role("link", name=org.name)).to_have_count(0)
    page.get_by_role("link", name=re.compile("^Show .* archived setup")).click()
    page.get_by_role("link", name=org.name).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("is archived")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Taken back: the setup is in the lists again.")).to_be_visible()
    page.goto(dana.app.url)
    expect(page.get_by_role("link", name=org.name)).to_be_visible()


def test_to_disconnect_names_what_it_ends_and_the_setup_shows_it(dana, new_org):
    org = new_org("fresh")
    dana.begin_connected(org, "handover")
    page = dana.page
    page.get_by_role("link", name="End our access without handing over").click()
    expect(page.locator("#ends").locator("..")).to_contain_text(
        "The checks and changes of the setup under way"
    )
    page.get_by_role("button", name="End our access", exact=True).click()
    expect(page.get_by_text(f"Our access to {org.name} has ended.")).to_be_visible()
    page.goto(f"{dana.setup_url}history/")
    expect(page.locator("#main")).to_contain_text(
        "Ended our access to the org: this setup waits for a new sign-in"
    )


def test_the_address_at_salesforce_asks_for_the_account(dana):
    asked = []
    dana.page.on("request", lambda request: asked.append(request.url))
    dana.ask_for_stand_in()
    authorize = next(url for url in asked if "/services/oauth2/authorize" in url)
    assert parse_qs(urlsplit(authorize).query)["prompt"] == ["login"]
