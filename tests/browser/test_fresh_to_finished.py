"""A fresh org, from the first click to the handover, through the real pages of both sites."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.journey import Journey
from tests.browser.stand_in import APP_SET

PACKAGED = ("ExactTarget_Integration", "ExactTarget_Integration_Admin", "Marketing_Cloud_System_User")
READ, AUDIT = "Read from Salesforce", "Seen in Salesforce's Setup Audit Trail"


def test_dana_takes_a_fresh_org_to_handed_over(browse, app, new_org):
    org = new_org("fresh")
    held_before = {name: org.holders(name) for name in PACKAGED}  # by whoever installed the package
    dana = Journey(browse(), app)
    dana.sign_in("Dana")
    dana.connect(org)
    expect(dana.page.get_by_label("The org you are working in")).to_contain_text("Sandbox")
    chosen = dana.prepare(org, people=20)
    dana.expect_stage_words("Before you start", "Done")

    dana.go_on()
    edit_policies_and_see_them_turn_green(dana)
    dana.go_on()
    let_the_app_do_stages_3_to_5(dana, app)
    for stage, lines in (("people", 3), ("app_access", 1)):
        dana.go_to(stage)
        dana.expect_all_done(lines)

    dana.go_on()
    dana.confirm("log_out")
    expect(dana.line("Nobody is signed in to Engagement in this browser")).to_contain_text(
        "Confirmed by Dana Whitfield"
    )
    dana.open_deep_link("Open the Marketing Cloud tab").connect_to_engagement()
    dana.expect_all_done(2)
    dana.go_to("ready")
    dana.expect_all_done(4)  # the package is ready

    report = dana.report()
    assert sorted(report) == list(range(1, 39))
    assert {status for status, _proof in report.values()} == {"Done"}
    assert {number: proof_kind(proof) for number, (_status, proof) in report.items()} == {
        number: "Confirmed" if number == 34 else AUDIT if number == 8 else READ for number in range(1, 39)
    }
    assert "Dana Whitfield" in report[34][1]

    mark = org.mark()
    dana.go_to("handover")
    dana.hand_over()
    dana.page.reload()
    expect(dana.page.get_by_label("The org you are working in")).to_contain_text("Our access has ended")
    org.wait_for_revocation(mark)
    assert org.sign_us_out() == 0  # nothing of ours is left to be ended
    the_org_is_exactly_right(org, chosen, held_before)


def proof_kind(proof: str) -> str:
    return "Confirmed" if proof.startswith("Confirmed by") else proof.partition(",")[0]


def edit_policies_and_see_them_turn_green(dana):
    expect(dana.page.locator("#checks .check.is-done")).to_have_count(0)
    mark_page(dana.page)
    dana.open_deep_link("Open the app's page").edit_policies()
    dana.expect_all_done(3)
    assert is_marked(dana.page)  # by itself: nobody reloaded it
    expect(dana.line("The app works from Engagement's servers")).to_contain_text(AUDIT)


def let_the_app_do_stages_3_to_5(dana, app):
    with app.salesforce_hangs():
        dana.apply_all_together()
        mark_page(dana.page)
        expect(dana.job).to_contain_text("Making the changes")
        expect(dana.job).to_contain_text("Reading what is in the org now")
        expect(dana.line("The permission set is in the org")).to_contain_text("Checking")
    dana.expect_job_done()
    dana.expect_all_done(2)
    expect(dana.job).to_contain_text("Created the permission set Marketing Cloud Connected App")
    expect(dana.job).to_contain_text("Gave 21 people the permission set Marketing Cloud Connected App")
    assert is_marked(dana.page)


def mark_page(page):
    page.evaluate("window.stillTheSamePage = true")


def is_marked(page) -> bool:
    return bool(page.evaluate("window.stillTheSamePage === true"))


def the_org_is_exactly_right(org, chosen, held_before):
    connection_user = org.connection_user["username"]
    assert org.holders(APP_SET) == sorted([*chosen, connection_user])
    for name in PACKAGED:
        assert org.holders(name) == sorted([*held_before[name], connection_user])  # nobody else, by us
    ours = org.permission_set(APP_SET)
    assert ours["Label"] == "Marketing Cloud Connected App"
    grants = org.rows("SetupEntityAccess", SetupEntityId=org.app_id)
    assert [row["ParentId"] for row in grants] == [ours["Id"]]
    app = org.app()
    assert app["OptionsAllowAdminApprovedUsersOnly"] is True
    assert (app["_ip_relaxation"], app["_refresh_token_policy"]) == ("BYPASS", "zero")
    configuration = org.rows("et4ae5__Configuration__c")
    assert [row["et4ae5__Parent_Account_MID__c"] for row in configuration] == [org.mid]
