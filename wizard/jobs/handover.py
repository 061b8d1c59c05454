"""Handing a setup over, on what was read a moment ago: it keeps its proof, and we give back the keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from orgs.connections import tokens
from orgs.models import Connection
from wizard.guides.changes import Stop
from wizard.history.record import record_event
from wizard.jobs import queue
from wizard.live import publish
from wizard.live.access import may_change
from wizard.models import Job, Setup
from wizard.state import status
from wizard.state.overview import overview_of
from wizard.state.status import StepView


class StepsRegressed(Exception):
    """Lines are open now that the person who hands over did not see open."""

    def __init__(self, lines: Sequence[StepView]) -> None:
        super().__init__(", ".join(view.step.key for view in lines))
        self.lines = lines

    def tell(self, job: Job) -> None:
        for view in self.lines:
            record_event(job.setup, "line_fell", job=job, step=view.step.key, title=view.step.title.to_json())


def open_lines(overview: status.Overview) -> list[StepView]:
    """The lines that are not done, in the page's order."""
    return [view for stage in overview.stages for view in stage.steps if not view.done]


def hand_over(job: Job) -> None:
    """End the job and the setup together, unless a line fell that its person did not see open."""
    with transaction.atomic():
        setup = Setup.objects.select_for_update(of=("self",)).select_related("org__connection")
        now = setup.get(pk=job.setup_id)
        if now.finished or queue.stop_requested(job) or not _still_wanted(job):
            raise Stop
        fell = [view for view in open_lines(overview_of(now)) if view.step.key not in job.approved]
        if fell:
            raise StepsRegressed(fell)
        queue.finish(job, Job.State.DONE)
        finish_setup(now, job.requested_by)


def _still_wanted(job: Job) -> bool:
    """Whoever asked for it may still do it."""
    return job.requested_by_id is None or may_change(job.requested_by_id, job.setup)


def finish_setup(setup: Setup, actor: Any) -> None:
    """The keys stay where somebody wished to watch on, or while another setup of the org needs them."""
    with transaction.atomic():
        setup.finished_at, setup.finished_by = timezone.now(), actor
        # Somebody may have disconnected since the last read, and that ended the wish to watch.
        ended = Connection.objects.select_for_update().get(org=setup.org_id).state == Connection.State.REVOKED
        setup.keep_watching = setup.keep_watching and not ended
        setup.save(update_fields=["finished_at", "finished_by", "keep_watching"])
        record_event(setup, "finished", actor=actor)
        if setup.keep_watching:
            record_event(setup, "watching_kept", actor=actor)
        elif not _needed_elsewhere(setup):
            tokens.disconnect(setup.org.connection, actor)
        publish.notify_changed(setup.id)


def _needed_elsewhere(setup: Setup) -> bool:
    others = Setup.objects.filter(org_id=setup.org_id).exclude(pk=setup.pk)
    return others.filter(Q(finished_at=None) | Q(keep_watching=True)).exists()


def reopen(setup: Setup, actor: Any) -> None:
    """Once, however often it is pressed. Raises `IntegrityError` if a newer setup is open in the org."""
    with transaction.atomic():
        handed_over = Setup.objects.filter(pk=setup.pk, finished_at__isnull=False)
        watched = {"keep_watching": False, "drifted": [], "drift_checked_at": None, "drift_read_at": None}
        if handed_over.update(finished_at=None, finished_by=None, **watched):
            record_event(setup, "reopened", actor=actor)
            publish.notify_changed(setup.id)
