"""What a guest reads on the pages of a setup: in their words, and nothing that is for members."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from lxml import html

from tests.wizard.desk import Desk
from tests.wizard.guest_browser import GuestBrowser, send
from tests.wizard.views.conftest import Site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stand_in_allowed(stand: Any, settings: Any) -> None:
    settings.SALESFORCE_EXTRA_ORIGINS = [stand.url]


def come(desk: Desk, stage: str) -> GuestBrowser:
    """A guest who is in, for this stage."""
    _, browser = send(desk.stand, desk.setup, desk.person, stage)
    assert browser.come(desk.theirs).status_code == 302
    return browser


def links_into(desk: Desk, page: str) -> list[str]:
    links = html.fromstring(page).xpath('//*[@id="actions"]//a/@href')
    return [str(link) for link in links if str(link).startswith(desk.stand.url)]


# -- a stage that cannot start yet


@pytest.mark.parametrize("way", ["", "?how=manual"])
@pytest.mark.parametrize("stage", ["people", "connect"])
def test_a_guest_gets_no_steps_of_a_stage_that_cannot_start_yet(checked: Desk, stage: str, way: str) -> None:
    address = reverse("wizard:stage", args=[checked.setup.pk, stage]) + way
    response = come(checked, stage).site.get(address)
    said = html.fromstring(response.content.decode()).get_element_by_id("has-to-wait").text_content()
    assert "Cannot start yet: needs stage" in said
    assert f"{checked.org.team.name} sees to that first" in said
    assert links_into(checked, response.content.decode()) == []


def test_a_member_sees_what_has_to_be_done_before_and_may_read_on(site: Site) -> None:
    page = site.page("stage", "connect")
    said = html.fromstring(page).get_element_by_id("has-to-wait").text_content()
    for before in ("Stage 2", "Stage 3", "Stage 4", "Stage 5"):
        assert before in said
    assert links_into(site.desk, page)
    assert html.fromstring(page).xpath('//details[not(@open)]//ol[@class="steps"]'), "folded"
