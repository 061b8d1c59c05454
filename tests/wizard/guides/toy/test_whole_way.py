"""The toy is carried through by the engine, from the first reading to a drift after the handover."""

from __future__ import annotations

import pytest

from orgs.connections.client import client_for
from tests.fixture_types import MakeSetup, SignedIn
from tests.wizard.guides.toy.guide import TOY
from tests.wizard.harness import SetupHarness
from tests.wizard.views.conftest import Site
from wizard.guides.defaults import initial_inputs
from wizard.guides.registry import GUIDES
from wizard.models import Setup
from wizard.monitoring import drift

pytestmark = pytest.mark.django_db


@pytest.fixture
def toy(make: MakeSetup, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setitem(GUIDES, TOY.key, TOY)
    desk = make("fresh")
    desk.setup.delete()
    desk.setup = Setup.objects.create(
        org=desk.org, guide_key=TOY.key, started_by=desk.person, inputs=initial_inputs(TOY)
    )
    desk.reload()
    return Site(signed_in(desk.person), desk)


def badges(desk: SetupHarness) -> list[str]:
    with desk.stand.world.lock:
        return [row["Name"] for row in desk.theirs.rows("PermissionSet") if "Toy" in row["Name"]]


def test_a_guide_that_the_engine_has_never_seen_goes_the_whole_way(toy: Site) -> None:
    desk = toy.desk
    assert desk.check().state == "done"
    assert desk.statuses() == {"home": "done", "colour": "done", "badge": "to_do"}
    assert toy.get("setup")["Location"] == toy.at("stage", "make_it"), "what is open comes next"
    assert "Make the badge" in toy.page("stage", "look_around")

    toy.post("apply", "make_it", **toy.plan("make_it"))
    job = desk.work(desk.setup.jobs.get(kind="apply"))
    assert (job.state, badges(desk)) == ("done", ["Toy_Badge_red"]), job.error_details
    assert "Printed the badge Toy_Badge_red" in toy.page("stage", "make_it")

    assert desk.undo("make_it").state == "done"
    assert badges(desk) == []
    assert "Binned the badge Toy_Badge_red" in toy.page("history")
    desk.apply("make_it")

    toy.post("confirm", "shown", sure="1")
    toy.post("finish", **toy.open_lines(), keep="1")
    desk.work(desk.setup.jobs.get(kind="handover"))
    assert desk.reload().finished
    report = toy.page("report")
    assert "Somebody has seen it" in report
    assert "Printed the badge Toy_Badge_red" in report

    (badge,) = [row for row in desk.theirs.rows("PermissionSet") if "Toy" in row["Name"]]
    with client_for(desk.org) as client:
        client.delete("PermissionSet", badge["Id"])
    assert drift.check_drift(desk.setup.pk)
    assert [title.plain() for title in desk.reload().drifted_titles] == ["The badge is there"]


def test_choices_of_another_guide_are_asked_checked_and_kept(toy: Site) -> None:
    toy.desk.check()
    form = toy.form(toy.at("inputs"), stage="look_around")
    assert form["colour"] == "red"
    toy.post("inputs", **form | {"colour": "blue"})
    assert toy.desk.reload().inputs["colour"] == "blue"
    toy.desk.work(toy.desk.setup.jobs.get(kind="check", state="queued"))
    assert [change.data["name"] for change in toy.desk.plan("make_it")] == ["Toy_Badge_blue"]
