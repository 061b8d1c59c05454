"""A live production org: the rail is in the safe order, and the dangerous stage waits."""

from __future__ import annotations

from playwright.sync_api import expect

IN_ORDER = [
    "Before you start",
    "Create the permission set",
    "Assign people",
    "Add the permission set to the app",
    "Edit the connected app's policies",
    "Connect",
    "Get the package ready",
    "Handover",
]


def test_dana_finds_the_policies_locked_and_goes_on_only_with_a_reason(dana, new_org):
    org = new_org("live", name="Harbour Foods Order", is_sandbox=False)
    dana.begin_connected(org)
    dana.expect_checked()
    page = dana.page
    expect(page.locator("#stages .name")).to_have_text(IN_ORDER)
    page.reload()
    expect(page.get_by_label("Repair: this org is connected, or was")).to_be_checked()
    page.get_by_label("First connection").check()
    page.get_by_role("button", name="Save these choices").click()
    expect(page.locator("#choices")).to_contain_text("so this is a repair. Choose Repair.")

    dana.go_to("policies")
    wait = page.locator("#has-to-wait")
    expect(wait).to_contain_text("Cannot start yet: needs stages 1\N{EN DASH}4")
    wait.get_by_text("Go on all the same, for a reason").click()
    wait.get_by_label("Why it can't wait").fill("Tokens were stolen, security wants it now.")
    wait.get_by_role("button", name="Go on with this stage").click()
    expect(wait).to_have_count(0)
    expect(page.get_by_role("link", name="Open the app's page").first).to_be_visible()
    assert any("Tokens were stolen" in each for each in dana.history())
    dana.report()
    expect(page.locator("section[aria-labelledby=overrides]")).to_contain_text("Tokens were stolen")
