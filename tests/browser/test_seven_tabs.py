"""Seven tabs of one browser: over HTTP/1.1 it opens six connections, and a live stream holds one."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import tabs
from tests.browser.journey import Journey
from tests.browser.pages import STAGES

MOST_STREAMS = 4  # static/js/stream.js: over HTTP/1.1, so that two connections are left for pages


def test_seven_tabs_all_load_and_the_one_that_is_looked_at_is_live(dana, sam, new_org):
    context = dana.page.context
    tabs.let_tabs_be_hidden(context)
    streams = tabs.Streams(context)
    org = new_org("fresh")
    dana.begin_connected(org)
    streams.wait(dana.page, open=1)
    base = f"{dana.setup_url}stages/"
    others = [tabs.open_in_background(context, f"{base}{stage}/", dana.app.url) for stage in STAGES[1:7]]
    streams.wait(dana.page, open=1, asked=1)
    assert streams.asked == 1, "a tab that nobody has looked at yet asks for no stream"

    policies = Journey(others[0], dana.app)
    tabs.hide(dana.page)
    tabs.look_at(policies.page)
    streams.wait(dana.page, open=1, asked=2)
    tabs.only_by_stream(policies.page)
    org.at_its_pages().set_policies()
    policies.expect_all_done(3)

    # What happened meanwhile is there as soon as the first tab is looked at again.
    sam.page.goto(dana.setup_url)
    sam.go_to("prepare")
    sam.choose_connection_user(org)
    tabs.hide(policies.page)
    expect(dana.line("The Salesforce-side connection user is active")).not_to_contain_text("Done")
    tabs.only_by_stream(dana.page)
    tabs.look_at(dana.page)
    expect(dana.line("The Salesforce-side connection user is active")).to_contain_text("Done")
    streams.wait(dana.page, open=1)


def test_of_seven_windows_side_by_side_none_starves(dana, new_org):
    context = dana.page.context
    streams = tabs.Streams(context)
    org = new_org("fresh")
    dana.begin_connected(org, "policies")
    windows = [Journey(dana.page, dana.app)]
    for _ in range(6):
        windows.append(Journey(context.new_page(), dana.app))
        windows[-1].page.goto(dana.page.url)
        expect(windows[-1].main.get_by_role("heading", level=1)).to_be_visible()
    streams.wait(dana.page, open=MOST_STREAMS)

    # Four hear of it at once, the others when they ask.
    for window in windows[:MOST_STREAMS]:
        tabs.only_by_stream(window.page)
    org.at_its_pages().set_policies()
    for window in windows[:MOST_STREAMS]:
        window.expect_all_done(3)
    for window in windows[MOST_STREAMS:]:
        window.expect_all_done(3)
        expect(window.page.locator("#offline")).to_be_hidden()

    # One that goes away leaves its stream to one that has none.
    asked = streams.asked
    windows[0].page.goto(f"{dana.app.url}/help/")
    streams.wait(dana.page, open=MOST_STREAMS, asked=asked + 1)
