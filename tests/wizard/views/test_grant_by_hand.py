"""An org that refuses our grant although no permission is missing: a person does it, and is shown how."""

from __future__ import annotations

import pytest
from lxml import html

from tests.fixture_types import MakeSetup
from tests.wizard.views.conftest import Site

pytestmark = pytest.mark.django_db
REFUSALS = (
    "INSUFFICIENT_ACCESS_OR_READONLY",
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
    "INSUFFICIENT_ACCESS",
    "CANNOT_MODIFY_MANAGED_OBJECT",
)


@pytest.mark.parametrize("refusal", REFUSALS)
def test_who_holds_every_permission_is_sent_to_the_page_and_not_after_a_permission(
    site: Site, refusal: str
) -> None:
    site.desk.theirs.switches.change(app_grant=refusal)
    assert site.desk.apply().state == "failed"
    box = html.fromstring(site.page("stage", "app_access")).get_element_by_id("job")
    said = " ".join(box.text_content().split())
    assert "lacks a permission" not in said
    assert "Manage Permission Sets" in said
    assert refusal in said, "Salesforce's own code is among the details"
    links = [link.get("href") for link in box.iter("a")]
    assert f"{site.at('stage', 'app_access')}?how=manual" in links
    assert "connectedAppId" in site.page("stage", "app_access", how="manual"), "the way there is a link"


def test_who_lacks_one_is_told_so(site: Site, make: MakeSetup) -> None:
    site.desk = desk = make("half_done", as_user="leo.park")
    desk.choose(0)
    desk.check()
    assert desk.apply("app_access").error_code == "INSUFFICIENT_ACCESS_OR_READONLY"
