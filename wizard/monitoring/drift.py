"""After a handover, where somebody wished it: a look once a day at whether it is all still right.

What is seen is kept beside the proof of the handover, which stays as it was.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from celery import current_app
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError

from orgs.connections.client import client_for
from orgs.models import Connection, Org
from orgs.salesforce.errors import NeedsReconnecting, OrgMoved, SalesforceError
from teams.models import User
from wizard.guides.base import AnyStep, Finding, Inputs, Snapshot, Status
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _
from wizard.history.notices import KNOWN
from wizard.history.record import record_event, record_sign_in
from wizard.jobs import runner
from wizard.live import publish
from wizard.models import UNDER_WAY, Setup
from wizard.monitoring import acknowledged
from wizard.state import api_usage, snapshots

logger = logging.getLogger(__name__)

EVERY = timedelta(hours=23)  # looked for hourly, so once a day
WATCHED = Q(finished_at__isnull=False, keep_watching=True)
DRIFTED = Q(finished_at__isnull=False) & ~Q(drifted=[])
REOPENED = Q(finished_at__isnull=True) & ~Q(drifted=[])  # for that, and it is not right yet


def due(now: datetime) -> list[UUID]:
    """Ids of the setups whose turn it is."""
    return list(_turn(now).values_list("pk", flat=True))


def _turn(now: datetime) -> QuerySet[Setup]:
    return Setup.objects.filter(
        WATCHED,
        Q(drift_checked_at=None) | Q(drift_checked_at__lte=now - EVERY),
        org__connection__state=Connection.State.CONNECTED,
    )


def check_drift(setup_id: UUID | str) -> bool:
    """Take this setup's turn and read the org once. False: not its turn, or nothing could be read."""
    now = timezone.now()
    if not _turn(now).filter(pk=setup_id).update(drift_checked_at=now):
        return False
    setup = Setup.objects.select_related("org", "org__connection").get(pk=setup_id)
    could_read = _look(setup)
    Setup.objects.filter(pk=setup_id).update(drift_ended_at=timezone.now())
    publish.notify_changed(setup.pk)
    return could_read


def _look(setup: Setup) -> bool:
    if api_usage.is_spent(setup.org.connection):
        return False  # what is left is for people's own work
    try:
        with client_for(setup.org) as client:
            seen = runner.read_only(client, setup, slow=True)
    except OrgMoved as moved:
        if not setup.org.moved_to:  # told once
            record_event(setup, "watch_moved", host=moved.message)
        return False
    except NeedsReconnecting as lost:
        if not Connection.objects.get(org=setup.org_id).is_connected:  # a lost key may be found again
            record_event(setup, "watch_stopped")
        logger.warning("looking after %s: %s", setup.pk, lost.code)
        return False
    except SalesforceError as error:
        logger.warning("looking after %s: %s", setup.pk, error.code)  # the next day comes
        return False
    _keep(setup, *seen)
    _tell_upgrade(setup, setup.guide.package_version(seen[0]))
    return True


def look_now(setup: Setup) -> bool:
    """Give a watched setup to a worker at once, because a person asks; False where nothing can be read."""
    watched = Setup.objects.filter(WATCHED, pk=setup.pk, org__connection__state=Connection.State.CONNECTED)
    if not watched.update(drift_checked_at=None, look_asked_at=timezone.now()):
        return False
    transaction.on_commit(partial(_send, str(setup.pk)))
    return True


def _send(setup_id: str) -> None:
    try:
        current_app.send_task("wizard.tasks.look_after_one", args=[setup_id], expires=600, retry=False)
    except OperationalError:
        logger.warning("broker away, %s is looked at within the hour", setup_id)


def cut_off() -> Q:
    """Setups that were to be watched, and can't be until somebody signs in to their org again."""
    lost = Q(org__connection__state=Connection.State.NEEDS_RECONNECTING) | ~Q(org__moved_to="")
    return WATCHED & lost


def resume_monitoring(org: Org, person: User, before: str = "") -> bool:
    """After a new sign-in, where nothing else is under way: the next look is the next hour's."""
    if Setup.objects.filter(UNDER_WAY, org=org).exists():
        return False
    watched = Setup.objects.filter(WATCHED, org=org)
    for setup in watched:
        record_sign_in(setup, person, before)
    return bool(watched.update(drift_checked_at=None))


def _keep(setup: Setup, snapshot: Snapshot, inputs: Inputs) -> None:
    """Tell what has changed since the last look, each once."""
    with transaction.atomic():
        locked = Setup.objects.select_for_update(no_key=True).get(pk=setup.pk)
        if not (locked.finished and locked.keep_watching):
            return  # opened again, or disconnected, while we read
        right = {
            state.step: Finding.from_json(state.finding)
            for state in setup.step_states.filter(finding__status="done")
        }
        judged = {step.key for step in _judged(setup, right)}
        seen = {key: each for key, each in setup.guide.look(snapshot, inputs).items() if key in judged}
        now = {key: _compared(each.finding, right[key]) for key, each in seen.items()}
        look = _Look(locked, now)
        since = locked.drift_read_at or locked.finished_at
        for step in setup.guide.steps():
            if look.is_news(step.key):
                record_event(
                    setup,
                    "drifted" if step.key in look.wrong else "mended",
                    step=step.key,
                    title=step.title.to_json(),
                    before=snapshots.value_of(then) if (then := right.get(step.key)) else None,
                    after=snapshots.value_of(now[step.key]),
                    by=snapshots.changed_by(seen[step.key].subject, since),
                    **look.how_known(step.key),
                )
        look.keep()


class _Look:
    """What one look found, beside what was known before it."""

    def __init__(self, setup: Setup, now: Mapping[str, Finding]) -> None:
        self._setup, self._now = setup, now
        self.known = acknowledged.still_known(setup, timezone.now().date())
        self._before = {*setup.drifted, *acknowledged.standing(setup.known_drift)}
        self.wrong = {key for key, finding in now.items() if _is_wrong(finding, key in self._before)}
        for key in self.wrong & set(self.known):
            if _tells(now[key]) and acknowledged.difference(now[key]) != self.known[key]["difference"]:
                del self.known[key]  # it is another one

    def is_news(self, key: str) -> bool:
        """Wrong since, or right again; or wrong in another way, or in one that nobody knows any more."""
        if key not in self.wrong or key not in self._before:
            return (key in self.wrong) != (key in self._before)
        if key in self._setup.known_drift:
            return key not in self.known
        was = Finding.from_json(self._setup.drift_findings.get(key))
        is_other = was and acknowledged.difference(was) != acknowledged.difference(self._now[key])
        return bool(is_other and _tells(self._now[key]))

    def how_known(self, key: str) -> dict[str, Any]:
        """What is known is history, and nobody's news."""
        return {KNOWN: True} if key in self.known else {}

    def keep(self) -> None:
        setup = self._setup
        wrong = [step.key for step in setup.guide.steps() if step.key in self.wrong]
        setup.drifted = [key for key in wrong if key not in self.known]
        setup.known_drift = {key: {**each, "stands": key in self.wrong} for key, each in self.known.items()}
        setup.drift_findings = {
            key: self._now[key].to_json() if _tells(self._now[key]) else setup.drift_findings.get(key)
            for key in wrong
        }
        setup.drift_read_at = timezone.now()
        setup.save(update_fields=["drifted", "known_drift", "drift_findings", "drift_read_at"])


def _tell_upgrade(setup: Setup, now: str | None) -> None:
    """Of the package: nothing is wrong by it, and it is the first thing to know when something is."""
    before = setup.org.known.get("package_version")
    if not now or now == before:
        return
    with transaction.atomic():
        org = Org.objects.select_for_update().get(pk=setup.org_id)
        org.known = {**org.known, "package_version": now, "package_version_unread": None}
        org.save(update_fields=["known"])
        if before:
            record_event(setup, "package_upgraded", before=before, after=now)


def _judged(setup: Setup, right: Mapping[str, object]) -> Iterable[AnyStep]:
    """What was right at the handover, and has to stay so."""
    return [step for step in setup.guide.steps() if step.watched and step.key in right]


def _compared(now: Finding, then: Finding | None) -> Finding:
    """What tells nothing by itself tells something by another stored value than that of the handover."""
    told = then.stored if then else ()
    if _tells(now) or not (now.stored and told) or now.stored == told:
        return now
    return Finding.to_do(
        "stored_otherwise",
        Text(_("The stored value is not that of the handover.")),
        now=now.now,
        must=now.must,
        stored=now.stored,
        remedy=now.remedy,
    )


def _is_wrong(finding: Finding, was: bool) -> bool:
    """What can't be read says nothing: it stays as it was."""
    return finding.status is not Status.DONE if _tells(finding) else was


def _tells(finding: Finding) -> bool:
    return finding.status is not Status.CANNOT_CHECK
