"""After a handover, where somebody wished it: a look once a day at whether it is all still right.

What is seen is kept beside the proof of the handover, which stays as it was.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from orgs.connections.client import client_for
from orgs.models import Connection, Org
from orgs.salesforce.errors import NeedsReconnecting, SalesforceError
from teams.models import User
from wizard.guides.base import Finding, Status, Step
from wizard.history.record import record_event
from wizard.jobs import runner
from wizard.live import publish
from wizard.models import Setup
from wizard.state import api_usage, snapshots
from wizard.state.overview import inputs_of

logger = logging.getLogger(__name__)

EVERY = timedelta(hours=23)  # looked for hourly, so once a day
WATCHED = Q(finished_at__isnull=False, keep_watching=True)
DRIFTED = Q(finished_at__isnull=False) & ~Q(drifted=[])


def due(now: datetime) -> list[Any]:
    """Ids of the setups whose turn it is."""
    return list(_turn(now).values_list("pk", flat=True))


def _turn(now: datetime) -> Any:
    return Setup.objects.filter(
        WATCHED,
        Q(drift_checked_at=None) | Q(drift_checked_at__lte=now - EVERY),
        org__connection__state=Connection.State.CONNECTED,
    )


def check_drift(setup_id: Any) -> bool:
    """Take this setup's turn and read the org once. False: not its turn, or nothing could be read."""
    now = timezone.now()
    if not _turn(now).filter(pk=setup_id).update(drift_checked_at=now):
        return False
    setup = Setup.objects.select_related("org", "org__connection").get(pk=setup_id)
    if api_usage.is_spent(setup.org.connection):
        return False  # what is left is for people's own work
    try:
        with client_for(setup.org) as client:
            snapshot = runner.read_only(client, setup)
    except NeedsReconnecting as lost:
        if not Connection.objects.get(org=setup.org_id).is_connected:  # a lost key may be found again
            record_event(setup, "watch_stopped")
        logger.warning("looking after %s: %s", setup.pk, lost.code)
        return False
    except SalesforceError as error:
        logger.warning("looking after %s: %s", setup.pk, error.code)  # the next day comes
        return False
    _keep(setup, snapshot)
    return True


def cut_off() -> Q:
    """Setups that were to be watched, and can't be until somebody signs in to their org again."""
    return WATCHED & Q(org__connection__state=Connection.State.NEEDS_RECONNECTING)


def resume_monitoring(org: Org, person: User) -> bool:
    """After a new sign-in, where nothing else is under way: the next look is the next hour's."""
    if Setup.objects.filter(org=org, finished_at=None).exists():
        return False
    watched = Setup.objects.filter(WATCHED, org=org)
    for setup in watched:
        record_event(setup, "reconnected", actor=person)
    return bool(watched.update(drift_checked_at=None))


def _keep(setup: Setup, snapshot: Any) -> None:
    """Tell what has changed since the last look, each once."""
    inputs = inputs_of(setup)
    with transaction.atomic():
        locked = Setup.objects.select_for_update().get(pk=setup.pk)
        if not (locked.finished and locked.keep_watching):
            return  # opened again, or disconnected, while we read
        known = set(locked.drifted)
        right = {
            state.step: state.get_finding() for state in setup.step_states.filter(finding__status="done")
        }
        now = {step.key: step.check(snapshot, inputs) for step in _judged(setup, right) if step.check}
        drifted = {key for key, finding in now.items() if _is_wrong(finding, key in known)}
        for step in setup.guide.steps():
            if (step.key in drifted) != (step.key in known):
                record_event(
                    setup,
                    "drifted" if step.key in drifted else "mended",
                    step=step.key,
                    title=step.title.to_json(),
                    before=snapshots.value_of(then) if (then := right.get(step.key)) else None,
                    after=snapshots.value_of(now[step.key]),
                )
        locked.drifted = [step.key for step in setup.guide.steps() if step.key in drifted]
        locked.drift_read_at = timezone.now()
        locked.save(update_fields=["drifted", "drift_read_at"])
    publish.notify_changed(setup.pk)


def _judged(setup: Setup, right: Mapping[str, Any]) -> Iterable[Step[Any, Any]]:
    """What was right at the handover; the first stage is about how to begin."""
    return [step for stage in setup.guide.work for step in stage.steps if step.key in right]


def _is_wrong(finding: Finding, was: bool) -> bool:
    """What can't be read says nothing: it stays as it was."""
    return was if finding.status is Status.CANNOT_CHECK else finding.status is not Status.DONE
