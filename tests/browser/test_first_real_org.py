"""Whoever likes the try-out points it at an org of their own: an app, its key, and the whole way."""

from __future__ import annotations

import re

import requests
from playwright.sync_api import expect

from tests.browser.journey import Journey
from tests.browser.stand_in import StandInOrg
from tests.browser.test_fresh_to_finished import (
    edit_policies_and_see_them_turn_green,
    let_the_app_do_stages_3_to_5,
)

PATIENCE = 60


def register(org: StandInOrg, address: str, callback: str) -> dict[str, str]:
    """**Create**, as the org's admin does it with the address from our page."""
    asked = {"label": "Connect Guide", "callbacks": [callback], "org_id": org.id}
    answer = requests.post(f"{address}/stand-in/apps", json=asked, timeout=PATIENCE)
    answer.raise_for_status()
    return dict(answer.json())


def test_an_app_is_registered_through_the_page_and_a_fresh_org_is_finished(person, app, new_org):
    org = new_org("fresh")
    priya: Journey = person("Priya")
    page = priya.page
    page.goto(f"{app.url.replace('localhost', '127.0.0.1')}/orgs/connect/")
    assert page.url.startswith("http://localhost:"), "Salesforce registers no other address with plain http"
    page.get_by_role("link", name="Connect a real org").click()
    callback = page.locator("#callback-url").inner_text().strip()
    made = register(org, app.stand_in_url, callback)
    page.get_by_label("My Domain address").fill(app.stand_in_url)
    page.get_by_label("Consumer Key").fill(made["client_id"])
    page.get_by_label("Consumer Secret").fill(made["secret"])
    page.get_by_role("button", name="Store key and secret").click()
    expect(page.get_by_text("are stored, encrypted")).to_be_visible()
    assert made["secret"] not in page.content()

    page.get_by_role("button", name=re.compile("^Sign in at Salesforce")).click()
    priya.at_salesforce().log_in(org.admin)
    priya.at_salesforce().allow(org.name)
    priya.prepare(org, people=20)
    priya.go_on()
    edit_policies_and_see_them_turn_green(priya)
    priya.go_on()
    let_the_app_do_stages_3_to_5(priya, app)
    priya.go_on()
    priya.confirm("log_out")
    priya.open_deep_link("Open the Marketing Cloud tab").connect_to_engagement()
    priya.expect_all_done(2)
    priya.go_to("ready")
    priya.expect_all_done(4)
    assert {status for status, _proof in priya.report().values()} == {"Done"}
    priya.go_to("handover")
    priya.hand_over()

    # Without it every other org of the stand-in would be signed in to with this app.
    page.goto(f"{app.url}/orgs/connect/")
    page.get_by_role("link", name="Connect a real org").click()
    page.get_by_role("button", name=re.compile("^Remove")).click()
    expect(page.get_by_text("are stored, encrypted")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^Remove"))).to_have_count(0)
