"""`manage.py check_all`: every open setup of a connected org once, and never a flood."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from orgs.models import Connection, Org
from teams.models import Team, User
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.jobs import bulk_check, queue
from wizard.models import Job, Setup

pytestmark = pytest.mark.django_db

AN_HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The messages that would go to workers."""
    ids: list[object] = []
    monkeypatch.setattr(queue, "enqueue", ids.append)
    return ids


def add_setup(team: Team, person: User, number: int, state: str = "connected", **more: object) -> Setup:
    org = Org.objects.create(
        team=team, org_id=f"00D{number:015d}", name=f"Client {number}", is_sandbox=True, api_version="66.0",
        instance_url="https://x.my.salesforce.com", login_origin="https://x.my.salesforce.com",
    )  # fmt: skip
    Connection.objects.create(org=org, state=state, user_id="005", username="ann@x.com", granted_by=person)
    return Setup.objects.create(org=org, guide_key=GUIDE.key, started_by=person, **more)


def test_it_queues_each_once_and_never_more_than_allowed(team: Team, dana: User) -> None:
    setups = [add_setup(team, dana, number) for number in range(10)]
    most: list[int] = []

    def worker(_seconds: float) -> None:
        """While the command waits, a worker does the two oldest."""
        active = Job.objects.filter(state__in=Job.ACTIVE).order_by("created_at")
        most.append(active.count())
        Job.objects.filter(pk__in=list(active.values_list("pk", flat=True)[:2])).update(state="done")

    assert bulk_check.check_all(timezone.now(), at_most=4, sleep=worker) == 10
    assert max(most) == 4
    assert {job.setup_id for job in Job.objects.all()} == {setup.pk for setup in setups}
    assert Job.objects.count() == 10


def test_it_leaves_out_what_is_finished_not_connected_or_fresh(team: Team, dana: User) -> None:
    now = timezone.now()
    wanted = [add_setup(team, dana, 1), add_setup(team, dana, 2, snapshot_at=now - 2 * AN_HOUR)]
    add_setup(team, dana, 3, snapshot_at=now)
    add_setup(team, dana, 4, finished_at=now)
    add_setup(team, dana, 5, state="needs_reconnecting")
    add_setup(team, dana, 6, state="revoked")
    assert [setup.pk for setup in bulk_check.due(now - AN_HOUR).order_by("org__org_id")] == [
        setup.pk for setup in wanted
    ]


def test_a_check_that_is_under_way_is_not_queued_again(team: Team, dana: User) -> None:
    setup = add_setup(team, dana, 1)
    queue.start(setup, "check", actor=dana)
    assert bulk_check.check_all(timezone.now()) == 0
    assert Job.objects.count() == 1


@pytest.mark.parametrize(("minutes", "expected"), [("60", 1), ("0", 2)])
def test_the_command_says_how_many(team: Team, dana: User, minutes: str, expected: int) -> None:
    add_setup(team, dana, 1, snapshot_at=timezone.now() - 2 * AN_HOUR)
    add_setup(team, dana, 2, snapshot_at=timezone.now() - AN_HOUR / 2)
    said = StringIO()
    call_command("check_all", "--older-than", minutes, stdout=said)
    assert said.getvalue() == f"Queued {expected} checks.\n"


@pytest.mark.parametrize("option", [("--at-most", "0"), ("--older-than", "-1")])
def test_nonsense_is_refused(option: tuple[str, str], db: None) -> None:
    with pytest.raises(CommandError, match="at least"):
        call_command("check_all", *option)
