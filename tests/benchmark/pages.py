"""Database queries and bytes of every page, with a handful of events and, where that differs, with many."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from simulator.server import Stand
from tests.benchmark.figures import Figure, kilobytes
from tests.benchmark.people import desk
from tests.benchmark.size import Size
from tests.signed_in import keep_secrets
from tests.wizard.harness import SetupHarness
from wizard.models import Event, Job

BUDGET = "12 queries"
LINKED = re.compile(r'(?:<script[^>]* src|<link[^>]* href)="(/static/[^"]+)"')


class Cost(NamedTuple):
    """What one page costs."""

    queries: int
    size: int
    gzipped: int

    def __str__(self) -> str:
        return f"{self.queries} queries, {kilobytes(self.size)} ({kilobytes(self.gzipped)} gzipped)"


def measure(stand: Stand, size: Size) -> list[Figure]:
    here = desk(stand)
    for job in (here.check(), here.work(here.queue("people")), here.apply()):
        assert job.state == "done", job.error_code
    keep_secrets()
    browser = Client(headers={"host": "localhost"})
    browser.force_login(here.person)
    return [*_each_page(browser, here, size.events), *_first_view(browser, here)]


def _each_page(browser: Client, here: SetupHarness, events: int) -> Iterator[Figure]:
    first = max(_get(browser, path).queries for what, path in _pages(here) if what.startswith("Stage"))
    yield Figure("First opening of a stage by anybody", f"{first} queries", BUDGET)
    few = {what: _get(browser, path) for what, path in _pages(here)}
    _add_events(here, events)
    for what, path in _pages(here):
        one, other = few[what], _get(browser, path)
        measured = str(one) if (one.queries, one.size) == (other.queries, other.size) else f"{one}; {other}"
        yield Figure(what, measured, BUDGET)


def _pages(here: SetupHarness) -> Iterator[tuple[str, str]]:
    """What a person opens, and the fragment that the open page gets while they look."""
    setup = here.setup
    yield "Client orgs", reverse("wizard:home")
    yield "Connect an org", reverse("orgs:connect")
    for stage in setup.guide.stages:
        yield f"Stage: {stage.title.plain()}", reverse("wizard:stage", args=[setup.id, stage.key])
    yield "Live fragment of a stage", reverse("wizard:live", args=[setup.id, "people"])
    yield "Choose people", reverse("wizard:choose", args=[setup.id, "people"])
    yield "Report", reverse("wizard:report", args=[setup.id])
    yield "History", reverse("wizard:history", args=[setup.id])


def _get(browser: Client, path: str) -> Cost:
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return Cost(len(queries), len(answer.content), len(gzip.compress(answer.content, 6, mtime=0)))


def _add_events(here: SetupHarness, events: int) -> None:
    """Half of them of the job that the page shows, as after a very long apply."""
    job = Job.objects.filter(setup=here.setup, kind=Job.Kind.APPLY).latest("created_at")
    rows = [
        Event(
            setup=here.setup, job=job if count % 2 else None, kind="check_done", actor_name="Dana Whitfield"
        )
        for count in range(events)
    ]
    Event.objects.bulk_create(rows)


def _first_view(browser: Client, here: SetupHarness) -> Iterator[Figure]:
    """What a browser with an empty cache fetches for a stage's page."""
    page = browser.get(reverse("wizard:stage", args=[here.setup.id, "people"])).content
    sizes = [len(gzip.compress(page, 6, mtime=0))]
    linked = LINKED.findall(page.decode())
    assert len(linked) >= 4, linked
    for path in linked:
        answer = browser.get(path)
        assert answer.status_code == 200, path
        content = answer.getvalue()
        sizes.append(len(gzip.compress(content, 9, mtime=0)))
    measured = f"{len(sizes)} requests, {kilobytes(sum(sizes))} gzipped"
    yield Figure("First view of a stage: HTML, CSS, scripts, icon", measured)
