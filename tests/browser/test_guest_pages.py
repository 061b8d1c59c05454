"""A guest's pages, and those that send somebody a link, before axe-core and html-validate."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.guests import Guest, make_link, send_stage
from tests.browser.journey import Journey
from tests.browser.test_every_page import Judge
from tests.quality import judges


@pytest.mark.timeout(240)
def test_nobody_complains_about_a_guest_s_pages(app: Any, browse: Any, new_org: Any, tmp_path: Any):
    org = new_org("fresh")
    dana = Journey(browse(reduced_motion="reduce"), app)
    dana.sign_in("Dana")
    dana.connect(org)
    dana.expect_checked()
    members = Judge(dana, tmp_path)
    link = send_stage(dana, "policies")
    members.look("link-made")
    dana.page.goto(f"{app.url}/for-a-client/")
    dana.page.get_by_label("The client's name").fill("A new client")
    dana.page.get_by_role("button", name="Start the setup").click()
    unbound = make_link(dana.page, "Before you start")

    guest = Guest(browse(reduced_motion="reduce"), app, link)
    guests = Judge(guest, tmp_path)
    guests.look_at({"link": unbound})
    guest.sign_in_by_link(org)
    expect(guest.page.get_by_text("You are a guest of")).to_be_visible()
    guests.look("guest-stage")
    assert members.complaints + guests.complaints == []
    assert judges.html_validate(tmp_path) == []
