"""Putting a setup away that was begun by mistake, or that nobody needs in the lists; and taking it back."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from orgs.connections import tokens
from orgs.models import Connection
from teams.access import Action
from teams.acting.acts import NotDone, act
from teams.models import User
from wizard.history.record import record_event
from wizard.jobs import handover, queue
from wizard.live import publish
from wizard.models import NOT_WATCHED, Job, Setup


def ends_connection(setup: Setup) -> bool:
    """Whether we disconnect from the org too: no other setup needs our keys."""
    return setup.org.connection.state != Connection.State.REVOKED and not handover.needed_elsewhere(setup)


@act(Action.CHANGE)
def archive(setup: Setup, person: User, *, proved: bool) -> bool:
    """From now on no list, count or watch knows it. True if it was in them."""
    if ends_connection(setup) and not proved:
        raise NotDone("prove_yourself")
    with transaction.atomic():
        locked = Setup.objects.select_for_update(no_key=True).get(pk=setup.pk)
        active = list(setup.jobs.filter(state__in=Job.ACTIVE).select_related("setup", "requested_by"))
        if any(job.kind in Job.EXCLUSIVE_KINDS for job in active):
            raise NotDone("changes_running")
        if locked.archived_at:
            return False
        for job in active:
            queue.request_stop(job, person)
        if locked.keep_watching:
            record_event(setup, "watching_ended", actor=person)
        Setup.objects.filter(pk=setup.pk).update(
            archived_at=timezone.now(), watch_next_at=None, **NOT_WATCHED
        )
        record_event(setup, "archived", actor=person)
        if ends_connection(setup):
            tokens.disconnect(setup.org.connection, person)
        publish.notify_changed(setup.id)
    return True


@act(Action.CHANGE)
def unarchive(setup: Setup, person: User) -> None:
    """Back into the lists."""
    try:
        with transaction.atomic():
            if Setup.objects.filter(pk=setup.pk, archived_at__isnull=False).update(archived_at=None):
                record_event(setup, "unarchived", actor=person)
                publish.notify_changed(setup.id)
    except IntegrityError as taken:  # the database allows one open setup of a guide in an org
        raise NotDone("other_setup_open") from taken
