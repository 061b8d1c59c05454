"""Pages as they are after something has happened; `take` judges the one that is open, or photographs it."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.guests import Guest, make_link, send_stage
from tests.browser.journey import Journey
from tests.browser.stand_in import StandInOrg

Take = Callable[[str], None]

REFUSAL = "CANNOT_MODIFY_MANAGED_OBJECT"


def goes_wrong_and_is_handed_over(person: Journey, lacking: StandInOrg, org: StandInOrg, take: Take) -> None:
    """From sign-ins in vain to the handover of `org`, a fresh production org; `lacking` has not our app."""
    signs_in_in_vain(person, lacking, org, take)
    person.connect(org)
    person.prepare(org, people=3)
    picks_people(person, org, take)
    person.go_to("permission_set")
    types_a_wrong_name(person, take)
    is_refused_by_salesforce(person, org, take)
    hands_over_and_watches(person, take)


def signs_in_in_vain(person: Journey, org: StandInOrg, elsewhere: StandInOrg, take: Take) -> None:
    """`org` lacks our app, `elsewhere` has it."""
    person.ask_for_stand_in()
    person.at_salesforce().log_in(org.admin)
    expect(person.page.get_by_role("heading", name="OAuth Error")).to_be_visible()
    stranded = person.page.url
    person.page.goto(f"{person.app.url}/orgs/sign-in-help/")
    person.page.get_by_label("The address, or the text of the error").fill(stranded)
    person.page.get_by_role("button", name="Explain it").click()
    take("sign-in-problem")

    another_browser_at_salesforce(person)
    person.ask_for_stand_in()
    person.at_salesforce().log_in(elsewhere.admin)
    person.at_salesforce().deny()
    expect(person.page.get_by_role("heading", name="You clicked Deny")).to_be_visible()
    take("sign-in-denied")
    another_browser_at_salesforce(person)

    tests_a_connection(person, elsewhere, take)
    another_browser_at_salesforce(person)

    person.page.goto(f"{person.app.url}/orgs/connect/")
    person.page.get_by_label("The org's own address (My Domain)").check()
    address = "https://acme.my.salesforce.com@evil.example"
    person.page.get_by_label("My Domain address", exact=True).fill(address)
    person.page.get_by_role("button", name="Sign in at Salesforce").click()
    take("wrong-my-domain")


def tests_a_connection(person: Journey, org: StandInOrg, take: Take) -> None:
    person.page.goto(f"{person.app.url}/orgs/connect/")
    person.page.get_by_role("link", name="Test a connection").click()
    person.page.get_by_label("Stand-in org for practice").check()
    person.page.get_by_role("button", name="Test this connection").click()
    person.at_salesforce().log_in(org.admin)
    person.at_salesforce().allow(org.name)
    expect(person.page.get_by_text("Salesforce confirmed that the sign-in has ended")).to_be_visible()
    take("connection-tested")


def another_browser_at_salesforce(person: Journey) -> None:
    """Salesforce has forgotten who this is; we have not."""
    person.page.context.clear_cookies(domain="localhost", name="sid")


def picks_people(person: Journey, org: StandInOrg, take: Take) -> None:
    """In a connected org whose people are read: nobody of that name, and a list of good and bad."""
    person.page.goto(f"{person.setup_url}choose/people/")
    person.page.get_by_label("Name, username or e-mail").fill("Nobody at all")
    expect(person.page.locator("#results").get_by_role("listitem")).to_have_count(0)
    take("people-nobody-found")
    known = str(org.some_people(1)[0]["Username"])
    person.page.get_by_label("Usernames, e-mails, user ids or full names").fill(
        f"{known}\nnobody@nowhere.example\nnot an address"
    )
    person.page.get_by_role("button", name="Add these people").click()
    expect(person.main).to_contain_text("nobody@nowhere.example")
    take("people-pasted")


def types_a_wrong_name(person: Journey, take: Take) -> None:
    """In a production org with a plan for all stages."""
    together = person.page.locator("details.together")
    person.open_together()
    together.get_by_label(re.compile("Type the org's name")).fill("another org")
    together.locator(".plan-btns button").click()
    expect(person.page.locator("#actions").get_by_role("alert")).to_be_visible()
    take("wrong-name")


def is_refused_by_salesforce(person: Journey, org: StandInOrg, take: Take) -> None:
    """One change of a production org's plan for all stages is refused. Then support takes over."""
    org.switch(app_grant=REFUSAL)
    person.open_together()
    person.page.locator("details.together").get_by_label(re.compile("Type the org's name")).fill(org.name)
    person.apply_all_together()
    expect(person.job.locator(".note.err")).to_be_visible()
    person.job.get_by_text("Details for support").click()
    take("job-failed")
    person.page.goto(person.setup_url.replace("/setups/", "/support/"))
    take("support-stopped")
    person.page.get_by_role("button", name="Take over").click()
    person.page.get_by_label("Your note").fill("The client's admin will allow it on Thursday.")
    person.page.get_by_role("button", name="Leave the note").click()
    expect(person.main).to_contain_text("on Thursday")
    take("support-taken-over")
    person.page.goto(f"{person.app.url}/support/")
    take("needs-help")


def hands_over_and_watches(person: Journey, take: Take) -> None:
    person.go_to("handover")
    person.page.locator("#actions").get_by_role("link", name="Hand over", exact=True).click()
    take("hand-over")
    person.page.get_by_role("button", name="Hand over and keep watching").click()
    expect(person.page.get_by_text("Handed over on")).to_be_visible()
    take("handed-over-and-watched")
    person.page.goto(f"{person.setup_url}report/")
    take("handed-over-report")


def sends_links(member: Journey, take: Take) -> tuple[str, str]:
    """A link for a stage of the open setup, and one for a setup whose org nobody knows yet."""
    link = send_stage(member, "policies")
    take("link-made")
    member.page.goto(f"{member.app.url}/for-a-client/")
    take("for-a-client")
    member.page.get_by_label("The client's name").fill("A new client")
    member.page.get_by_role("button", name="Start the setup").click()
    expect(member.page.get_by_role("heading", name="Waiting for the client to sign in")).to_be_visible()
    take("waiting-for-the-client")
    return link, make_link(member.page, "Before you start")


def comes_by_a_link(guest: Guest, org: StandInOrg, unbound: str, take: Take) -> None:
    """`guest.link` is of the stage of the policies in `org`, which is not done yet."""
    for name, address in of_links(guest.app.url, guest.link, unbound).items():
        guest.page.goto(address)
        take(name)
    guest.sign_in_by_link(org)
    expect(guest.page.get_by_text("Your part, about")).to_be_visible()
    take("guest-stage")
    guest.go_to("people")
    take("guest-not-theirs")
    guest.go_to("policies")
    org.at_its_pages().set_policies()
    expect(guest.page.locator("#thanks")).to_contain_text("Your part is done")
    take("guest-thanks")


def of_links(url: str, link: str, unbound: str) -> dict[str, str]:
    """What is seen before a sign-in."""
    return {
        "guest-link": link,
        "guest-link-without-org": unbound,
        "guest-link-unknown": f"{url}/guest/{'nothing' * 6}/",
    }
