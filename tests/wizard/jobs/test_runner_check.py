"""A check reads the whole org and says how each line stands."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace

import pytest

from simulator.seeding.package import install_package
from tests import other_connection
from tests.fixture_types import MakeSetup
from tests.wizard.harness import AUTOMATIC, SetupHarness
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.guides.connected_app_authentication.snapshot import Snapshot
from wizard.jobs import queue
from wizard.models import Job, Setup

pytestmark = pytest.mark.django_db


def test_a_check_gives_every_line_that_can_be_read_a_finding(desk: SetupHarness) -> None:
    job = desk.check()
    assert job.state == "done", job.error_details
    assert set(desk.statuses()) == {step.key for step in GUIDE.steps() if step.check}
    assert desk.statuses()["set_created"] == "to_do"
    assert desk.setup.snapshot_at is not None
    assert desk.kinds(job) == ["check_requested", "check_done"]


def test_a_check_of_a_finished_org_finds_the_automatic_lines_done(make: MakeSetup) -> None:
    desk = make("all_done")
    desk.choose(0)
    desk.check()
    found = desk.statuses()
    assert {key: found[key] for key in ("set_created", "set_on_app", "permitted_users")} == {
        "set_created": "done",
        "set_on_app": "done",
        "permitted_users": "done",
    }


def test_a_check_counts_a_version_so_that_viewers_look_again(desk: SetupHarness) -> None:
    before = desk.setup.version
    desk.check()
    assert desk.setup.version > before


def test_choices_that_change_while_the_org_is_read_are_read_as_well(
    make: MakeSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check that runs already is the one that a changed choice asks for: it has to notice."""
    desk = make()
    read = GUIDE.read

    def read_while_somebody_chooses(*args: object) -> Snapshot:
        snapshot = read(*args)
        if not desk.reload().inputs.get("connection_user"):
            desk.choose(2)
        return snapshot

    monkeypatch.setattr(Setup, "guide", replace(GUIDE, read=read_while_somebody_chooses))
    assert desk.check().state == "done"
    plan = desk.plan(*AUTOMATIC)
    assert len(plan) == 1 + 3 + 3 + 1, "the plan for the new choices is there without another check"


@pytest.mark.django_db(transaction=True)
def test_who_chooses_while_a_check_ends_gets_a_check_of_their_own(
    make: MakeSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, finish = make(), queue.finish
    chosen: list[Future[bool]] = []

    def end(job: Job, state: str) -> None:
        if not chosen:
            chosen.append(other_connection.begin(lambda: desk.save({"mid": "7654321"})))
        finish(job, state)

    monkeypatch.setattr(queue, "finish", end)
    assert desk.check().state == "done"
    assert chosen[0].result(other_connection.PATIENCE)
    assert Job.objects.get(state=Job.State.QUEUED).kind == Job.Kind.CHECK


def test_a_package_installed_meanwhile_is_noticed_and_its_fields_are_read(make: MakeSetup) -> None:
    desk = make("package_missing")
    desk.choose(0)
    desk.check()
    assert desk.statuses()["package"] != "done"
    with desk.stand.world.lock:
        install_package(desk.theirs)
    desk.check()
    assert desk.statuses()["package"] == "done"
    assert "et4ae5__Configuration__c" in desk.org.known["fields"]


def test_people_are_read_into_the_directory_with_progress(desk: SetupHarness) -> None:
    job = desk.work(desk.queue("people"))
    assert job.state == "done"
    assert job.done_count == desk.org.people.count() > 20


def test_reading_people_stops_on_request(desk: SetupHarness) -> None:
    job = desk.queue("people")
    queue.request_stop(job, desk.person)
    job = desk.work(job)
    assert job.state == "stopped"


def test_an_org_without_its_right_to_read_says_so_and_never_done(make: MakeSetup) -> None:
    desk = make(as_user="leo.park")
    desk.choose(1)
    job = desk.check()
    assert job.state == "done"
    assert desk.statuses()["right_create_set"] == "to_do"


def test_a_reading_that_salesforce_refuses_ends_with_its_code(desk: SetupHarness) -> None:
    desk.theirs.switches.change(api_limit=desk.theirs.switches.api_used)
    job = desk.check()
    assert (job.state, job.error_code) == ("failed", "REQUEST_LIMIT_EXCEEDED")
    assert desk.kinds(job)[-1] == "check_failed"


def test_what_nobody_foresaw_ends_with_a_reference_and_without_a_traceback(
    desk: SetupHarness, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: object) -> object:
        raise ZeroDivisionError("something secret")

    monkeypatch.setattr("wizard.jobs.runner.look_at_everything", broken)
    job = desk.check()
    assert (job.state, job.error_code, job.error_details) == ("failed", "UNEXPECTED", "")
    assert job.reference
    assert job.reference in caplog.text
