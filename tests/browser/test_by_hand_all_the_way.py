"""Every stage by "Show me how", on Salesforce's own pages, following our links; our app writes nothing."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.stand_in import APP_SET

LABEL = "Marketing Cloud Connected App"


def test_every_line_turns_green_by_itself_while_a_person_does_it(dana, new_org):
    org = new_org("fresh")
    mark = org.mark()
    chosen = dana.begin_prepared(org, "policies", people=4)
    classic_link_leads_to(dana, "Connected App: Salesforce Marketing Cloud")
    dana.open_deep_link("Open the app's page").edit_policies()
    dana.expect_all_done(3)

    dana.go_to("permission_set", how="manual")
    classic_link_leads_to(dana, "Permission Sets")
    dana.open_deep_link("Open Permission Sets").new_permission_set(LABEL)
    dana.expect_all_done(2)

    dana.go_to("people", how="manual")
    user_page = dana.open_deep_link("Open the connection user")
    packaged = dana.page.locator("#actions .steps").first.inner_text()
    labels = re.search(r"Add (.*), then click Save", packaged)
    assert labels, packaged
    user_page.give_sets_to_user(labels[1].split(", "))
    expect(dana.line("The Salesforce-side connection user has all four permission sets")).to_contain_text(
        "Done"
    )
    dana.open_deep_link("Open the permission set").assign_people(chosen)
    dana.expect_all_done(3)

    dana.go_to("app_access", how="manual")
    dana.open_deep_link("Open the app's page").put_set_on_app(LABEL)
    dana.expect_all_done(1)

    dana.go_to("connect")
    dana.confirm("log_out")
    dana.open_deep_link("Open the Marketing Cloud tab").connect_to_engagement()
    dana.expect_all_done(2)

    report = dana.report()
    assert len(report) == 38
    assert {status for status, _proof in report.values()} == {"Done"}
    expect(dana.page.get_by_text("Nothing was changed by us in this org.")).to_be_visible()
    assert org.writes_since(mark) == []
    assert len(org.calls_since(mark)) > 10  # it looked, and only looked
    assert org.holders(APP_SET) == sorted([*chosen, org.connection_user["username"]])


def classic_link_leads_to(person, heading: str) -> None:
    person.page.get_by_text("In Classic", exact=True).first.click()
    classic = person.open_deep_link("Open it in Classic").page
    expect(classic.get_by_role("heading", level=1)).to_have_text(heading)
