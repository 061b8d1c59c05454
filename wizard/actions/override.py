"""Going on before it is safe: a person's reason, kept in the history and told in the report."""

from __future__ import annotations

from django.db import transaction

from teams.access import Action
from teams.acting.acts import NotDone, act
from teams.models import User
from wizard.actions.refusing import find_stage, refuse_finished
from wizard.history.record import record_event
from wizard.live import publish
from wizard.models import Setup
from wizard.query_params import one_line
from wizard.state import snapshots
from wizard.state.context import context_of

LEAST, MOST = 10, 500  # characters of a reason


@act(Action.CHANGE)
def override(setup: Setup, person: User, stage_key: str, reason: str) -> None:
    """From now on the stage does not wait for those that the safe order has before it."""
    refuse_finished(setup)
    kept = one_line(reason, MOST)
    if not find_stage(context_of(setup), stage_key).guarded:
        raise NotDone("not_waiting")
    if len(kept) < LEAST:
        raise NotDone("reason_missing")
    _keep(setup, stage_key, kept, person)


@transaction.atomic
def _keep(setup: Setup, stage_key: str, reason: str, actor: User) -> None:
    locked = Setup.objects.select_for_update(no_key=True).get(pk=setup.pk)
    setup.overrides = locked.overrides = {**locked.overrides, stage_key: reason}
    locked.save(update_fields=["overrides"])
    title = setup.guide.stage(stage_key).title.to_json()
    record_event(setup, "overridden", actor=actor, stage=title, reason=reason)
    snapshots.keep_standing(setup)
    publish.notify_changed(setup.id)
