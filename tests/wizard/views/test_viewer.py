"""A viewer looks: the pages offer them nothing that would be refused."""

from __future__ import annotations

import pytest
from lxml import html

from teams.models import Role, Team
from tests.fixture_types import MakePerson, SignedIn
from tests.wizard.harness import SetupHarness
from tests.wizard.views.conftest import Site

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer(checked: SetupHarness, signed_in: SignedIn, person: MakePerson, team: Team) -> Site:
    return Site(signed_in(person("Vic Viewer", team, Role.VIEWER)), checked)


def actions_in(page: str) -> set[str]:
    return {str(form.action) for form in html.fromstring(page).forms}


@pytest.mark.parametrize("stage", ["prepare", "policies", "permission_set", "people", "handover"])
def test_a_stage_has_no_button_that_would_be_refused(viewer: Site, stage: str) -> None:
    page = viewer.page("stage", stage)
    assert actions_in(page) == {"/account/logout/", "/language/"}
    assert "as a viewer" in page
    assert viewer.at("report") in page


def test_the_buttons_fetched_later_are_none_either(viewer: Site) -> None:
    assert "<form" not in viewer.page("actions", "permission_set")


def test_a_consultant_has_them(site: Site) -> None:
    page = site.page("stage", "permission_set")
    assert site.at("apply", "permission_set") in actions_in(page)
    assert site.at("check") in actions_in(page)
    assert "as a viewer" not in page


def test_the_list_offers_a_viewer_no_start(viewer: Site, site: Site) -> None:
    assert "Start a setup" not in viewer.client.get("/").content.decode()
    assert "Start a setup" in site.client.get("/").content.decode()
