"""Handing a setup over, on what was read a moment ago: it keeps its proof, and we give back the keys."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from orgs.connections import tokens
from orgs.models import Connection
from teams.access import may_change_setup
from teams.models import User
from wizard.guides.changes import Stop
from wizard.guides.text import Json
from wizard.history.record import record_event
from wizard.jobs import queue
from wizard.live import publish
from wizard.models import UNDER_WAY, Job, Setup
from wizard.state import status
from wizard.state.context import context_of
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
    """The lines that a stage waits for, in the page's order."""
    return [view for stage in overview.stages for view in stage.steps if view.open]


def hand_over(job: Job) -> None:
    """End the job and the setup together, unless a line fell that its person did not see open."""
    with transaction.atomic():
        setup = Setup.objects.select_for_update(of=("self",), no_key=True).select_related("org__connection")
        now = setup.get(pk=job.setup_id)
        if now.finished or queue.stop_requested(job) or not still_allowed(job):
            raise Stop
        fell = [view for view in open_lines(context_of(now).overview) if view.step.key not in job.approved]
        if fell:
            raise StepsRegressed(fell)
        queue.finish(job, Job.State.DONE)
        finish_setup(now, job.requested_by)


def still_allowed(job: Job) -> bool:
    """Whoever asked for it may still do it."""
    return job.requested_by_id is None or may_change_setup(
        job.requested_by_id, job.setup_id, job.setup.org.team_id
    )


def finish_setup(setup: Setup, actor: User | None) -> None:
    """The keys stay where somebody wished to watch on, or while another setup of the org needs them."""
    with transaction.atomic():
        setup.finished_at, setup.finished_by = timezone.now(), actor
        # Somebody may have disconnected since the last read, and that ended the wish to watch.
        ended = (
            Connection.objects.select_for_update(no_key=True).get(org=setup.org_id).state
            == Connection.State.REVOKED
        )
        setup.keep_watching = setup.keep_watching and not ended
        setup.drifted, setup.drift_findings = [], {}  # of a handover before this one
        kept = ("finished_at", "finished_by", "keep_watching", "drifted", "drift_findings")
        setup.save(update_fields=kept)
        record_event(setup, "finished", actor=actor, **_what_is_true(context_of(setup).overview))
        if setup.keep_watching:
            record_event(setup, "watching_kept", actor=actor)
        elif not needed_elsewhere(setup):
            tokens.disconnect(setup.org.connection, actor)
        publish.notify_changed(setup.id)


def _what_is_true(overview: status.Overview) -> dict[str, Json]:
    """For the report, which tells of it once the setup is open again."""
    views = [view for stage in overview.stages for view in stage.steps]
    return {
        "lines_done": sum(len(view.step.lines) for view in views if view.done),
        "lines_total": sum(len(view.step.lines) for view in views),
        "left_open": [view.step.key for view in views if view.open],
        "values": {view.step.key: found.to_json() for view in views if (found := view.now)},
    }


def needed_elsewhere(setup: Setup) -> bool:
    """Whether another setup of the org still works with its connection."""
    others = Setup.objects.filter(org_id=setup.org_id).exclude(pk=setup.pk)
    return others.filter(UNDER_WAY | Q(keep_watching=True)).exists()
