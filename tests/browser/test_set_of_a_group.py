"""A permission set group bears the new set's name, and the org lets no program put a set on the app."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def test_dana_takes_another_name_and_is_shown_the_apps_page_for_what_is_refused(dana, new_org):
    org = new_org("group_named_like_ours", name="Alpine Outfitters Gruppe")
    org.switch(app_grant="INSUFFICIENT_ACCESS_OR_READONLY")
    dana.connect(org)
    dana.prepare(org, people=2)
    dana.expect_checked()
    dana.go_to("permission_set")
    page, main = dana.page, dana.page.locator("#main")
    expect(main).to_contain_text("The permission set group Marketing Cloud Connected App")
    expect(main.get_by_role("button", name="Use the existing permission set")).to_have_count(0)
    main.get_by_role("button", name=re.compile("^Make a new one named")).click()
    expect(main).to_contain_text("is valid and approved")
    expect(page.locator("#line-set_created")).to_contain_text("The permission set is not there yet")
    dana.go_to("permission_set")
    dana.apply_all_together()
    box = dana.job.locator(".note.err")
    expect(box).to_contain_text("although you hold the permissions for it")
    box.get_by_role("link", name=re.compile("^Show me how by hand")).click()
    expect(page).to_have_url(re.compile(r"/app_access/\?how=manual"))
    expect(page.get_by_role("link", name="Open the app's page").first).to_be_visible()
