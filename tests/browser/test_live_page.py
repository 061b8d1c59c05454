"""The stage page while things happen: blocked streams, several people, closed tabs, stops, old pages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import tabs
from tests.browser.browser import Watch
from tests.browser.journey import Journey
from tests.browser.stand_in import APP_SET, StandInOrg
from tests.waiting import eventually

POLL_SECONDS = 15


@pytest.fixture
def ready(dana: Journey, new_org: Callable[..., StandInOrg]) -> Callable[..., StandInOrg]:
    """An org in which Dana has everything prepared; she is at the stage of the permission set."""

    def make(scenario: str = "fresh", people: int = 3, **more: int) -> StandInOrg:
        org = new_org(scenario, **more)
        dana.begin_prepared(org, "permission_set", people)
        return org

    return make


def cut_off(page: Page, watch: Watch, *ways: str) -> None:
    """From now on this page learns nothing, neither by the stream nor by asking."""
    for way in ways or ("events", "live", "actions"):
        page.route(re.compile(f"/{way}/"), lambda route: route.abort())
    # The browser and htmx say so in the console.
    watch.expect("net::ERR_FAILED")
    watch.expect("htmx-2.min.js")


def test_when_the_stream_is_blocked_the_slow_poll_carries_it(dana, new_org, watch):
    cut_off(dana.page, watch, "events")
    dana.page.clock.install()
    org = new_org("fresh")
    dana.begin_connected(org, "policies")
    expect(dana.page.locator("#offline")).to_be_visible()
    org.at_its_pages().set_policies()
    mark = org.mark()
    org.wait_for_calls(mark)  # the worker looks, although this page can't be told
    expect(dana.page.locator("#checks .check.is-done")).to_have_count(0)
    dana.page.clock.fast_forward(POLL_SECONDS * 1000)
    dana.expect_all_done(3)


def test_however_often_and_by_whom_it_is_pressed_there_is_one_job_that_all_see(dana, sam, ready, app, watch):
    org = ready()
    sam.page.goto(dana.page.url)
    tabs.only_by_stream(sam.page)
    late = Journey(sam.page.context.new_page(), app)
    late.page.goto(dana.page.url)
    cut_off(late.page, watch)
    with app.salesforce_hangs():
        dana.apply_button().dblclick()
        expect(dana.job).to_contain_text("Making the changes")
        expect(sam.job).to_contain_text("Making the changes")  # Sam's page was not touched
        expect(sam.apply_button()).to_have_count(0)
        late.apply_button().click()  # the page is from before: its button is still there
        expect(late.page.get_by_text("Dana Whitfield has started this already")).to_be_visible()
    late.page.unroute_all()
    late.page.reload()
    for person in (dana, sam, late):
        person.expect_job_done()
        person.expect_all_done(2)
        expect(person.job).to_contain_text("asked for by Dana Whitfield")
    org.permission_set(APP_SET)  # there is exactly one
    assert dana.history().count("Approved the changes") == 1


def test_a_closed_tab_misses_nothing(dana, ready, app):
    ready()
    address = dana.page.url
    with app.salesforce_hangs():
        dana.apply_all_together()
        expect(dana.job).to_contain_text("You can close this page meanwhile")
        dana.page.goto("about:blank")  # as good as closed: nobody listens
    dana.page.goto(address)
    dana.expect_job_done()
    dana.expect_all_done(2)


def test_stopping_a_large_job_keeps_what_was_done_and_it_can_be_carried_on(dana, new_org, app):
    org = new_org("fresh", people=1000)
    dana.begin_connected(org)
    dana.choose_connection_user(org)
    everyone = dana.choose_everyone_with("Standard User", "Marketing User")
    dana.done_choosing()
    dana.save_choices(org.mid)
    dana.expect_checked()
    dana.go_to("people")

    app.hold_salesforce()
    dana.apply_all_together()
    made = dana.job.get_by_text(re.compile(r"^[1-9]\d* of \d+ changes made$")).last
    while not made.is_visible():  # until pytest's own limit
        app.let_salesforce_work_for_a_moment()
    dana.page.get_by_role("button", name="Stop after this change").click()
    expect(dana.job).to_contain_text("It stops after the current change.")
    app.release_salesforce()
    expect(dana.job.locator(".note.warn")).to_contain_text("as you asked")
    stopped_with = org.holders(APP_SET)
    assert 200 <= len(stopped_with) < everyone

    dana.apply_button().click()
    dana.expect_job_done()
    dana.expect_all_done(3)
    holders = org.holders(APP_SET)
    assert len(holders) == len(set(holders)) == everyone + 1  # and the connection user
    assert "Stopped on request. What was done stays done." in dana.history()


def test_old_pages_and_the_back_button_do_no_harm(dana, sam, ready, app, watch):
    org = ready()
    old = Journey(dana.page.context.new_page(), app)
    old.page.goto(dana.page.url)
    cut_off(old.page, watch)
    sam.page.goto(dana.setup_url)
    sam.go_to("prepare")
    sam.choose_people([org.admin])
    sam.done_choosing()
    sam.expect_checked()

    # The plan on the old page is no longer the plan: it is shown again, and nothing is done.
    mark = org.mark()
    old.apply_all_together()
    expect(old.page.get_by_text("The org has changed since this page was made.")).to_be_visible()
    assert org.writes_since(mark) == []

    dana.apply_all_together()
    dana.expect_job_done()
    dana.go_to("connect")
    mark = org.mark()
    old.apply_all_together()
    expect(old.page.get_by_text("There is nothing left to change here.")).to_be_visible()
    dana.page.go_back()
    dana.expect_all_done(2)
    expect(dana.apply_button()).to_have_count(0)
    assert org.writes_since(mark) == []


def test_an_update_keeps_the_focus_and_what_was_opened(dana, sam, ready):
    org = ready("half_done", people=8)
    dana.go_to("people")
    together = dana.page.locator("details.together")
    dana.open_together()
    together.get_by_text("See who").first.click()
    button = together.locator(".plan-btns button")
    button.focus()
    dana.page.locator("#actions").evaluate("part => part.dataset.before = '1'")
    tabs.only_by_stream(dana.page)
    sam.page.goto(dana.setup_url)
    sam.go_to("prepare")
    sam.save_choices(org.mid[:-1] + "9")
    expect(dana.page.locator("#actions[data-before]")).to_have_count(0)  # it was fetched again
    expect(together.locator("li").first).to_be_visible()
    expect(button).to_be_focused()

    dana.page.unroute_all()
    with dana.page.expect_response(re.compile("/live/")):  # the server hears that somebody still looks
        dana.page.evaluate("htmx.trigger('#live', 'look-again')")

    # The same for the lines themselves, which the stream replaces.
    line = dana.line("Everyone chosen has the new permission set")
    line.get_by_text("See what is missing").click()
    names = line.locator("details li")
    before = names.count()
    line.locator("summary").focus()
    first = names.first.inner_text()
    late: list[Route] = []
    dana.page.route(re.compile("/live/"), lambda route: late.append(route))
    with dana.page.expect_request(re.compile("/live/")):
        dana.page.locator("#live").evaluate(
            """part => {
                part.addEventListener("htmx:afterRequest", () => { document.body.dataset.answered = "1"; });
                htmx.trigger(part, "look-again");
            }"""
        )
    org.at_its_pages().give_set(APP_SET, first)
    expect(names).to_have_count(before - 1)
    expect(names.first).to_be_visible()
    expect(line.locator("summary")).to_be_focused()

    # The slow poll's answer comes when the stream has replaced what asked for it: it is dropped, and
    # nothing is said in the console (`watch` would tell).
    late[0].continue_()
    expect(dana.page.locator("body[data-answered]")).to_have_count(1)
    dana.page.unroute_all()
    expect(line.locator("summary")).to_be_focused()


def test_an_update_leaves_a_half_filled_form_alone(dana, sam, new_org):
    org = new_org("fresh")
    dana.begin_connected(org)
    dana.expect_checked()
    dana.page.get_by_label("First connection").check()
    dana.page.get_by_label("Expected Engagement account id").fill(org.mid)
    dana.page.get_by_role("heading", level=1).click()  # looks up from the form
    tabs.only_by_stream(dana.page)
    sam.page.goto(dana.setup_url)
    sam.go_to("prepare")
    sam.choose_connection_user(org)
    expect(dana.line("The Salesforce-side connection user is active")).to_have_class(re.compile("is-done"))
    dana.page.get_by_role("button", name="Save these choices").click()
    expect(dana.page.get_by_text("Saved.")).to_be_visible()
    expect(dana.line("The expected account id (MID) is known")).to_contain_text(org.mid)
    # What Sam chose is still there; nobody else is chosen yet, and what is recommended is not signed.
    lines = dana.page.locator("#checks .check")
    left = ["choices", "connection_user_second_key", "engagement_second_factor"]
    expect(lines.and_(dana.page.locator(".is-done"))).to_have_count(lines.count() - len(left))
    for key in left:
        expect(dana.page.locator(f"#line-{key}")).not_to_have_class(re.compile("is-done"))


def test_a_name_typed_while_the_list_is_being_read_is_found_when_it_is_there(dana, new_org, app):
    org = new_org("fresh")
    dana.ask_for_stand_in()
    dana.at_salesforce().log_in(org.admin)
    dana.at_salesforce().allow(org.name)
    with app.salesforce_hangs():
        dana.page.get_by_role("button", name="Choose the user").click()
        dana.page.wait_for_load_state()
        dana.page.get_by_label("Name, username or e-mail").press_sequentially("mc.conn", delay=40)
    dana.page.get_by_role("button", name=f"Choose {org.connection_user['name']}").click()
    expect(dana.page.get_by_text("is chosen.")).to_be_visible()


def test_what_somebody_aims_at_stays_until_it_is_pressed(dana, new_org, watch):
    """A part that is replaced under the pointer would lose the press, or bring another button under it."""
    cut_off(dana.page, watch, "events")
    org = new_org("fresh")
    dana.begin_connected(org, "policies")
    dana.expect_checked()
    cut_off(dana.page, watch, "live")  # nor by the slow poll, however long this takes
    page, old = dana.page, dana.page.locator("#checks .check.is-done")
    org.at_its_pages().set_policies()
    other = Journey(page.context.new_page(), dana.app)
    other.page.goto(page.url)
    other.expect_all_done(3)
    expect(old).to_have_count(0)
    page.get_by_role("button", name="Check again").hover()
    page.mouse.down()
    page.unroute(re.compile("/live/"))
    with page.expect_response(re.compile("/live/")) as answer:
        page.evaluate("htmx.trigger('#live', 'look-again')")
    answer.value.finished()
    page.wait_for_timeout(500)
    expect(old).to_have_count(0)
    page.mouse.move(5, 5)
    page.mouse.up()
    dana.expect_all_done(3)


@pytest.mark.parametrize("height", [700, 2400], ids=["by scrolling", "where nothing can be scrolled"])
def test_what_a_mouse_rests_on_stays_under_it_when_the_page_changes_above(dana, new_org, height):
    org = new_org("fresh")
    dana.page.set_viewport_size({"width": 1280, "height": height})
    dana.begin_connected(org, "policies")
    dana.expect_checked()
    page, link = dana.page, dana.page.get_by_role("link", name="Send this stage to the client")
    link.hover()
    before = link.bounding_box()
    org.at_its_pages().set_policies()
    dana.expect_all_done(3)
    expect(page.locator("#onward").get_by_role("link", name=re.compile("^Go to stage 3"))).to_be_visible()
    eventually("it is where it was", lambda: abs(link.bounding_box()["y"] - before["y"]) <= 1)
    page.mouse.move(5, 5)
    if height > 2000:
        expect(page.locator("#now")).to_have_css("padding-bottom", "0px")


def test_what_look_now_finds_is_told_without_a_reload(dana, new_org):
    org = new_org("fresh")
    dana.begin_connected(org, "policies")
    org.at_its_pages().set_policies()
    dana.expect_all_done(3)
    dana.go_to("handover")
    dana.page.locator("#actions").get_by_role("link", name="Hand over", exact=True).click()
    dana.page.get_by_role("button", name="Hand over and keep watching").click()
    expect(dana.page.get_by_text("Handed over on")).to_be_visible()
    org.at_its_pages().set_policies(permitted_users="self")
    dana.page.get_by_role("button", name="Look now").click()
    dana.page.evaluate("window.stillTheSamePage = true")
    found = dana.page.locator("#actions")
    expect(found).to_contain_text("Not right any more: Only approved people may use the app")
    expect(found).to_contain_text("Last look:")
    assert dana.page.evaluate("window.stillTheSamePage === true")


def test_a_double_press_opens_salesforce_once(dana, new_org):
    dana.begin_connected(new_org("fresh"), "policies")
    context = dana.page.context
    with context.expect_page():
        dana.page.locator("#actions").get_by_role("link", name="Open the app's page").first.dblclick()
    dana.page.reload()  # whatever else was to open has opened by now
    assert len(context.pages) == 2
