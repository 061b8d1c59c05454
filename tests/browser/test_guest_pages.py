"""A guest's pages, and those that send somebody a link, before axe-core and html-validate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests.browser import states
from tests.browser.guests import Guest
from tests.browser.journey import Journey
from tests.browser.stand_in import StandInOrg
from tests.browser.test_every_page import Judge
from tests.quality import judges
from tests.whole_app import WholeApp


def test_nobody_complains_about_a_guest_s_pages(
    app: WholeApp, browse: Callable[..., Page], new_org: Callable[..., StandInOrg], tmp_path: Path
):
    org = new_org("fresh")
    dana = Journey(browse(reduced_motion="reduce"), app)
    dana.sign_in("Dana")
    dana.connect(org)
    dana.expect_checked()
    members = Judge(dana, tmp_path)
    link, unbound = states.sends_links(dana, members.look)
    guest = Guest(browse(reduced_motion="reduce"), app, link)
    guests = Judge(guest, tmp_path)
    states.comes_by_a_link(guest, org, unbound, guests.look)
    assert len(members.seen | guests.seen) == 9
    assert members.complaints + guests.complaints == []
    assert judges.html_validate(tmp_path) == []
