"""Two teams that have the same Salesforce org connected change it one after the other."""

from __future__ import annotations

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from orgs.models import Org
from teams.models import Team
from tests.fixture_types import MakePerson, MakeSetup
from tests.wizard.harness import SetupHarness, connect
from wizard.guides import registry
from wizard.guides.defaults import initial_inputs
from wizard.jobs import queue
from wizard.live import fragment
from wizard.models import Job, Setup

pytestmark = pytest.mark.django_db


@pytest.fixture
def enqueued(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> list[str]:
    sent: list[str] = []
    monkeypatch.setattr(queue, "enqueue", lambda job_id: sent.append(str(job_id)))
    return sent


@pytest.fixture
def other(desk: SetupHarness, person: MakePerson) -> SetupHarness:
    """The same Salesforce org, connected by another team."""
    team = Team.objects.create(name="Second opinion")
    user = person("Otto Other", team, "consultant")
    org = connect(desk.stand, desk.theirs, team, user)
    key = desk.setup.guide_key
    setup = Setup.objects.create(org=org, guide_key=key, inputs=initial_inputs(registry.get(key)))
    theirs = SetupHarness(desk.stand, desk.theirs, org, setup, user)
    theirs.choose(2)
    return theirs


def ready(desk: SetupHarness) -> Job:
    desk.check()
    return desk.approve()


def test_the_second_teams_change_waits_for_the_end_of_the_first(
    desk: SetupHarness,
    other: SetupHarness,
    enqueued: list[str],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    assert desk.org.org_id == other.org.org_id
    first, second = ready(desk), ready(other)
    running = queue.claim(first.pk)
    assert running is not None
    assert queue.claim(second.pk) is None
    second.refresh_from_db()
    assert (second.state, second.waiting_for, second.attempts) == ("queued", queue.OTHER_CHANGE, 0)
    shown, _last = fragment.render(str(other.setup.pk), "people")
    assert "another change in this Salesforce org" in shown
    assert desk.person.name not in shown, "nothing of the other team"
    enqueued.clear()
    with django_capture_on_commit_callbacks(execute=True):
        queue.finish(running, Job.State.DONE)
    assert enqueued == [str(second.pk)]
    assert other.work(second).state == "done"


def test_waiting_in_line_is_told_once(desk: SetupHarness, other: SetupHarness, enqueued: list[str]) -> None:
    first, second = ready(desk), ready(other)
    queue.claim(first.pk)
    queue.claim(second.pk)
    version = other.reload().version
    assert queue.claim(second.pk) is None
    assert other.reload().version == version


def test_reading_and_another_org_are_not_held_up(
    desk: SetupHarness, other: SetupHarness, make: MakeSetup, enqueued: list[str]
) -> None:
    queue.claim(ready(desk).pk)
    assert other.check().state == "done"
    elsewhere = make()
    elsewhere.choose(2)
    assert queue.claim(ready(elsewhere).pk) is not None


def test_a_job_that_was_interrupted_gives_the_turn_away(
    desk: SetupHarness, other: SetupHarness, enqueued: list[str], settings: Settings
) -> None:
    first, second = ready(desk), ready(other)
    queue.claim(first.pk)
    Job.objects.filter(pk=first.pk).update(state=Job.State.QUEUED, claim=None)  # as a rescue does
    assert queue.claim(second.pk) is not None
    assert queue.claim(first.pk) is None


def test_orgs_that_nobody_connected_yet_do_not_wait_for_each_other(
    desk: SetupHarness, other: SetupHarness, enqueued: list[str]
) -> None:
    Org.objects.update(org_id="")
    first, second = (
        queue.start(desk.setup, "handover", actor=None)[0],
        queue.start(other.setup, "handover", actor=None)[0],
    )
    assert queue.claim(first.pk) is not None
    assert queue.claim(second.pk) is not None
