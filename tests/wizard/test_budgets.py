"""The budgets of issue A, counted in the stand-in's request log and in our own database."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from simulator import engagement
from tests.fixture_types import MakeSetup, SignedIn
from tests.wizard.fault_proxy import FaultProxy, Seen
from tests.wizard.harness import AUTOMATIC, ONCE_APPLIED, SetupHarness
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.jobs import runner
from wizard.models import Event, Job

pytestmark = pytest.mark.django_db

MOST_QUERIES = 12


@contextmanager
def few_queries(what: str) -> Iterator[None]:
    with CaptureQueriesContext(connection) as captured:
        yield
    told = "\n".join(query["sql"][:160] for query in captured.captured_queries)
    assert len(captured) <= MOST_QUERIES, f"{what}: {len(captured)} queries\n{told}"


def meet(*rounds: int) -> Callable[[Seen], None]:
    """In each round so many calls are answered, once all of them are there: side by side, or never."""
    gates = iter([gate for number in rounds for gate in [threading.Barrier(number)] * number])

    def before(seen: Seen) -> None:
        next(gates).wait(60)

    return before


def test_a_full_status_read_is_two_calls_side_by_side(checked: SetupHarness, trouble: FaultProxy) -> None:
    trouble.before = meet(2)
    mark = checked.mark()
    runner.look_at_everything(checked.setup)
    assert checked.calls(mark) == len(trouble.seen) == 2


@pytest.mark.parametrize(("scenario", "people"), [("fresh", 2), ("all_done", 2), ("fresh", 999)])
def test_with_the_slow_parts_the_first_read_is_four_calls_side_by_side(
    make: MakeSetup, trouble: FaultProxy, scenario: str, people: int
) -> None:
    """What a connected package still needs is in them, so the second read has nothing to add."""
    desk = make(scenario, people=people * 4 // 3)
    desk.choose(people)
    assert len(desk.setup.inputs["people"]) == people
    trouble.seen.clear()
    trouble.before = meet(4, 2)
    mark = desk.mark()
    desk.check()
    assert desk.calls(mark) == len(trouble.seen) == 4
    desk.check()
    assert desk.calls(mark) == len(trouble.seen) == 4 + 2


def test_for_more_than_a_thousand_people_it_is_one_call_more(make: MakeSetup) -> None:
    """Who may read the package's records is asked by name, 500 people at a time. Four calls go at once."""
    desk = make("fresh", people=1400)
    desk.choose(1000)
    assert len(desk.setup.inputs["people"]) == 1000
    mark = desk.mark()
    desk.check()
    assert desk.calls(mark) == 5


#: What only the first answer tells to be needed, and whom to ask about: never asked of an org without need.
ASKED_AFTERWARDS = [
    ("live", ["LoginHistory", "PermissionSetAssignment"]),  # who uses the app, and what approves them
    ("live_without_tokens", ["LoginHistory", "User"]),
    ("app_not_installed", ["ExternalClientApplication", "LoginHistory"]),
    ("contained", ["SetupAuditTrail"]),  # who froze the connection user
]


@pytest.mark.parametrize(("scenario", "more"), ASKED_AFTERWARDS)
def test_what_an_answer_calls_for_is_one_call_each_after_the_four(
    make: MakeSetup, trouble: FaultProxy, scenario: str, more: list[str]
) -> None:
    desk = make(scenario, people=8)
    desk.choose(2)
    trouble.seen.clear()
    trouble.before = meet(4, *[1] * len(more))
    desk.check()
    later = sorted(trouble.seen, key=lambda each: each.started)[4:]
    assert [asked_of(each) for each in later] == more


def asked_of(seen: Seen) -> str:
    subs = json.loads(seen.body)["compositeRequest"]
    return "+".join(re.findall(r"FROM (\w+)", unquote(sub["url"]))[0] for sub in subs)


def test_the_connection_seen_for_the_first_time_is_followed_once_by_one_call(make: MakeSetup) -> None:
    """What the package needs then was last read before there was a connection."""
    desk = make("ready_to_connect", people=4)
    desk.choose(2)
    desk.check()
    with desk.stand.world.lock:
        engagement.connect(desk.theirs, desk.theirs.connection_user_id, "mc-api-user", "7654321")
    costs = []
    for _look in range(2):
        mark = desk.mark()
        desk.check()
        costs.append(desk.calls(mark))
    assert costs == [3, 2]


def test_looking_at_the_packages_state_is_one_call_while_its_page_is_open(make: MakeSetup) -> None:
    desk = make("just_connected", people=4)
    desk.choose(2)
    desk.check()
    mark = desk.mark()
    before = desk.setup.step_states.get(step="units_arrived").checked_at
    assert runner.watch(desk.setup, ["ready"], timezone.now()) == desk.calls(mark) == 1
    assert desk.setup.step_states.get(step="units_arrived").checked_at != before


def test_lines_11_to_33_for_twenty_people_take_four_calls_in_three_round_trips(
    make: MakeSetup, trouble: FaultProxy
) -> None:
    desk = make(people=40)
    desk.choose(20)
    desk.check()
    job = desk.approve()
    trouble.seen.clear()
    trouble.before = meet(2, 1, 1)
    mark = desk.mark()
    job = desk.work(job)
    assert job.state == "done", job.error_details
    assert all(desk.statuses()[step] == "done" for step in ONCE_APPLIED), "verified by reading back"
    assert desk.calls(mark) == len(trouble.seen) == 4
    assert job.done_count == 1 + 21 + 3 + 1


def test_a_thousand_people_take_at_most_twenty_calls(make: MakeSetup) -> None:
    desk = make(people=1300)
    desk.choose(1000)
    assert len(desk.setup.inputs["people"]) == 1000
    desk.check()
    job = desk.approve()
    mark = desk.mark()
    job = desk.work(job)
    assert job.state == "done", job.error_details
    assert all(desk.statuses()[step] == "done" for step in ONCE_APPLIED)
    assert desk.calls(mark) <= 20
    assert job.done_count == 1 + 1001 + 3 + 1


def test_applying_again_makes_no_write(checked: SetupHarness, trouble: FaultProxy) -> None:
    approved = checked.apply().approved
    trouble.seen.clear()
    mark = checked.mark()
    assert checked.work(checked.queue("apply", AUTOMATIC, approved)).state == "done"
    assert trouble.writes == []
    assert checked.calls(mark) == 2


def history_of(desk: SetupHarness, count: int) -> None:
    """A setup with a long past: so many events, and jobs beside them."""
    desk.apply()
    jobs = [
        Job(setup=desk.setup, org=desk.org, kind="check", state="done", requested_by=desk.person)
        for _ in range(count // 20)
    ]
    Job.objects.bulk_create(jobs)
    event = desk.events("changed")[0]
    kinds = ["check_requested", "check_done", "planned", "confirmed", "interrupted"]
    data = {"count": 3, "title": "A title", "labels": "A, B"}
    Event.objects.bulk_create(
        [
            Event(
                setup=desk.setup,
                job=jobs[number % len(jobs)],
                kind=kinds[number % len(kinds)],
                data=data,
                actor=desk.person,
                actor_name=desk.person.name,
            )
            if number % 100
            else Event(
                setup=desk.setup, job=event.job, kind="changed", data=event.data, changes=event.changes
            )
            for number in range(count)
        ]
    )


def pages_of(desk: SetupHarness) -> dict[str, str]:
    setup = desk.setup.pk
    pages = {"home": reverse("wizard:home"), "setup": reverse("wizard:setup", args=[setup])}
    for stage in GUIDE.stages:
        for name in ("stage", "live", "actions"):
            pages[f"{name} {stage.key}"] = reverse(f"wizard:{name}", args=[setup, stage.key])
        pages[f"by hand {stage.key}"] = pages[f"stage {stage.key}"] + "?how=manual"
    for key in ("people", "connection_user"):
        pages[f"choose {key}"] = reverse("wizard:choose", args=[setup, key]) + "?q=an"
        pages[f"results {key}"] = reverse("wizard:results", args=[setup, key]) + "?q=an"
    return pages | {name: reverse(f"wizard:{name}", args=[setup]) for name in ("report", "history")}


def test_every_page_takes_few_queries_and_no_call_to_salesforce_however_long_the_past(
    checked: SetupHarness, signed_in: SignedIn
) -> None:
    checked.read_people()
    history_of(checked, 2000)
    site = signed_in(checked.person)
    mark = checked.mark()
    for name, address in pages_of(checked).items():
        site.get(address)  # a plan that somebody sees for the first time is written down
        with few_queries(name):
            response = site.get(address)
        assert response.status_code in (200, 302), name
    assert checked.stand.world.log_since(mark) == []


def test_the_first_page_stays_cheap_with_many_setups(make: MakeSetup, signed_in: SignedIn) -> None:
    desks = [make(people=4) for _ in range(6)]
    for desk in desks:
        desk.choose(1)
        desk.check()
    site = signed_in(desks[0].person)
    with few_queries("home"):
        page = site.get(reverse("wizard:home")).content.decode()
    assert all(desk.org.name in page for desk in desks)
