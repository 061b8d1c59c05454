"""The account page in a browser: what was typed stays, whichever language the page is in."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.journey import Journey


def test_a_refused_form_keeps_what_was_typed_in_another_language(browse, app):
    page = browse()
    Journey(page, app).sign_in("Dana")
    page.goto(f"{app.url}/account/about-you/")
    page.get_by_label("Your name, as colleagues know you").fill("   ")
    page.get_by_label("Time zone").select_option("Asia/Kathmandu")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Your name, as colleagues know you").fill("Dana W. Hill")
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", name="Name, Sprache und Zeitzone")).to_be_visible()
    expect(page.get_by_label("Zeitzone")).to_have_value("Asia/Kathmandu")
    expect(page.get_by_role("textbox")).to_have_value("Dana W. Hill")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Dana W. Hill, Asia/Kathmandu")).to_be_visible()

    # As it was: other tests know her by her name.
    page.goto(f"{app.url}/account/about-you/")
    page.get_by_role("textbox").fill("Dana Whitfield")
    page.get_by_label("Zeitzone").select_option("")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Dana W. Hill")).to_have_count(0)
