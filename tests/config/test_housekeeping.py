"""What nobody needs any more goes, and nothing else: counted first, and by the same command."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from config import housekeeping, tasks
from notices.models import Notice
from teams.models import AuditEntry, User
from tests.fixture_types import SignedIn
from tests.wizard.harness import SetupHarness
from wizard.models import Event, GuestInvitation, Job, Setup

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=400)


def told(*options: str) -> dict[str, int]:
    said = StringIO()
    call_command("housekeeping", *options, stdout=said)
    lines = (line.split(maxsplit=1) for line in said.getvalue().splitlines())
    return {what: int(count.replace(",", "")) for count, what in lines}


@pytest.fixture
def aged(checked: SetupHarness, dana: User, signed_in: SignedIn) -> SetupHarness:
    """A year and more later: four jobs, a link with its notice, and a session that is over."""
    for _again in range(2):
        checked.check()
    failed = checked.queue("check")
    checked.setup.jobs.filter(pk=failed.pk).update(state="failed", finished_at=timezone.now())
    GuestInvitation.objects.create(setup=checked.setup, token_hash="x", expires_at=timezone.now())
    Notice.objects.all().delete()
    Notice.objects.create(team=checked.org.team, kind="idle", told_at=timezone.now() - LONG_AGO)
    signed_in(dana).get("/")
    then = timezone.now() - LONG_AGO
    checked.setup.jobs.update(created_at=then, finished_at=then)
    Job.objects.filter(pk=failed.pk).update(created_at=then + timedelta(minutes=1))
    GuestInvitation.objects.update(expires_at=then)
    Session.objects.update(expire_date=then)
    return checked


def test_it_counts_first_and_then_ends_what_it_counted(aged: SetupHarness) -> None:
    events, entries = Event.objects.count(), AuditEntry.objects.count()
    counted = told("--dry-run")
    assert counted["jobs that ended"] == aged.setup.jobs.count() - 1
    assert counted["clients' links that are over"] == 1
    assert counted["notices that were told"] == 1
    assert counted["sessions that have expired"] == 1
    assert told("--dry-run") == counted, "it ended nothing"
    tasks.keep_house()
    assert set(told().values()) == {0}
    assert (Event.objects.count(), AuditEntry.objects.count()) == (events, entries)
    assert [job.state for job in aged.setup.jobs.all()] == ["failed"], "the last one, by which it is shown"
    assert not UserSession.objects.exists()


def test_what_is_young_under_way_or_unsettled_stays(aged: SetupHarness) -> None:
    now = timezone.now()
    old, unsettled, _running, _last = aged.setup.jobs.order_by("created_at", "pk")
    Job.objects.filter(pk=old.pk).update(finished_at=now)
    Job.objects.filter(pk=unsettled.pk).update(intent=[{"a": "b"}])
    Job.objects.filter(pk=_running.pk).update(state="running", heartbeat_at=now)
    GuestInvitation.objects.update(expires_at=now + timedelta(days=1))
    Notice.objects.update(told_at=now)
    Session.objects.update(expire_date=now + timedelta(days=1))
    assert sum(told().values()) == 0


def test_a_setup_that_is_put_away_forgets_what_was_read_and_can_be_taken_up(
    checked: SetupHarness, signed_in: SignedIn, dana: User
) -> None:
    handed_over = Setup.objects.filter(pk=checked.setup.pk)
    handed_over.update(archived_at=timezone.now() - LONG_AGO, finished_at=timezone.now() - LONG_AGO)
    assert told()["what was read for setups put away"] == 0, "its report is made of it"
    handed_over.update(finished_at=None)
    assert told()["what was read for setups put away"] == 1
    assert Setup.objects.get().snapshot is None
    handed_over.update(archived_at=None)
    assert signed_in(dana).get(f"/setups/{checked.setup.pk}/").status_code in (200, 302)
    before = checked.statuses()
    assert checked.check().state == "done"
    assert checked.statuses() == before


def test_a_history_still_knows_the_reference_of_a_job_that_is_gone(
    aged: SetupHarness, signed_in: SignedIn, dana: User
) -> None:
    job = Job.objects.order_by("created_at").first()
    assert job
    Event.objects.create(setup=aged.setup, kind="check_failed", data={"reference": job.reference})
    told()
    page = signed_in(dana).get(f"/setups/{aged.setup.pk}/history/?reference={job.reference}")
    assert job.reference in page.content.decode()


def test_much_of_it_goes_in_small_pieces(monkeypatch: pytest.MonkeyPatch, aged: SetupHarness) -> None:
    monkeypatch.setattr(housekeeping, "AT_ONCE", 1)
    assert told()["jobs that ended"] == 3
