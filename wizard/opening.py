"""An org's open setup: begun at a sign-in to the org, or by a button; and its first jobs."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from orgs.models import Org
from teams.models import User
from wizard import aftercare, guides, jobs
from wizard.forms import initial_inputs
from wizard.models import Job, Setup, log


def after_sign_in(sender: Any, *, org: Org, person: User, again: bool = False, **_more: Any) -> None:
    """The org's open setup, or a new one; its facts are being read when its page is first seen.

    `again`: the sign-in was asked for by an org that we know, so it begins nothing where a setup
    that is handed over is watched: the watching goes on.
    """
    if again and aftercare.go_on(org, person):
        return
    setup, is_new = open_setup(org, person)
    if not is_new:
        log(setup, "reconnected", actor=person)
    begin_reading(setup, person)


def begin_reading(setup: Setup, person: User) -> None:
    """What follows a sign-in: look at every line, and list the org's people once."""
    jobs.start(setup, Job.Kind.CHECK, actor=person)
    if not setup.org.people.exists():
        jobs.start(setup, Job.Kind.PEOPLE, actor=person)


def open_setup(org: Org, person: User) -> tuple[Setup, bool]:
    """The setup under way in this org, else a new one; and whether it is new."""
    key = next(iter(guides.GUIDES))
    for _attempt in range(2):
        setup = Setup.objects.filter(org=org, guide_key=key, finished_at=None).first()
        if setup:
            return setup, False
        try:
            with transaction.atomic():
                setup = Setup.objects.create(
                    org=org, guide_key=key, started_by=person, inputs=initial_inputs(guides.get(key))
                )
                log(setup, "setup_started", actor=person)
            return setup, True
        except IntegrityError:
            continue  # somebody else opened it in the same moment: take theirs
    return Setup.objects.get(org=org, guide_key=key, finished_at=None), False
