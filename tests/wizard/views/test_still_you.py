"""Production changes, undo and disconnecting ask first whether it is still the same person."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from lxml import html

from tests.answers import Answer
from tests.conftest import PASSWORD
from tests.fixture_types import MakeSetup, SignedIn
from tests.wizard.harness import SetupHarness
from tests.wizard.views.conftest import Site
from wizard.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def long_ago(checked: SetupHarness, signed_in: SignedIn) -> Site:
    """Dana, who signed in long ago."""
    return Site(signed_in(checked.person, lately=False), checked)


def asked(response: Answer, page: str) -> bool:
    location = str(response["Location"])
    return (
        response.status_code == 302
        and location.startswith("/account/reauthenticate/")
        and (page.replace("/", "%2F") in location)
    )


def jobs(desk: SetupHarness, kind: str) -> int:
    return desk.setup.jobs.filter(kind=kind).count()


def test_a_sandbox_is_changed_without_asking(long_ago: Site) -> None:
    long_ago.post("apply", "permission_set", **long_ago.plan("permission_set"))
    assert jobs(long_ago.desk, "apply") == 1


def test_production_is_not_and_the_plan_is_still_there_afterwards(
    make: MakeSetup, signed_in: SignedIn
) -> None:
    desk = make(is_sandbox=False, name="Alpine Outfitters")
    desk.choose(1)
    desk.check()
    site = Site(signed_in(desk.person, lately=False), desk)
    page = site.at("stage", "permission_set")
    plan = {**site.plan("permission_set"), "org_name": "Alpine Outfitters"}
    response = site.post("apply", "permission_set", **plan)
    assert asked(response, page)
    assert "Type the org's name once more" in site.said(response)
    assert jobs(desk, "apply") == 0
    back = site.client.post("/account/reauthenticate/", {"password": PASSWORD, "next": page})
    assert back["Location"] == page
    assert jobs(desk, "apply") == 0, "the proof itself starts nothing"
    assert {**site.plan("permission_set"), "org_name": "Alpine Outfitters"} == plan, "the same confirmation"
    site.post("apply", "permission_set", **plan)
    assert jobs(desk, "apply") == 1


def test_an_undo_asks_in_a_sandbox_too(long_ago: Site) -> None:
    desk = long_ago.desk
    assert desk.apply().state == Job.State.DONE
    # Of everything: the set alone can't go while people have it.
    undo = long_ago.at("undo", "handover")
    response = long_ago.post("undo", "handover", **long_ago.form(undo, stage="handover"))
    assert asked(response, long_ago.at("stage", "handover"))
    assert "Type" not in long_ago.said(response), "a sandbox asks for no name"
    assert jobs(desk, "undo") == 0
    (back,) = parse_qs(urlsplit(response["Location"]).query)["next"]
    page = html.fromstring(long_ago.client.get(back.partition("#")[0]).content)
    (plan,) = page.xpath(f"//*[@id='{back.partition('#')[2]}']")
    (folded,) = plan.iterancestors("details")
    assert folded.get("open") is not None, "what was approved is in sight again"
    assert plan.xpath(".//button"), "with its button"


def test_disconnecting_and_handing_over_ask(long_ago: Site) -> None:
    org = long_ago.desk.org
    page = reverse("orgs:disconnect", args=[org.pk])
    assert asked(long_ago.client.post(page), page)
    assert asked(long_ago.post("finish", **long_ago.open_lines()), long_ago.at("finish"))
    org.connection.refresh_from_db()
    assert org.connection.is_connected
    assert not long_ago.desk.reload().finished
