"""The client's admin: comes by a link on a phone, does one stage, and closes the page."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.guests import PHONE, SIGN_IN, Guest, make_link, send_stage
from tests.browser.salesforce import Salesforce
from tests.browser.test_phone import wider_than_the_screen


def test_a_guest_does_a_stage_on_a_phone_and_nobody_else_gets_in(browse, person, app, new_org):
    org, elsewhere = new_org("fresh"), new_org("fresh")
    dana = person("Dana")
    dana.begin_prepared(org, people=2)
    link = send_stage(dana, "policies")

    # Another org than the setup's is refused by both names, and the way back leads on.
    guest = Guest(browse(**PHONE), app, link)
    guest.sign_in_by_link(elsewhere)
    guest.expect_page("That is a different org")
    expect(guest.main).to_contain_text(org.name)
    expect(guest.main).to_contain_text(elsewhere.name)
    guest.page.get_by_role("link", name="Back to your invitation").click()
    expect(guest.page.get_by_role("button", name=SIGN_IN)).to_be_in_viewport()
    assert wider_than_the_screen(guest.page) == []
    guest.page.get_by_role("button", name=SIGN_IN).click()
    guest.log_in(org)

    # One setup, one stage; the others are only shown.
    guest.expect_page("Edit the connected app's policies")
    expect(guest.page.get_by_text("Your part, about 5 minutes")).to_be_visible()
    expect(guest.page.get_by_role("link", name="Client orgs")).to_have_count(0)
    assert wider_than_the_screen(guest.page) == []
    guest.go_to("people")
    expect(guest.page.get_by_text("This stage is not yours to do")).to_be_visible()
    guest.page.get_by_role("link", name=re.compile("^To your part")).click()
    guest.expect_page("Edit the connected app's policies")
    answer = guest.page.goto(f"{guest.setup_url}report/")
    assert answer is not None
    assert answer.status == 404
    guest.page.goto(app.url)
    guest.expect_page("Edit the connected app's policies")

    # By hand in Salesforce; the page turns green by itself, thanks, and lets them go.
    salesforce = guest.open_deep_link("Open the app's page")
    salesforce.edit_policies()
    guest.page.bring_to_front()
    expect(guest.page.locator("#thanks")).to_contain_text("Your part is done")
    expect(guest.page.locator("#thanks")).to_contain_text("You may close this page")

    # A second person with the same link is told to ask for one of their own.
    second = Guest(browse(**PHONE), app, link)
    second.sign_in_by_link(org, org.limited_admin)
    second.expect_page("This link belongs to somebody else")
    assert wider_than_the_screen(second.page) == []

    # Revoked: out at once, and told so kindly.
    dana.page.goto(f"{dana.setup_url}invite/")
    dana.page.get_by_role("button", name=re.compile("^Revoke")).click()
    expect(dana.page.get_by_text("The link does not work any more.")).to_be_visible()
    guest.page.reload()
    guest.expect_page("Your access has ended")
    guest.page.get_by_role("main").get_by_role("button", name="Sign out").click()
    guest.open_link()
    guest.expect_page("This link was taken back")
    guest.page.goto(link[:-2] + "/")
    guest.expect_page("We don't know this link")


def test_a_guest_binds_a_setup_that_was_begun_by_name(browse, person, app, new_org):
    org = new_org("fresh")
    dana = person("Dana")
    page = dana.page
    page.goto(f"{app.url}/orgs/connect/")
    page.get_by_role("link", name="Let the client sign in").click()
    page.get_by_label("The client's name").fill("A new client")
    page.get_by_role("button", name="Start the setup").click()
    expect(page.get_by_role("heading", name="Waiting for the client to sign in")).to_be_visible()
    link = make_link(page, "Before you start")

    guest = Guest(browse(**PHONE), app, link)
    guest.open_link()
    expect(guest.main).to_contain_text("A new client")
    guest.page.get_by_label("Stand-in org for practice").check()
    assert wider_than_the_screen(guest.page) == []
    guest.page.get_by_role("button", name=SIGN_IN).click()
    Salesforce(guest.page).log_in(org.admin)
    Salesforce(guest.page).allow(org.name)
    guest.expect_page("Before you start")
    guest.choose_connection_user(org)
    expect(guest.page.locator("#choices")).to_contain_text(org.connection_user["name"])

    # The member's page has gone on by itself, to the setup of the org that it is about now.
    expect(page.get_by_role("heading", name="Before you start", level=1)).to_be_visible()
    expect(page.locator(".orgbar")).to_contain_text(org.name)


def test_a_guest_reads_of_a_wrong_account_before_all_else_and_it_stays_so_live(browse, person, app, new_org):
    org = new_org("wrong_account")
    dana = person("Dana")
    dana.begin_prepared(org, "connect", people=1, mode="repair")
    expect(dana.page.locator("#harm-connected")).to_contain_text("Correct it in Before you start")
    guest = Guest(browse(**PHONE), app, send_stage(dana, "connect"))
    guest.sign_in_by_link(org)
    harm = guest.page.locator("#harm-connected")
    for again in (False, True):
        if again:  # what the stream sends says the same
            guest.page.get_by_role("button", name="Check again").click()
        expect(harm).to_contain_text("Tell whoever sent you the link.")
        expect(harm).not_to_contain_text("Before you start")
        expect(harm.get_by_role("heading")).to_be_in_viewport()
    assert wider_than_the_screen(guest.page) == []
