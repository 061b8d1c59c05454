"""The consultant: her team's orgs only, a new client, one stage sent, and five orgs side by side."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import tabs
from tests.browser.guests import PHONE, Guest, send_stage
from tests.browser.journey import Journey

ASKED = "Asked for a check"


def test_a_consultant_sends_a_stage_watches_it_turn_green_and_hands_over(browse, person, app, new_org):
    org = new_org("fresh")
    dana = person("Dana")
    dana.begin_prepared(org, people=2)
    link = send_stage(dana, "policies")
    dana.go_to("policies")
    expect(dana.page.locator("#checks .check.is-done")).to_have_count(0)

    guest = Guest(browse(**PHONE), app, link)
    guest.sign_in_by_link(org)
    guest.expect_page("Edit the connected app's policies")
    tabs.only_by_stream(dana.page)
    guest.open_deep_link("Open the app's page").edit_policies()
    dana.expect_all_done(3)  # nobody has touched this page
    dana.page.unroute_all()

    dana.go_to("permission_set")
    dana.apply_all_together()
    dana.expect_job_done()
    dana.go_to("connect")
    dana.confirm("log_out")
    dana.open_deep_link("Open the Marketing Cloud tab").connect_to_engagement()
    dana.expect_all_done(2)
    dana.go_to("handover")
    dana.hand_over()
    dana.page.reload()
    expect(dana.page.locator(".orgbar")).to_contain_text("Our access has ended")
    assert any("Came by the link" in said for said in dana.history())

    # Nothing is left to do for the guest, and the link says so.
    late = Guest(browse(**PHONE), app, link)
    late.open_link()
    late.expect_page("This work is finished")


def test_five_orgs_in_five_tabs_each_show_and_do_their_own(person, app, new_org):
    dana = person("Dana")
    orgs = [new_org("fresh") for _ in range(5)]
    persons = []
    for org in orgs:
        dana.page.context.clear_cookies(domain="localhost", name="sid")
        persons.append(Journey(dana.page.context.new_page(), app))
        persons[-1].begin_connected(org)
        persons[-1].expect_checked()
    for org, at_org in zip(orgs, persons, strict=True):
        at_org.page.bring_to_front()
        expect(at_org.page.locator(".orgbar")).to_contain_text(org.name)
        mark = org.mark()
        at_org.page.get_by_role("button", name="Check again").click()
        org.wait_for_calls(mark)
        at_org.expect_checked()
        expect(at_org.page.locator(".orgbar")).to_contain_text(org.name)
    # Each press reached its own org and no other: one more check than the one of the sign-in.
    for at_org in persons:
        assert at_org.history().count(ASKED) == 2

    # The list shows her team's orgs.
    dana.page.bring_to_front()
    dana.page.goto(app.url)
    for org in orgs:
        expect(dana.page.get_by_role("link", name=org.name, exact=True)).to_be_visible()
