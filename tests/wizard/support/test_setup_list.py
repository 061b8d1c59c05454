"""The list of setups: who needs somebody first, and that thousands of them stay fast."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orgs.fields import Secret
from orgs.models import Connection, Org
from teams.models import Team, User
from tests.fixture_types import SignedIn
from tests.wizard.plans import whole_tables_again_and_again
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.models import Job, Setup, StepState, Summary
from wizard.support import judged, needs_help, setup_list
from wizard.support.reasons import Reason
from wizard.support.setup_list import Filters

pytestmark = pytest.mark.django_db

NUMBERS = count(1)


def org_rows(team: Team, names: list[str]) -> list[Org]:
    rows = [
        Org(
            team=team,
            org_id=f"00D{next(NUMBERS):012d}AAA",
            name=name,
            is_sandbox=True,
            instance_url="https://x.my.salesforce.com",
            login_origin="https://test.salesforce.com",
            api_version="66.0",
        )
        for name in names
    ]
    return Org.objects.bulk_create(rows, batch_size=2000)


def connect_all(orgs: list[Org], state: str = "connected") -> None:
    Connection.objects.bulk_create(
        [
            Connection(
                org=org,
                state=state,
                access_token=Secret(),
                refresh_token=Secret(),
                user_id="005000000000001AAA",
                username=f"admin@{org.name.lower().replace(' ', '-')}.example",
            )
            for org in orgs
        ],
        batch_size=2000,
    )


def setup_in(team: Team, name: str, person: User, *, connected: str = "connected", **more: object) -> Setup:
    (org,) = org_rows(team, [name])
    connect_all([org], connected)
    return Setup.objects.create(org=org, guide_key=GUIDE.key, started_by=person, **more)


def job_in(setup: Setup, kind: str, state: str, *, minutes_ago: int = 5, **more: object) -> Job:
    created_at = timezone.now() - timedelta(minutes=minutes_ago)
    more.setdefault("stages", ["permission_set"] if kind in Job.WRITING else [])
    return Job.objects.create(
        setup=setup, org=setup.org, kind=kind, state=state, created_at=created_at, **more
    )


def listed(team: Team, **asked: str) -> list[tuple[str, Reason]]:
    filters = Filters.of(asked)
    found = setup_list.setups(Team.objects.filter(pk=team.pk), filters)
    return [(row.setup.org.name, row.reason) for row in setup_list.rows(setup_list.in_order(found, filters))]


def one_of_each(team: Team, person: User) -> None:
    setup_in(team, "Changed", person, finished_at=timezone.now(), drifted=["permitted_users"])
    setup_in(team, "Put away", person, archived_at=timezone.now())
    setup_in(team, "Handed", person, finished_at=timezone.now(), summary=Summary.READY)
    setup_in(team, "Going on", person)
    setup_in(team, "Ready", person, summary=Summary.READY)
    setup_in(team, "By hand", person, summary=Summary.BY_HAND)
    job_in(setup_in(team, "Stopped", person), "apply", "failed", error_code="UNABLE_TO_LOCK_ROW")
    setup_in(team, "Signed out", person, connected="needs_reconnecting", summary=Summary.READY)


def test_what_needs_somebody_comes_first_and_what_is_handed_over_last(team: Team, dana: User) -> None:
    one_of_each(team, dana)
    assert listed(team) == [
        ("Signed out", Reason.RECONNECT),
        ("Stopped", Reason.STOPPED),
        ("Changed", Reason.DRIFTED),
        ("By hand", Reason.WAITING),
        ("Ready", Reason.READY),
        ("Going on", Reason.IN_PROGRESS),
        ("Handed", Reason.HANDED_OVER),
    ]


def test_each_state_can_be_asked_for_and_is_counted(team: Team, dana: User) -> None:
    one_of_each(team, dana)
    found = setup_list.setups(Team.objects.all(), Filters())
    counts = judged.counts(found)
    assert sum(counts.values()) == len([state for state in Reason if counts[state]]) == 8
    for state in Reason:
        assert [each for _name, each in listed(team, state=state.slug)] == [state] * counts[state]


def test_every_state_that_needs_somebody_says_why(team: Team, dana: User) -> None:
    one_of_each(team, dana)
    setup_in(team, "To sign", dana, summary=Summary.TO_CONFIRM)
    setup_in(team, "Cut off", dana, connected="revoked")
    rows = setup_list.rows(setup_list.in_order(setup_list.setups(Team.objects.all(), Filters()), Filters()))
    reasons = {row.setup.org.name: row.why.plain() for row in rows if row.why}
    assert set(reasons) == {"Signed out", "Cut off", "Stopped", "By hand", "To sign", "Ready", "Changed"}
    assert reasons["Signed out"] != reasons["Cut off"]
    assert "confirm" in reasons["To sign"]
    assert reasons["Stopped"] == "Somebody else was changing the same record."


@pytest.mark.parametrize(
    ("later", "state"),
    [
        (None, Reason.STOPPED),
        (("apply", "done"), Reason.IN_PROGRESS),  # it went well the next time
        (("undo", "done"), Reason.IN_PROGRESS),
        (("check", "done"), Reason.STOPPED),  # looking mends nothing
        (("people", "done"), Reason.STOPPED),  # has nothing to do with it
        (("check", "failed"), Reason.STOPPED),
        (("apply", "running"), Reason.IN_PROGRESS),  # being tried again
    ],
)
def test_a_failure_counts_until_something_answers_it(
    team: Team, dana: User, later: tuple[str, str] | None, state: Reason
) -> None:
    setup = setup_in(team, "Org", dana)
    job_in(setup, "apply", "failed", minutes_ago=60, error_code="X")
    if later:
        job_in(setup, *later)
    assert listed(team) == [("Org", state)]


def test_a_failed_change_counts_until_its_own_lines_are_right(team: Team, dana: User) -> None:
    setup = setup_in(team, "Org", dana, next_stage="policies")
    job_in(setup, "apply", "failed", stages=["permission_set", "people"], minutes_ago=60, error_code="X")
    job_in(setup, "apply", "done", stages=["people"])  # a part of it
    done = {"status": "done", "code": "x", "sentence": {"message": "x"}}
    lines = [step for key in ("people", "permission_set") for step in GUIDE.stage(key).steps if step.plan]
    for step in lines:
        [shown] = setup_list.rows(
            setup_list.in_order(setup_list.setups(Team.objects.all(), Filters()), Filters())
        )
        assert (shown.reason, shown.told.stopped_at) == (Reason.STOPPED, "permission_set")
        [stuck] = needs_help.rows(needs_help.setups(Team.objects.all(), needs_help.Filters(), dana))
        assert stuck.stage == shown.stage, "both lists send to the same stage"
        StepState.objects.create(setup=setup, step=step.key, finding=done)
    assert listed(team) == [("Org", Reason.IN_PROGRESS)]


def test_a_failed_undo_counts_until_nothing_of_its_stage_is_there(team: Team, dana: User) -> None:
    setup = setup_in(team, "Org", dana)
    job_in(setup, "undo", "failed", minutes_ago=60, error_code="X")
    done = {"status": "done", "code": "x", "sentence": {"message": "x"}}
    line = next(step for step in GUIDE.stage("permission_set").steps if step.plan)
    there = StepState.objects.create(setup=setup, step=line.key, finding=done)
    job_in(setup, "check", "done")
    assert listed(team) == [("Org", Reason.STOPPED)]
    there.delete()
    assert listed(team) == [("Org", Reason.IN_PROGRESS)]


def test_a_handed_over_setup_is_not_asked_to_sign_in(team: Team, dana: User) -> None:
    setup_in(team, "Org", dana, connected="revoked", finished_at=timezone.now())
    assert listed(team) == [("Org", Reason.HANDED_OVER)]


def test_search_finds_by_org_username_org_id_and_reference(team: Team, dana: User) -> None:
    harbour = setup_in(team, "Harbour Foods", dana)
    setup_in(team, "Northwind", dana)
    job_in(harbour, "check", "failed", reference="1a2b3c4d")
    for q in (
        "harbour",
        "FOODS",
        "admin@harbour-foods",
        harbour.org.org_id,
        harbour.org.org_id[:15],
        "1A2B3C4D",
        "Reference 1a2b3c4d, 24 Nov",
    ):
        assert [name for name, _state in listed(team, q=q)] == ["Harbour Foods"], q
    assert listed(team, q="100%") == []
    assert listed(team, q="_") == []
    assert listed(team, q="1a2b3c4e") == []


def test_the_list_can_be_narrowed_to_who_started_and_sorted(team: Team, dana: User, sam: User) -> None:
    old = timezone.now() - timedelta(days=3)
    setup_in(team, "Beta", dana, created_at=old)
    setup_in(team, "Alpha", sam)
    assert [name for name, _state in listed(team, by=str(sam.pk))] == ["Alpha"]
    assert [name for name, _state in listed(team, sort="org")] == ["Alpha", "Beta"]
    assert [name for name, _state in listed(team, sort="newest")] == ["Alpha", "Beta"]
    assert [person.pk for person in setup_list.people(Team.objects.all())] == [dana.pk, sam.pk]


@pytest.mark.parametrize("asked", [{"state": "x"}, {"by": "1; DROP"}, {"by": "٣"}, {"sort": "password"}])
def test_what_makes_no_sense_counts_as_not_asked(asked: dict[str, str]) -> None:
    assert Filters.of(asked) == Filters()


@pytest.fixture
def thousands(team: Team, dana: User) -> int:
    names = [f"Client {number:05d}" for number in range(2_500)]
    orgs = org_rows(team, names)
    connect_all(orgs)
    standings = list(Summary)
    setups = Setup.objects.bulk_create(
        [
            Setup(
                org=org,
                guide_key=GUIDE.key,
                started_by=dana,
                summary=standings[number % 4],
                next_stage="people",
            )
            for number, org in enumerate(orgs)
        ],
        batch_size=2000,
    )
    Job.objects.bulk_create(
        [
            Job(
                setup=setup, org_id=setup.org_id, kind="check", state="failed" if number % 50 == 0 else "done"
            )
            for number, setup in enumerate(setups)
            for _twice in range(2)
        ],
        batch_size=5000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return len(setups)


def test_thousands_of_setups_are_a_few_quick_queries(
    thousands: int, team: Team, dana: User, signed_in: SignedIn
) -> None:
    browser = signed_in(dana)
    browser.get(reverse("wizard:home"))  # templates are loaded
    for query in ("", "?q=client+09", "?state=stopped", "?sort=org&page=90", "?q=nothing+fits"):
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get(reverse("wizard:home") + query)
        assert answer.status_code == 200
        assert len(queries) <= 12, (query, len(queries))
        assert answer.content.count(b'class="name"') <= 25
    for asked in ({}, {"q": "client 09"}, {"state": "stopped"}, {"sort": "org"}):
        filters = Filters.of(asked)
        found = setup_list.setups(Team.objects.filter(pk=team.pk), filters)
        assert whole_tables_again_and_again(setup_list.in_order(found, filters)[:25]) == [], asked
