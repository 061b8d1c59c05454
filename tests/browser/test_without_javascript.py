"""The whole journey in a browser without JavaScript: a plain reload does what the live page does."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.journey import Journey
from tests.browser.stand_in import APP_SET
from tests.waiting import eventually


def test_the_whole_journey(person, new_org):
    dana = person("Dana", java_script_enabled=False)
    org = new_org("fresh")
    dana.connect(org)
    chosen = choose_without_scripts(dana, org)
    stage = dana.page.locator("#stages .stage").filter(has_text="Before you start")
    look_again_until_it_is_there(dana, lambda: "Done" in stage.locator(".st").inner_text())

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


def test_every_button_beside_the_choices_keeps_what_was_typed_and_no_mere_proposal(person, new_org):
    dana = person("Dana", java_script_enabled=False)
    org = new_org("fresh")
    dana.begin_connected(org)
    page, label = dana.page, dana.page.get_by_label("Label of the new permission set")
    look_again_until_it_is_there(dana, lambda: page.locator("#confirm-mid").count() > 0)
    page.get_by_role("button", name="Check again").click()
    expect(
        page.get_by_role("button", name="Choose the user")
    ).to_be_visible()  # the one proposed is not chosen

    label.fill("By Signature")
    page.locator("#confirm-mid").locator("xpath=ancestor::details[1]/summary").click()
    dana.confirm("mid")
    page.locator("details#chosen > summary, #choices-title").first.click()
    expect(label).to_have_value("By Signature")
    expect(page.locator("#line-mid")).to_contain_text("Confirmed by Dana Whitfield")

    label.fill("By Check")
    page.get_by_role("button", name="Check again").click()
    expect(label).to_have_value("By Check")
    look_again_until_it_is_there(dana, lambda: dana.apply_button().count() > 0)
    label.fill("By Changes")
    dana.apply_button().click()
    expect(page.get_by_text("Your choices are saved. Look at the changes again")).to_be_visible()
    expect(label).to_have_value("By Changes")
    look_again_until_it_is_there(dana, lambda: dana.apply_button().count() > 0)
    expect(page.get_by_text("Create the permission set By Changes").first).to_be_visible()
    assert not dana.history().count("Approved the changes")


def choose_without_scripts(dana, org) -> list[str]:
    page = dana.page
    page.get_by_role("button", name="Choose the user").click()
    search_until_found(page, "mc.connect", org.connection_user["name"])
    page.get_by_role("button", name=f"Choose {org.connection_user['name']}").click()
    people = org.some_people(3)
    page.get_by_role("button", name="Choose people").click()
    search_until_found(page, people[0]["Username"], people[0]["Name"])
    page.get_by_role("checkbox").check()
    search_until_found(page, people[1]["Username"], people[1]["Name"])
    expect(page.get_by_role("checkbox", name=people[0]["Name"])).to_be_checked()
    expect(page.locator("#ticked-count")).to_have_text("1")
    page.get_by_label("Usernames, e-mails, user ids or full names").fill(
        "\n".join(str(row["Username"]) for row in people[1:])
    )
    dana.done_choosing()
    expect(page.get_by_text("Added 3 people.")).to_be_visible()
    dana.save_choices(org.mid)
    return [str(row["Username"]) for row in people]


def search_until_found(page, text: str, name: str) -> None:
    """The list of users is being read; without scripts a person presses Search again."""

    def search() -> bool:
        page.get_by_label("Name, username or e-mail").fill(text)
        page.get_by_role("button", name="Search", exact=True).click()
        return bool(page.locator("#results").get_by_text(name).count())

    eventually(f"{name} is found", search, pause=0.5)


def look_again_until_handed_over(dana) -> None:
    look_again_until_it_is_there(dana, lambda: dana.page.get_by_text("Handed over on").count() > 0)


def look_again_until(dana, lines: int) -> None:
    look_again_until_it_is_there(dana, lambda: dana.page.locator("#checks .check.is-done").count() == lines)
    dana.expect_all_done(lines)


def look_again_until_it_is_there(dana: Journey, is_there: Callable[[], bool]) -> None:
    """By the link that only a page without JavaScript has."""

    def look() -> bool:
        if is_there():
            return True
        dana.page.get_by_role("link", name="Look again").click()
        return False

    eventually(dana.main.inner_text, look, pause=0.7)
