"""The whole journey in a browser without JavaScript: a plain reload does what the live page does."""

from __future__ import annotations

import time

from playwright.sync_api import expect

from tests.browser.stand_in import APP_SET


def test_the_whole_journey(person, new_org):
    dana = person("Dana", java_script_enabled=False)
    org = new_org("fresh")
    dana.connect(org)
    chosen = choose_without_scripts(dana, org)
    look_again_until(dana, 15)

    dana.go_on()
    dana.open_deep_link("Open the app's page").edit_policies()
    look_again_until(dana, 3)
    dana.go_on()
    dana.apply_all_together()
    look_again_until(dana, 2)
    expect(dana.job.locator(".note.ok")).to_contain_text("Finished at")
    for stage, lines in (("people", 3), ("app_access", 1)):
        dana.go_to(stage)
        look_again_until(dana, lines)

    dana.go_on()
    dana.confirm("log_out")
    dana.open_deep_link("Open the Marketing Cloud tab").connect_to_engagement()
    look_again_until(dana, 2)
    dana.go_on()
    dana.ask_to_hand_over()
    look_again_until_handed_over(dana)
    assert {status for status, _proof in dana.report().values()} == {"Done"}
    assert org.holders(APP_SET) == sorted([*chosen, org.connection_user["username"]])


def choose_without_scripts(dana, org) -> list[str]:
    page = dana.page
    page.get_by_role("button", name="Choose the user").click()
    search_until_found(page, "mc.connect", org.connection_user["name"])
    page.get_by_role("button", name=f"Choose {org.connection_user['name']}").click()
    people = org.some_people(3)
    page.get_by_role("button", name="Choose people").click()
    search_until_found(page, people[0]["Username"], people[0]["Name"])
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Add the ticked people").click()
    expect(page.get_by_role("heading", name="1 person chosen")).to_be_visible()
    page.get_by_label("Usernames, e-mails, user ids or full names").fill(
        "\n".join(str(row["Username"]) for row in people[1:])
    )
    page.get_by_role("button", name="Add these people").click()
    expect(page.get_by_role("heading", name="3 people chosen")).to_be_visible()
    dana.done_choosing()
    dana.save_choices(org.mid)
    return [str(row["Username"]) for row in people]


def search_until_found(page, text: str, name: str) -> None:
    """The list of users is being read; without scripts a person presses Search again."""
    deadline = time.monotonic() + 15
    while True:
        page.get_by_label("Name, username or e-mail").fill(text)
        page.get_by_role("button", name="Search", exact=True).click()
        if page.locator("#results").get_by_text(name).count():
            return
        assert time.monotonic() < deadline
        time.sleep(0.5)


def look_again_until_handed_over(dana) -> None:
    deadline = time.monotonic() + 20
    while not dana.page.get_by_text("Handed over on").count():
        assert time.monotonic() < deadline, dana.main.inner_text()
        time.sleep(0.7)
        dana.page.get_by_role("link", name="Look again").click()


def look_again_until(dana, lines: int) -> None:
    """By the link that only a page without JavaScript has."""
    deadline = time.monotonic() + 20
    while dana.page.locator("#checks .check.is-done").count() != lines:
        assert time.monotonic() < deadline, dana.page.locator("#checks").inner_text()
        time.sleep(0.7)
        dana.page.get_by_role("link", name="Look again").click()
    dana.expect_all_done(lines)
