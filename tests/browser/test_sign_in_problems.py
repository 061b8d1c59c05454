"""Signing in to an org can fail in many ways; each is explained on our page, with the way out."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.salesforce import Salesforce

WRONG_MY_DOMAINS = {
    "": "Type the org's My Domain address.",
    "evil.com": "does not belong to Salesforce",
    "https://salesforce.com.evil.com/": "does not belong to Salesforce",
    "https://acme.my.salesforce.com@evil.com": "has a user name in it",
    "https://acme.my.salesforce.com:8443": "have no port",
    "xn--cme-8cd.my.salesforce.com": "imitate another one",
    "https://127.0.0.1/": "This is a number address",
    "ftp://acme.my.salesforce.com": "has to begin with https://",
    "javascript:alert(1)": "This is not an address",
}


# What is put into the field instead of what was typed, where the org's address can be told from it.
PROPOSED = {
    "https://acme.my.salesforce.com:8443": "acme.my.salesforce.com",
    "ftp://acme.my.salesforce.com": "acme.my.salesforce.com",
}


def heading(person, words: str) -> None:
    expect(person.page.get_by_role("heading", level=1)).to_have_text(words)


def test_denied_at_consent_then_allowed(dana, new_org):
    org = new_org("fresh")
    dana.ask_for_stand_in()
    dana.at_salesforce().log_in(org.admin)
    dana.at_salesforce().deny()
    heading(dana, "You clicked Deny")
    dana.page.get_by_role("button", name="Sign in again").click()
    dana.at_salesforce().log_in(org.admin)
    dana.at_salesforce().allow(org.name)
    expect(dana.page.get_by_text(f"We have access to {org.name}")).to_be_visible()


def test_stranded_on_salesforces_page_because_our_app_is_not_installed(dana, new_org):
    org = new_org("our_app_not_installed")
    dana.ask_for_stand_in()
    dana.at_salesforce().log_in(org.admin)
    expect(dana.page.get_by_text("app must be installed into org")).to_be_visible()
    address = dana.page.url
    assert address.startswith(dana.app.stand_in_url)  # no way back from here

    dana.page.goto(dana.app.url)
    dana.page.get_by_role("link", name="Sign-in help").click()
    dana.page.get_by_label("The address, or the text of the error").fill(address)
    dana.page.get_by_role("button", name="Explain it").click()
    heading(dana, "Connect Guide is not installed in this org yet")
    expect(dana.main).to_contain_text("Connected Apps OAuth Usage")

    install_our_app(dana, "Install")
    dana.connect(org)


def test_blocked_then_unblocked_by_the_link_of_the_explanation(dana, new_org):
    org = new_org("fresh", switches={"our_app": "blocked"})
    dana.ask_for_stand_in()
    dana.at_salesforce().log_in(org.admin)
    heading(dana, "This org blocks the app")
    with dana.page.context.expect_page() as opened:
        dana.page.get_by_role("link", name="Open Connected Apps OAuth Usage").click()
    row = opened.value.get_by_role("row").filter(has_text="Connect Guide")
    row.get_by_role("button", name="Unblock").click()
    expect(opened.value.get_by_text("unblock is done")).to_be_visible()
    dana.page.get_by_role("button", name="Sign in again").click()
    dana.at_salesforce().log_in(org.admin)
    dana.at_salesforce().allow(org.name)
    expect(dana.page.get_by_text(f"We have access to {org.name}")).to_be_visible()


def test_a_wrong_my_domain_is_refused_with_the_reason(dana):
    for typed, reason in WRONG_MY_DOMAINS.items():
        dana.page.goto(f"{dana.app.url}/orgs/connect/")
        dana.page.get_by_label("The org's own address (My Domain)").check()
        dana.page.get_by_label("My Domain address", exact=True).fill(typed)
        dana.page.get_by_role("button", name="Sign in at Salesforce").click()
        expect(dana.page.get_by_role("alert")).to_contain_text(reason)
        expect(dana.page.get_by_label("My Domain address", exact=True)).to_have_value(
            PROPOSED.get(typed, typed)
        )
        assert dana.page.url.startswith(dana.app.url)


def test_reconnecting_a_different_org_is_refused_with_both_names(dana, new_org):
    ours, other = new_org("fresh"), new_org("fresh")
    dana.begin_connected(ours)
    dana.expect_checked()
    ours.sign_us_out()
    dana.page.get_by_role("button", name="Check again").click()
    sign_in_again = dana.page.get_by_role("button", name=f"Sign in to {ours.name} again")
    sign_in_again.click()
    dana.page.get_by_role("link", name="Not you?").click()
    dana.at_salesforce().log_in(other.admin)
    dana.at_salesforce().allow(other.name)
    heading(dana, "That is a different org")
    expect(dana.main).to_contain_text(f"You are reconnecting {ours.name}, but you signed in to {other.name}.")
    assert other.sign_us_out() == 0  # what we were given for the other org, we gave back

    dana.page.get_by_role("button", name="Sign in again").click()
    dana.at_salesforce().log_in(ours.admin)
    dana.at_salesforce().allow(ours.name)
    expect(dana.page.get_by_text(f"We have access to {ours.name}")).to_be_visible()
    dana.expect_checked()


def install_our_app(person, action: str) -> None:
    """An admin does it on Salesforce's page, in the same browser."""
    person.page.goto(f"{person.app.stand_in_url}/lightning/setup/ConnectedAppsUsage/home")
    page = Salesforce(person.page).page
    page.get_by_role("row").filter(has_text="Connect Guide").get_by_role("button", name=action).click()
    expect(page.get_by_text("is done")).to_be_visible()
