"""What happens in a setup is told as what it is: with what was and what is, and with nobody's name."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from notices import words
from notices.kinds import ALWAYS, Kind
from notices.models import Notice
from orgs.connections import tokens
from orgs.salesforce.errors import NeedsReconnecting
from simulator import policies
from simulator.oauth import grants
from tests.fixture_types import MakeSetup
from tests.wizard.guest_browser import send
from tests.wizard.harness import SetupHarness
from tests.wizard.monitoring.test_drift import kept, look_again, save_policies  # noqa: F401 - a fixture
from wizard import tasks
from wizard.actions import guest_links
from wizard.jobs import queue
from wizard.jobs.handover import finish_setup
from wizard.messages.notices import TITLES
from wizard.models import GuestInvitation, Job, Setup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stand_in_allowed")]


def told(kind: Kind) -> list[words.Said]:
    return [words.say(each) for each in Notice.objects.filter(kind=kind)]


def test_a_drift_is_told_with_what_was_and_what_is_and_its_end_too(kept: SetupHarness) -> None:  # noqa: F811
    save_policies(kept, replace(policies.WANTED, permitted="self"))
    look_again(kept)
    (first,) = told(Kind.DRIFTED)
    assert (first.detail, first.before, first.after) == (
        "Only approved people may use the app",
        "Admin approved users are pre-authorized",
        "All users may self-authorize",
    )
    save_policies(kept, policies.WANTED)
    look_again(kept)
    assert len(told(Kind.MENDED)) == len(told(Kind.DRIFTED))
    (notice, *_others) = Notice.objects.filter(kind=Kind.DRIFTED)
    assert kept.person.pk in notice.concerns


def test_a_connection_user_that_is_frozen_is_told_by_no_name(desk: SetupHarness) -> None:
    desk.check()
    with desk.stand.world.lock:
        user = desk.theirs.tables["User"][desk.theirs.connection_user_id]
        user["IsActive"] = False
    desk.check()
    (said,) = told(Kind.CONNECTION_USER)
    assert "frozen, locked or switched off" in said.detail
    assert user["Name"] not in json.dumps([each.data for each in Notice.objects.all()])


def test_a_stage_that_is_done_is_told_once_and_not_what_was_done_before_we_looked(
    desk: SetupHarness, make: MakeSetup
) -> None:
    desk.check()
    assert told(Kind.STAGE_DONE) == []
    desk.apply("permission_set")
    desk.check()
    assert [each.detail for each in told(Kind.STAGE_DONE)] == ["Create the permission set"]


def test_a_job_that_fails_or_loses_its_worker_is_told_to_whoever_asked_for_it(desk: SetupHarness) -> None:
    job = queue.claim(desk.queue("check").pk)
    assert job is not None
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(hours=1))
    queue.requeue_stale()
    assert [each.detail for each in told(Kind.JOB_INTERRUPTED)] == ["Checking the org"]
    job = queue.claim(job.pk)
    assert job is not None
    queue.finish(job, Job.State.FAILED, error_code="REQUEST_LIMIT_EXCEEDED")
    (said,) = told(Kind.JOB_FAILED)
    assert said.detail
    assert desk.person.pk in Notice.objects.get(kind=Kind.JOB_FAILED).concerns


def test_a_sign_in_that_salesforce_ended_is_told_once(desk: SetupHarness) -> None:
    with desk.stand.world.lock:
        grants.end_chains_of(desk.stand.world, desk.theirs, client_id="connect-guide-stand-in")
    stale = desk.org.connection.access_token.reveal()
    for _ in range(2):
        with pytest.raises(NeedsReconnecting):
            tokens.refresh(desk.org.connection.pk, stale)
    assert len(told(Kind.SIGN_IN_LOST)) == 1


def test_a_handover_is_told(desk: SetupHarness) -> None:
    desk.check()
    finish_setup(desk.reload(), desk.person)
    assert len(told(Kind.HANDED_OVER)) == 1
    assert Notice.objects.get(kind=Kind.HANDED_OVER).actor_id == desk.person.pk


def test_what_stands_still_is_told_once(checked: SetupHarness) -> None:
    guest_links.make(checked.setup, ["policies"], checked.person)
    tasks.remind()
    assert not Notice.objects.filter(kind__in=(Kind.LINK_ENDING, Kind.IDLE)).exists()
    GuestInvitation.objects.update(expires_at=timezone.now() + timedelta(days=1))
    Setup.objects.filter(pk=checked.setup.pk).update(last_activity_at=timezone.now() - timedelta(days=8))
    for _ in range(2):
        tasks.remind()
    assert [each.detail for each in told(Kind.LINK_ENDING)] == ["Edit the connected app's policies"]
    assert len(told(Kind.IDLE)) == 1


def test_every_kind_has_its_words_in_german_too() -> None:
    assert set(TITLES) == set(Kind) - set(ALWAYS)
    with translation.override("de"):
        assert words.say(None).title == "Das ist ein Test"


def test_a_guest_has_no_bell(checked: SetupHarness) -> None:
    _, guest = send(checked.stand, checked.setup, checked.person)
    guest.come(checked.theirs)
    assert b'id="notices"' not in guest.page(checked.setup, "policies").content
    assert b'id="notices"' not in Client().get("/help/").content
