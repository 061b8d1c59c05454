"""An org's open setup: begun at a sign-in to the org, or by a button; and its first jobs."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from orgs.models import Org
from teams.models import User
from wizard.guides import registry
from wizard.guides.defaults import initial_inputs
from wizard.history.record import record_event
from wizard.jobs import queue
from wizard.models import Job, Setup


def begin_reading(setup: Setup, person: User) -> None:
    """What follows a sign-in: look at every line, and list the org's people once."""
    queue.start(setup, Job.Kind.CHECK, actor=person)
    if not setup.org.people.exists():
        queue.start(setup, Job.Kind.SYNC_USERS, actor=person)


def open_setup(org: Org, person: User) -> tuple[Setup, bool]:
    """The setup under way in this org, else a new one; and whether it is new."""
    key = next(iter(registry.GUIDES))
    for _attempt in range(2):
        setup = Setup.objects.filter(org=org, guide_key=key, finished_at=None).first()
        if setup:
            return setup, False
        try:
            with transaction.atomic():
                setup = Setup.objects.create(
                    org=org, guide_key=key, started_by=person, inputs=initial_inputs(registry.get(key))
                )
                record_event(setup, "setup_started", actor=person)
            return setup, True
        except IntegrityError:
            continue  # somebody else opened it in the same moment: take theirs
    return Setup.objects.get(org=org, guide_key=key, finished_at=None), False
