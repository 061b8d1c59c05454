"""The owner: asks people in, asks for second factors, removes somebody, ends connections."""

from __future__ import annotations

import re
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from tests.browser.browser import add_virtual_authenticator
from tests.browser.guests import Guest, send_stage
from tests.browser.journey import Journey

PASSWORD = "a good long password"


def invite(priya: Journey, email: str, role: str) -> str:
    """Fill in the form as an owner; the path of the link in the e-mail."""
    page = priya.page
    page.goto(priya.app.url)
    page.get_by_role("link", name="Team", exact=True).click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Role", exact=True).select_option(role)
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text(f"We sent an invitation to {email}")).to_be_visible()
    mail = priya.app.log("web").rpartition(f"To: {email}")[2]
    found = re.search(r"(/team/join/\S+/)", mail)
    assert found, mail
    return found[1]


def make_account(page: Page, name: str) -> None:
    page.get_by_role("button", name="Make an account and join").click()
    page.get_by_label("Your name").fill(name)
    for label in ("Password", "Password (again)"):
        page.get_by_label(label, exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Make the account and join").click()
    expect(page.get_by_role("heading", name="Client orgs", level=1)).to_be_visible()


def code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def test_an_owner_asks_somebody_in_and_removes_them_with_all_that_they_held(person, browse, new_org, watch):
    watch.expect("[object Event]")  # the stream that is cut, as htmx tells it to the console
    priya = person("Priya")
    link = invite(priya, "nadia@brightpath.example", "consultant")

    nadia = Journey(browse(), priya.app)
    nadia.page.goto(priya.app.url + link)
    expect(nadia.page.get_by_role("heading", name="Join Bright Path Consulting")).to_be_visible()
    make_account(nadia.page, "Nadia New")
    org = new_org("fresh")
    nadia.begin_connected(org)

    # The owner asks every member for a second factor: Nadia sets hers up before anything else.
    priya.page.get_by_role("link", name="Team", exact=True).click()
    priya.page.get_by_role("button", name="Require it of every member").click()
    expect(priya.page.get_by_role("button", name="Ask for it no more")).to_be_visible()
    setup = nadia.page.url
    nadia.page.reload()
    expect(nadia.page.get_by_text("Set up a second factor before you go on.")).to_be_visible()
    nadia.page.get_by_role("link", name="Set up an authenticator app").click()
    nadia.page.get_by_text("The app can't scan it?").click()
    secret = nadia.page.locator("#authenticator_secret").inner_text()
    nadia.page.get_by_label("Authenticator code").fill(code(secret))
    nadia.page.get_by_role("button", name="Turn it on").click()
    expect(nadia.page.get_by_role("heading", name="Recovery Codes")).to_be_visible()
    nadia.page.goto(setup)
    expect(nadia.page.get_by_role("heading", level=1)).to_contain_text("Before you start")
    priya.page.get_by_role("button", name="Ask for it no more").click()
    expect(priya.page.get_by_role("button", name="Require it of every member")).to_be_visible()

    # She takes the setup over and sends a stage to the client; then she becomes somebody of support.
    sent = send_stage(nadia, "policies")
    nadia.page.get_by_role("link", name="Needs help").click()
    nadia.page.get_by_label("Org, person, error or reference").fill(org.name)
    nadia.page.get_by_role("button", name=re.compile("^Show")).click()
    nadia.page.locator("#stuck").get_by_role("link", name=org.name).click()
    nadia.page.get_by_role("button", name="Take over").click()
    expect(nadia.page.get_by_text("This setup is assigned to you now.")).to_be_visible()
    support_page = nadia.page.url
    allowed = priya.page.locator("table.who-may tr").filter(has_text="Connect orgs")
    expect(allowed.locator("td")).to_have_text(["Yes", "Yes", "Yes", "No", "No"])
    priya.page.get_by_role("link", name="Nadia New").click()
    priya.page.get_by_role("radio", name=re.compile("^Support")).check()
    priya.page.get_by_role("button", name="Set the role").click()
    expect(priya.page.get_by_text("Nadia New is now Support.")).to_be_visible()

    # Removed: signed out at once, her link opens nothing, and the connection that she made is offered
    # for revocation.
    priya.page.get_by_role("link", name="Nadia New").click()
    priya.page.get_by_role("link", name="Remove from the team").click()
    expect(priya.page.get_by_text("Changes that run for them stop")).to_be_visible()
    priya.page.get_by_role("button", name="Remove and sign out").click()
    expect(priya.page.get_by_role("heading", name="Connections")).to_be_visible()
    row = priya.page.get_by_role("listitem").filter(has_text=org.name)
    expect(row).to_contain_text("Who made it is not in the team any more.")
    nadia.page.reload()
    expect(nadia.page.get_by_role("heading", name="Sign in", level=1)).to_be_visible()
    late = Guest(browse(), priya.app, sent)
    late.open_link()
    late.expect_page("This link was taken back")
    row.get_by_role("button", name="Revoke").click()
    expect(priya.page.get_by_text("Ended 1 connection.")).to_be_visible()
    expect(priya.page.get_by_role("listitem").filter(has_text=org.name)).to_have_count(0)
    priya.page.goto(support_page)
    expect(priya.page.get_by_text("Not assigned.")).to_be_visible()
    expect(priya.page.locator("#main")).to_contain_text("Nadia New may not work on this setup any more")

    # The audit trail tells it, in sentences.
    priya.page.get_by_role("link", name="Team", exact=True).click()
    priya.page.get_by_role("link", name="Audit trail").click()
    priya.page.get_by_label("Kind").select_option("Members and roles")
    priya.page.get_by_role("button", name=re.compile("^Show")).click()
    told = priya.page.get_by_role("table")
    expect(told).to_contain_text("Took Nadia New out of the team")
    expect(told).to_contain_text("Changed the role of Nadia New from Consultant to Support")
    expect(told).to_contain_text("Invited nadia@brightpath.example as Consultant")


def test_a_passkey_is_added_and_signs_in_under_our_policy(person, browse):
    priya = person("Priya")
    link = invite(priya, "petra@brightpath.example", "viewer")
    page = browse()
    add_virtual_authenticator(page)
    page.goto(priya.app.url + link)
    make_account(page, "Petra Passkey")
    page.get_by_role("link", name="Petra Passkey: your account").click()
    page.get_by_role("link", name="Second factor").click()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label(re.compile("Name")).fill("laptop")
    page.get_by_label(re.compile("Passwordless")).check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery Codes")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Client orgs", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Petra Passkey: your account")).to_be_visible()


def test_a_passkey_that_is_refused_says_so_in_words(person):
    dana = person("Dana")
    add_virtual_authenticator(dana.page, verified=False)
    dana.page.goto(dana.app.url + "/account/two-factor/webauthn/add/")
    dana.page.get_by_label(re.compile("Name")).fill("laptop")
    dana.page.get_by_label(re.compile("Passwordless")).check()
    dana.page.get_by_role("button", name="Add").click()
    expect(dana.page.get_by_role("alert")).to_contain_text("The browser gave no key")
