"""Choices of the first stage: kept, checked again, and the org read with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db import transaction

from teams.access import Action
from teams.acting.acts import NotDone, act
from teams.models import User
from wizard.actions.refusing import check_theirs, find_stage, refuse_finished
from wizard.guides.text import Json
from wizard.history.record import record_event
from wizard.jobs import queue
from wizard.live import publish
from wizard.messages.render import plain
from wizard.models import Job, Setup
from wizard.stage import panel
from wizard.state import snapshots
from wizard.state.context import context_of

Edit = Callable[[Mapping[str, Json]], Mapping[str, Json]]


@act(Action.CHANGE, guests=True)
def choose(setup: Setup, person: User, edit: Edit) -> bool:
    """Keep what `edit` makes of the inputs as they are now, check again what it decides, and read
    the org with it. True if changed."""
    check_theirs(setup, person, setup.guide.preparation.key)
    refuse_finished(setup)
    return _keep(setup, person, edit)


def _keep(setup: Setup, person: User, edit: Edit) -> bool:
    with transaction.atomic():
        locked = Setup.objects.select_for_update(no_key=True).get(pk=setup.pk)
        changed = {
            key: value
            for key, value in edit(locked.inputs).items()
            # What was never filled in and what is empty now are the same choice.
            if (locked.inputs.get(key) or None) != (value or None)
        }
        if not changed:
            return False
        locked.inputs = setup.inputs = {**locked.inputs, **changed}
        locked.save(update_fields=["inputs"])
        labels = [plain(each.label) for each in setup.guide.inputs if each.key in changed]
        record_event(setup, "input_changed", actor=person, labels=", ".join(labels), keys=sorted(changed))
        snapshots.check_again(setup)
        publish.notify_changed(setup.id)
        if setup.org.connection.is_connected and not setup.finished:
            queue.start(setup, Job.Kind.CHECK, actor=person)
    return True


@act(Action.CHANGE, guests=True)
def choose_way(setup: Setup, person: User, stage_key: str, number: int | None, step_key: str = "") -> None:
    """Choose the way out with this number that the stage offers now, or one line of it."""
    check_theirs(setup, person, stage_key)
    refuse_finished(setup)
    stage = find_stage(context_of(setup), stage_key)
    offered = [way for _step, way in panel.ways_of(stage, step_key)]
    if number is None or not 0 <= number < len(offered):
        raise NotDone("not_offered")
    _keep(setup, person, lambda _inputs: offered[number].inputs)
