"""The three measurements. Each gives its figures in one sentence, and what is not as it must be."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from teams.models import Team, User
from tests.chaos.start import Place
from tests.scale.many import connected_setups, desk_of
from tests.signed_in import keep_secrets
from tests.wizard.harness import SetupHarness, make_harness
from wizard.jobs import bulk_check, queue
from wizard.models import Job, Setup
from wizard.stage import panel

MOST_MEMORY = 400 * 1024 * 1024
MOST_MS = 100.0
SIDE_BY_SIDE = 16
PEOPLE = 20_000
ASSIGNED = 1_000
WAIT_SECONDS = 900


@dataclass
class Result:
    text: str
    problems: list[str] = field(default_factory=list)


class Memory(threading.Thread):
    """Looks at a process's resident memory all the time, and keeps the highest."""

    def __init__(self, place: Place) -> None:
        super().__init__(daemon=True)
        self._place = place
        self._ended = threading.Event()
        self.first = self.most = place.machine.rss("worker")

    def run(self) -> None:
        while not self._ended.wait(0.5):
            self.most = max(self.most, self._place.machine.rss("worker"))

    def end(self) -> None:
        self._ended.set()
        self.join()


def somebody() -> tuple[Team, User]:
    person = User.objects.filter(is_demo=True, memberships__role="consultant").first()
    assert person is not None
    return Team.objects.get(members=person), person


def recheck(place: Place, count: int) -> Result:
    """One worker process reads so many orgs again."""
    team, person = somebody()
    setup_ids = connected_setups(place, team, person, count)
    place.road.keep = False
    place.road.calls = 0
    memory = Memory(place)
    memory.start()
    started = time.monotonic()
    queued = bulk_check.check_all(timezone.now() - timedelta(minutes=60))
    wait_until(lambda: not Job.objects.filter(setup__in=setup_ids, state__in=Job.ACTIVE).exists())
    seconds = time.monotonic() - started
    memory.end()
    place.road.keep = True
    done = Job.objects.filter(setup__in=setup_ids, state=Job.State.DONE).count()
    text = (
        f"{done} orgs re-checked in {seconds:.0f} s, {done * 60 / seconds:.0f} a minute, "
        f"{place.road.calls / max(count, 1):.2f} calls an org, each {place.road.delay[0] * 1000:.0f} ms; "
        f"worker memory {memory.first >> 20} MB before, {memory.most >> 20} MB at most"
    )
    problems = [f"{count - done} checks did not end well"] if done != count else []
    problems += [f"queued {queued} checks"] if queued < count else []
    problems += ["the worker grew too large"] if memory.most > MOST_MEMORY else []
    read = Setup.objects.filter(pk__in=setup_ids, snapshot_at__isnull=False).count()
    problems += [f"only {read} setups have fresh facts"] if read != count else []
    return Result(text, problems)


def apply(place: Place) -> Result:
    """Applies in many orgs at once, and everybody presses twice."""
    team, person = somebody()
    desks = [desk_of(place, each, person) for each in connected_setups(place, team, person, SIDE_BY_SIDE)]
    started = time.monotonic()
    for desk in desks:
        desk.choose(3)
        desk.queue("check")
    wait_until(lambda: not Job.objects.filter(org__in=[d.org for d in desks], state__in=Job.ACTIVE).exists())
    for desk in desks:
        desk.reload()
        plan = desk.plan(*STAGES)
        for _press in range(2):  # at once: a second press after the end is another, empty job
            queue.start(desk.setup, "apply", actor=person, stages=STAGES, approved=[c.key for c in plan])
    ids = [desk.setup.pk for desk in desks]
    wait_until(lambda: not Job.objects.filter(setup__in=ids, state__in=Job.ACTIVE).exists())
    ended_well = Job.objects.filter(setup__in=ids, kind="apply", state="done")
    done = ended_well.values("setup").distinct().count()
    overlaps, most = place.road.overlaps(), place.road.most_at_once()
    problems = [f"{overlaps} writes to one org overlapped"] if overlaps else []
    problems += [f"{done} of {SIDE_BY_SIDE} applies ended well"] if done != SIDE_BY_SIDE else []
    problems += ["the orgs waited for each other"] if most < 2 else []
    seconds = time.monotonic() - started
    text = f"{done} orgs in {seconds:.1f} s, up to {most} written to at once, {overlaps} overlaps in one org"
    return Result(text, problems)


STAGES = ["permission_set", "people", "app_access"]


def people(place: Place) -> Result:
    """One org with very many people: the pages, and assignments in batches."""
    team, person = somebody()
    desk = make_harness(place, team, person, "fresh", people=PEOPLE)
    started = time.monotonic()
    desk.queue("people")
    _wait_for(desk)
    read_in = time.monotonic() - started
    pages = _page_times(desk, person)
    slowest = max(pages.values())
    problems = [f"the people page takes {slowest:.0f} ms"] if slowest >= MOST_MS else []
    batches, told = _assignments(desk)
    problems += told
    shown = ", ".join(f"{name} {ms:.0f} ms" for name, ms in pages.items())
    return Result(f"{PEOPLE} people read in {read_in:.0f} s; pages (median): {shown}; {batches}", problems)


def _page_times(desk: SetupHarness, person: User, times: int = 25) -> dict[str, float]:
    """Server time of the page and its search, without the network: median of many, in ms."""
    settings.ALLOWED_HOSTS = ["testserver"]
    keep_secrets()
    client = Client()
    client.force_login(person, backend="teams.backends.Accounts")
    page, found = (reverse(f"wizard:{n}", args=[desk.setup.pk, "people"]) for n in ("choose", "results"))
    return {
        "page": _median_ms(client, page, times),
        "search for a common name": _median_ms(client, f"{found}?q=an", times),
        "search for one person": _median_ms(client, f"{found}?q={_somebody_in(desk)}", times),
        "search for nobody": _median_ms(client, f"{found}?q=zzzzqqqq", times),
    }


def _somebody_in(desk: SetupHarness) -> str:
    return str(desk.org.people.order_by("-name").values_list("username", flat=True)[0])


def _median_ms(client: Client, address: str, times: int) -> float:
    taken = []
    for _time in range(times):
        started = time.perf_counter()
        assert client.get(address).status_code == 200, address
        taken.append((time.perf_counter() - started) * 1000)
    return median(taken[1:])


def _assignments(desk: SetupHarness) -> tuple[str, list[str]]:
    """A thousand people: progress between the batches, and a stop that leaves whole batches."""
    desk.choose(ASSIGNED)
    desk.queue("check")
    _wait_for(desk)
    job = desk.approve()
    total, seen = len(job.approved), set()
    while (now := Job.objects.get(pk=job.pk)).active:
        seen.add(now.done_count)
        if now.done_count and not now.stop_requested_at:
            queue.request_stop(now, desk.person)
        time.sleep(0.02)
    problems = [] if now.state == "stopped" else [f"the stop was not honoured: {now.state}"]
    there = len(desk.assignments())
    if now.done_count >= total or not now.done_count:
        problems.append(f"{now.done_count} of {total} changes were made before the stop")
    second = desk.approve()
    while (now := Job.objects.get(pk=second.pk)).active:
        seen.add(now.done_count)
        time.sleep(0.02)
    problems += [] if now.state == "done" else [f"the rest ended as {now.state} {now.error_details}"]
    problems += [] if len(seen) > 3 else [f"progress was told {len(seen)} times only"]
    problems += _undone(desk)
    return (
        f"stopped after {there} of {ASSIGNED} people, then finished; {len(seen)} steps of progress",
        problems,
    )


def _undone(desk: SetupHarness) -> list[str]:
    desk.reload()
    offer = panel.undo_offer(*desk.at("handover"))
    return [] if len(offer.changes) >= ASSIGNED else [f"only {len(offer.changes)} changes can be undone"]


def _wait_for(desk: SetupHarness) -> None:
    wait_until(lambda: not desk.setup.jobs.filter(state__in=Job.ACTIVE).exists())
    failed = desk.setup.jobs.filter(state=Job.State.FAILED).first()
    assert failed is None, f"{failed.kind}: {failed.error_code} {failed.error_details}"


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not true():
        assert time.monotonic() < deadline, "the worker does not come to an end"
        time.sleep(0.1)
