"""`/metrics` for Prometheus, behind `METRICS_KEY`: numbers only, nobody's name, org or id.

https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config import process_heartbeats
from orgs.models import Connection, Revocation
from wizard.jobs.queue import STALE
from wizard.live.publish import AWAY
from wizard.models import Job

logger = logging.getLogger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metric(NamedTuple):
    name: str
    help: str
    kind: str
    values: dict[str, float]  # labels as they are written -> number


@require_safe
@never_cache
@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """With `Authorization: Bearer METRICS_KEY`; without a key in the settings there is no such page."""
    if not settings.METRICS_KEY:
        raise Http404
    expected = f"Bearer {settings.METRICS_KEY}"
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected.encode()):
        return HttpResponse("A key is needed.\n", status=401, headers={"WWW-Authenticate": "Bearer"})
    with suppress(*AWAY):
        process_heartbeats.hand_in_calls()  # this process's own: those of sign-ins
    return HttpResponse(exposition(measured()), content_type=CONTENT_TYPE)


def exposition(found: Iterator[Metric]) -> str:
    lines: list[str] = []
    for metric in found:
        name = f"connect_guide_{metric.name}"
        lines += [f"# HELP {name} {metric.help}", f"# TYPE {name} {metric.kind}"]
        lines += [f"{name}{{{labels}}} {value:g}" for labels, value in metric.values.items() if labels]
        lines += [f"{name} {value:g}" for labels, value in metric.values.items() if not labels]
    return "\n".join(lines) + "\n"


def measured() -> Iterator[Metric]:
    """What can be known now: who watches has to hear most of all while something is away."""
    up = {}
    for part, figures in (("database", _of_the_database), ("broker", _of_the_broker)):
        try:
            found = list(figures())
        except (DatabaseError, InterfaceError, *AWAY) as problem:
            logger.warning("No figures of the %s: %s", part, type(problem).__name__)
            found = []
        up[part] = float(bool(found))
        yield from found
    yield _gauge("up", "Whether this part has just told its figures.", "part", up)


def _of_the_database() -> Iterator[Metric]:
    yield from _jobs()
    found = dict(Connection.objects.values_list("state").annotate(Count("pk")))
    states = dict.fromkeys(Connection.State.values, 0) | found  # from zero: else the first ones are no rise
    yield _gauge(
        "connections", "Connections by state; needs_reconnecting waits for a person.", "state", states
    )
    waiting = Revocation.objects.filter(given_up_at=None).count()
    words = "Grants that Salesforce has to be told to end."
    yield Metric("revocations_waiting", words, "gauge", {"": waiting})
    given_up = Revocation.objects.exclude(given_up_at=None).count()
    words = "Grants that Salesforce never confirmed as ended; a person has to end them there."
    yield Metric("revocations_given_up", words, "gauge", {"": given_up})


def _of_the_broker() -> Iterator[Metric]:
    calls = {f'outcome="{name}"': float(number) for name, number in process_heartbeats.calls().items()}
    yield Metric("salesforce_calls_total", "Calls to Salesforce by outcome.", "counter", calls)
    words = "Seconds by which our clock is ahead of Salesforce's; 0 up to a minute."
    yield Metric("clock_ahead_seconds", words, "gauge", {"": process_heartbeats.clock_ahead()})
    streams = process_heartbeats.alive("stream").values()
    viewers = sum(each.get("viewers", 0) for each in streams)
    yield Metric("stream_viewers", "Open live pages.", "gauge", {"": viewers})
    processes = {part: float(len(process_heartbeats.alive(part))) for part in process_heartbeats.PARTS}
    yield _gauge("processes", "Processes heard of in the last 30 seconds.", "part", processes)


def _jobs() -> Iterator[Metric]:
    now = timezone.now()
    states = dict.fromkeys(Job.State.values, 0) | dict(Job.objects.values_list("state").annotate(Count("pk")))
    yield _gauge("jobs", "Jobs by state.", "state", states)
    oldest = Job.objects.filter(state=Job.State.QUEUED).aggregate(at=Min("created_at"))["at"]
    age = (now - oldest).total_seconds() if oldest else 0.0
    yield Metric("queue_age_seconds", "Age of the oldest job that nobody took.", "gauge", {"": age})
    silent = Job.objects.filter(state=Job.State.RUNNING, heartbeat_at__lt=now - STALE).count()
    yield Metric("jobs_stuck", "Running jobs whose worker went silent.", "gauge", {"": silent})


def _gauge(name: str, words: str, label: str, values: Mapping[str, float]) -> Metric:
    return Metric(name, words, "gauge", {f'{label}="{key}"': float(each) for key, each in values.items()})
