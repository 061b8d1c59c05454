"""A Japanese Salesforce: the instructions show its labels beside the English ones, on a phone too."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.guests import PHONE
from tests.browser.test_phone import wider_than_the_screen


def test_dana_finds_the_labels_on_her_screen(dana, new_org):
    org = new_org("fresh", name="Hokkaido Outfitters")
    org.switch(language="ja")
    dana.connect(org)
    dana.prepare(org, people=2)
    dana.expect_checked()
    dana.go_to("policies")
    main = dana.page.locator("#main")
    expect(main).to_contain_text("Salesforce speaks Japanese to Ana Ruiz.")
    expect(main.locator(".steps")).to_contain_text("Click Edit Policies (ポリシーを編集).")
    dana.page.set_viewport_size(PHONE["viewport"])
    assert wider_than_the_screen(dana.page) == []
