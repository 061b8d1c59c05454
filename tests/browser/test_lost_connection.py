"""The live connection is lost: the page says so, catches up by itself, and shows nothing twice."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import tabs

# What Chromium and htmx say in the console of a connection that is really lost.
LOST = ("net::ERR_", "htmx-2.min.js")


@pytest.fixture
def at_work(dana, new_org, app):
    """Dana has pressed the button and Salesforce is slow: the changes are being made."""

    def begin(server: tabs.StreamServer | None = None):
        org = new_org("fresh")
        if server:
            server.carry(dana.page)
        dana.begin_prepared(org, "permission_set", people=5)
        app.hold_salesforce()
        dana.apply_all_together()
        expect(dana.job).to_contain_text("Reading what is in the org now")
        return org

    return begin


def expect_told(page: Page) -> None:
    """In sight, and in the one line that a screen reader reads."""
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator("#offline")).to_contain_text("Live updates stopped. The work carries on.")
    expect(page.locator("#say")).to_contain_text("Live updates stopped.")


def remember_whether_told(page: Page) -> None:
    """Even where the note is gone again before the test can look."""
    page.evaluate("""() => {
        const note = document.getElementById("offline");
        new MutationObserver(() => { window.told ||= note.classList.contains("show"); })
            .observe(note, { attributes: true });
    }""")


def expect_caught_up(dana) -> None:
    """The end of the job is there, and each entry of its log once."""
    dana.expect_job_done()
    dana.expect_all_done(2)
    expect(dana.page.locator("#offline")).to_be_hidden()
    expect(dana.page.locator("#say")).not_to_contain_text("Live updates stopped.")
    for one in ("#live", "#stages", "#say", "#alarm", "#actions", "#job"):
        expect(dana.page.locator(one)).to_have_count(1)
    log = [" ".join(row.split()) for row in dana.job.locator("li").all_text_contents()]
    assert log
    assert [row for row, times in Counter(log).items() if times > 1] == []
    assert sum("Created the permission set" in row for row in log) == 1


def keep_focus_on_link(page: Page) -> None:
    """On something in a part that every update replaces, and that is there all the time."""
    page.locator("#stages").get_by_role("link", name="Edit the connected app's policies").focus()


def expect_focus_kept(page: Page) -> None:
    expect(
        page.locator("#stages").get_by_role("link", name="Edit the connected app's policies")
    ).to_be_focused()


def test_the_stream_ends_under_an_apply_and_comes_back(dana, at_work, app, watch):
    for words in LOST:
        watch.expect(words)
    with tabs.stream_server(app) as server:
        at_work(server)
        keep_focus_on_link(dana.page)
        server.stop()
        expect_told(dana.page)
        expect(dana.job).to_contain_text("Making the changes")
        dana.page.route("**/live/", lambda route: route.abort())  # so that the stream has to bring it
        app.release_salesforce()
        expect_focus_kept(dana.page)
        server.start()
        expect_caught_up(dana)
        expect_focus_kept(dana.page)


def test_the_web_server_is_started_again_under_an_apply(dana, at_work, app, watch):
    for words in (*LOST, "web ended (code -9) and is started again"):
        watch.expect(words)
    at_work()
    keep_focus_on_link(dana.page)
    remember_whether_told(dana.page)
    app.child("together").kill()
    # How long it is away is the machine's affair: a line for screen readers is not spoken of a short while.
    dana.page.wait_for_function("() => window.told")
    app.release_salesforce()
    expect_caught_up(dana)
    expect_focus_kept(dana.page)


def test_a_laptop_wakes_up_to_a_connection_that_is_dead_and_does_not_say_so(dana, at_work, app, watch):
    for words in LOST:
        watch.expect(words)
    dana.page.clock.install()
    with tabs.stream_server(app) as before, tabs.stream_server(app) as after:
        at_work(before)
        keep_focus_on_link(dana.page)
        dana.page.route("**/live/", lambda route: route.abort())  # so that the stream has to bring it
        before.fall_silent()
        app.release_salesforce()
        after.carry(dana.page)
        streams = tabs.Streams(dana.page.context)
        dana.page.clock.fast_forward("08:00:00")
        streams.wait(dana.page, asked=1)
        expect_caught_up(dana)
        expect_focus_kept(dana.page)


def test_a_page_whose_pass_ran_out_gets_a_new_one(dana, new_org):
    """A pass to the stream is good for an hour; a page may be open for days."""
    told = []

    def too_old(route: Route) -> None:
        told.append(route.request.url)
        body = "event: done\ndata: \n\n"  # what wizard.live.stream answers to it
        route.fulfill(status=200, content_type="text/event-stream", body=body)

    org = new_org("fresh")
    dana.page.route("**/events/**", too_old, times=1)
    streams = tabs.Streams(dana.page.context)
    dana.begin_connected(org, "policies")
    streams.wait(dana.page, open=1, asked=2)
    assert len(told) == 1
    tabs.only_by_stream(dana.page)
    org.at_its_pages().set_policies()
    dana.expect_all_done(3)
    expect(dana.page.locator("#offline")).to_be_hidden()


def test_who_has_signed_out_elsewhere_is_told_and_keeps_what_is_on_the_page(dana, new_org, watch):
    for words in LOST:
        watch.expect(words)
    org = new_org("fresh")
    dana.begin_connected(org)
    dana.page.get_by_label("Expected Engagement account id").fill(org.mid)
    picking = dana.page.context.new_page()
    picking.goto(dana.page.url)
    picking.get_by_role("button", name="Choose the user").click()
    listed = picking.locator("#results").get_by_role("button", name=re.compile("^Choose "))
    expect(listed.first).to_be_visible()
    # Not as laid out: where a line breaks depends on how far the styles had come.
    before = listed.all_text_contents()
    elsewhere = dana.page.context.new_page()
    elsewhere.goto(dana.app.url)
    elsewhere.get_by_role("button", name="Sign out").click()
    expect(elsewhere.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(dana.page.locator("#offline")).to_be_visible()  # the stream is cut off
    lines = dana.checks.count()
    with dana.page.expect_response(re.compile("/account/login/")):  # where the slow poll is led
        dana.page.evaluate("htmx.trigger('#live', 'look-again')")
    dana.page.wait_for_timeout(500)
    assert dana.checks.count() == lines
    expect(dana.page.locator("#offline")).to_be_visible()
    expect(dana.page.get_by_label("Expected Engagement account id")).to_have_value(org.mid)
    dana.page.get_by_role("link", name="reload the page").click()
    expect(dana.page.get_by_role("heading", name="Sign in")).to_be_visible()

    # The list of people puts no sign-in page into itself either, and says what is the matter.
    picking.get_by_label("Name, username or e-mail").press_sequentially("mc")
    expect(picking.get_by_text("You have signed out, perhaps in another tab.")).to_be_visible()
    expect(picking.locator("#results input[name=login]")).to_have_count(0)
    assert listed.all_text_contents() == before
