"""Standing in each other's way: teams at one Salesforce org, names in headers."""

from __future__ import annotations

import pytest
from django.core import mail
from django.utils import timezone

from orgs.connections import revocation
from orgs.fields import Secret
from orgs.models import Revocation
from teams.models import Team, User
from tests.wizard.harness import SetupHarness
from tests.wizard.jobs.test_two_teams_one_org import enqueued, other, ready  # noqa: F401
from wizard.jobs import queue
from wizard.models import Job

pytestmark = pytest.mark.django_db


def in_line(first: Job, second: Job) -> Job:
    assert queue.claim(first.pk) is not None
    assert queue.claim(second.pk) is None
    second.refresh_from_db()
    return second


def test_a_team_that_waits_for_another_can_give_up_and_work_on(
    desk: SetupHarness,
    other: SetupHarness,  # noqa: F811
    enqueued: list[str],  # noqa: F811
) -> None:
    """However long the other team's change takes, or however many it makes."""
    first, second = ready(desk), ready(other)
    assert queue.request_stop(in_line(first, second), other.person)
    second.refresh_from_db()
    assert (second.state, second.waiting_for) == ("stopped", "")
    assert second.finished_at is not None
    assert other.events("apply_stopped")
    assert other.approve().state == "queued", "the next one waits in its place"


def test_who_gave_up_before_the_line_began_does_not_wait_in_it(
    desk: SetupHarness,
    other: SetupHarness,  # noqa: F811
    enqueued: list[str],  # noqa: F811
) -> None:
    first, second = ready(desk), ready(other)
    queue.request_stop(second, other.person)
    assert in_line(first, second).state == "stopped"


def test_a_job_that_waits_for_a_worker_is_still_stopped_by_the_worker(
    desk: SetupHarness,
    enqueued: list[str],  # noqa: F811
) -> None:
    job = ready(desk)
    queue.request_stop(job, desk.person)
    job.refresh_from_db()
    assert job.state == "queued"
    assert desk.work(job).state == "stopped"


def test_a_line_break_in_an_org_s_name_keeps_nobody_from_being_told(dana: User, team: Team) -> None:
    """A header that is refused would stop the round of all revocations, each time again."""
    row = Revocation.objects.create(
        team=team,
        asked_by=dana,
        origin="https://acme.my.salesforce.com",
        org_name="Acme\nBcc: everybody@example.com",
        token=Secret(),
        next_try_at=timezone.now(),
        given_up_at=timezone.now(),
    )
    assert revocation.tell(row)
    assert "Acme Bcc: everybody@example.com" in mail.outbox[0].subject
    assert mail.outbox[0].recipients() == [dana.email]
