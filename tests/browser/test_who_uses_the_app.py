"""Who uses the app today is named before the policies are saved: put on the list, or signed for."""

from __future__ import annotations

import re

from playwright.sync_api import expect

NAMED = re.compile("use the app today, are not on your list")


def users_of(org) -> set[str]:
    return {row["UserId"] for row in org.rows("OauthToken") if row["AppName"] == "Salesforce Marketing Cloud"}


def test_dana_adds_everybody_who_uses_it_at_one_press(dana, new_org):
    org = new_org("live", name="Harbour Foods Users", people=40)
    assert len(users_of(org)) > 2
    dana.begin_prepared(org, "policies", people=0, mode="repair")
    warning = dana.page.locator("#endangers-app_users")
    expect(warning).to_contain_text(NAMED)
    warning.get_by_role("button", name=re.compile("^Add all")).click()
    expect(dana.page).to_have_url(re.compile("/stages/policies/"))
    expect(warning).to_have_count(0)
    dana.go_to("prepare")
    expect(dana.page.locator("#line-app_users")).to_contain_text("are on your list")


def test_in_a_first_connection_too_it_goes_only_when_a_person_signs_for_the_names(dana, new_org):
    org = new_org("app_not_installed", name="Alpine Users", people=40)
    assert len(users_of(org)) > 2
    dana.begin_prepared(org, "policies", people=0)
    page = dana.page
    warning = page.locator("#endangers-app_users")
    expect(warning).to_contain_text(NAMED)
    warning.get_by_role("link", name="Or sign for these people in the first stage").click()
    dana.confirm("app_users")
    expect(page.locator("#line-app_users")).to_contain_text("Confirmed by Dana")
    dana.go_to("policies")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(warning).to_have_count(0)
    name = next(
        row["Name"]
        for row in org.rows("User")
        if row["Id"] in users_of(org) and row["Department"] == "Marketing"
    )
    assert any(name in said for said in dana.history())


def test_whom_only_login_history_knows_is_named_and_so_is_what_is_hidden_of_them(dana, new_org):
    org = new_org("live_without_tokens", name="Harbour Foods Sign-ins", people=40)
    assert users_of(org) == set()
    dana.begin_prepared(org, "policies", people=0, mode="repair")
    warning = dana.page.locator("#endangers-app_users")
    expect(warning).to_contain_text(NAMED)
    expect(warning).to_contain_text("Sign-ins to the app in Login History were looked for, back to")
    org.switch(hidden_fields=["User.IsActive"])
    dana.page.get_by_role("button", name="Check again").first.click()
    expect(warning).to_contain_text("Salesforce hides from us, of these people: Active.")
    warning.get_by_role("button", name=re.compile("^Add all")).click()
    expect(warning).to_have_count(0)


def test_a_typed_number_is_not_lost_by_the_other_buttons_of_the_page(dana, new_org):
    dana.begin_connected(new_org("live", people=40))
    dana.expect_checked()
    field = dana.page.get_by_label("MID", exact=False).first
    field.fill("5001234")
    dana.page.get_by_role("button", name="Check again").first.click()
    expect(dana.page.locator("#not-saved")).to_be_hidden()
    expect(field).to_have_value("5001234")
    add_all = dana.page.get_by_role("button", name=re.compile("^Add all")).first
    expect(add_all).to_be_visible()  # the page leaves what is being typed alone, its buttons too
    field.fill("5001235")
    add_all.click()
    expect(dana.page.locator("#line-app_users")).to_contain_text("are on your list")
    expect(field).to_have_value("5001235")
