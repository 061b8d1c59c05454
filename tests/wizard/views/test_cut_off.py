"""Salesforce ends our access in the middle: the setup stays a checklist that people do and sign by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import html

from orgs.connections import tokens
from orgs.models import Connection
from simulator import policies
from tests.wizard.harness import SetupHarness, connect
from tests.wizard.views.conftest import Site, SiteOf
from wizard.guides.base import Proof
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.state.status import StepView

pytestmark = pytest.mark.django_db

STAGES = [stage.key for stage in GUIDE.stages]
WITH_LINKS = ("policies", "permission_set", "people", "app_access", "connect")


def revoked_there(desk: SetupHarness) -> None:
    """Salesforce revokes all of our tokens, and the next look finds it out."""
    with desk.stand.world.lock:
        desk.stand.world.extra["refresh_tokens"].clear()
        desk.stand.world.tokens.clear()
    assert desk.check().error_code == "invalid_grant"


def disconnected_here(desk: SetupHarness) -> None:
    tokens.disconnect(desk.org.connection, desk.person)


CUTS = pytest.mark.parametrize("cut", [revoked_there, disconnected_here])


@CUTS
@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_shows_its_steps_by_hand_and_what_can_be_signed(
    stage: str, cut: Callable[[SetupHarness], None], site: Site
) -> None:
    cut(site.desk)
    mark = site.desk.mark()
    page = html.fromstring(site.page("stage", stage))
    assert site.desk.calls(mark) == 0
    links = [link for link in page.xpath("//a/@href") if link.startswith(site.desk.stand.url)]
    if stage in WITH_LINKS:
        assert page.xpath('//ol[@class="steps"]/li'), "no steps by hand"
        assert links, "no link into the org"
    open_steps = [key for key, view in lines(site, stage).items() if not view.done]
    buttons = page.xpath("//button[not(@form) or @form = //form/@id]/@formaction")  # beside the choices
    assert {site.at("confirm", key) for key in open_steps} <= {form.action for form in page.forms} | set(
        buttons
    )


def lines(site: Site, stage: str) -> dict[str, StepView]:
    response = site.get("stage", stage)
    return {view.step.key: view for view in response.context["view"].steps}


def test_before_the_first_read_the_steps_are_there_too(desk: SetupHarness, site_of: SiteOf) -> None:
    disconnected_here(desk)
    site = site_of(desk)
    for stage in WITH_LINKS:
        page = html.fromstring(site.page("stage", stage))
        assert page.xpath('//ol[@class="steps"]/li'), stage
        assert [link for link in page.xpath("//a/@href") if link.startswith(desk.stand.url)], stage


@CUTS
def test_everything_can_be_signed_to_the_end(cut: Callable[[SetupHarness], None], site: Site) -> None:
    cut(site.desk)
    for stage in STAGES:
        for key in lines(site, stage):
            site.post("confirm", key, sure="1")
        assert all(view.done for view in lines(site, stage).values()), stage
    assert site.desk.reload().summary == "ready"
    report = site.page("report")
    assert "Confirmed by Dana Whitfield" in report


def test_what_was_read_before_is_told_as_that(site: Site) -> None:
    disconnected_here(site.desk)
    site.post("confirm", "set_created", sure="1")
    page = site.page("stage", "permission_set")
    assert "Before it was confirmed, we read: The permission set is not there yet." in page
    assert "we check each item" not in page, "no choice between us and by hand"
    assert "The permission set is not there yet." not in site.page("report"), "it is a confirmed line there"


def test_what_was_signed_counts_until_it_can_be_read_again(site: Site) -> None:
    desk = site.desk
    disconnected_here(desk)
    for key in ("permitted_users", "set_created"):
        site.post("confirm", key, sure="1")
    assert lines(site, "policies")["permitted_users"].done
    with desk.stand.world.lock:
        policies.save(desk.theirs, desk.theirs.app_id, policies.WANTED, desk.theirs.admin_id)
    connect(desk.stand, desk.theirs, desk.org.team, desk.person)
    desk.reload()
    desk.check()
    assert lines(site, "policies")["permitted_users"].proof is Proof.API
    assert not lines(site, "permission_set")["set_created"].done, "Salesforce knows better"
    disconnected_here(desk)
    assert not lines(site, "permission_set")["set_created"].done, "signed before it was read"


def test_while_we_are_connected_a_readable_line_can_t_be_signed(site: Site) -> None:
    said = site.said(site.post("confirm", "permitted_users", sure="1"))
    assert "needs no confirmation" in said
    assert not lines(site, "policies")["permitted_users"].done


def test_the_page_says_why_nothing_turns_green_by_itself(site: Site) -> None:
    assert "Keep this page open beside Salesforce" in site.page("stage", "policies")
    disconnected_here(site.desk)
    page = site.page("stage", "policies")
    assert "Keep this page open beside Salesforce" not in page
    assert "confirm each item with your name" in page
    assert "Sign in to" in page


def test_the_connection_row_is_kept(site: Site) -> None:
    """Every page reads it: what is gone is the access, not the row."""
    disconnected_here(site.desk)
    assert Connection.objects.get(org=site.desk.org).state == "revoked"


def test_an_org_that_has_moved_is_named_by_its_new_address_with_the_sign_in_there(site: Site) -> None:
    """As a refresh in a job finds it; the tokens stay, and nobody is promised that they work."""
    tokens.note_moved(site.desk.org.connection.pk, "https://northwind-new.my.salesforce.com")
    (bar,) = html.fromstring(site.page("stage", "policies")).xpath("//*[@id='orgbar']")
    said = " ".join(bar.text_content().split())
    assert "This org has a new address, northwind-new.my.salesforce.com." in said
    assert "Sign in at northwind-new.my.salesforce.com" in said


@CUTS
def test_every_page_of_a_setup_has_the_way_back_in_its_org_bar(
    cut: Callable[[SetupHarness], None], site: Site
) -> None:
    cut(site.desk)
    for name, args in (("stage", ["people"]), ("report", []), ("history", []), ("support_setup", [])):
        (bar,) = html.fromstring(site.page(name, *args)).xpath("//*[@id='orgbar']")
        assert [button for button in bar.iter("button") if "Sign in to" in button.text_content()], name
