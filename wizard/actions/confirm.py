"""A signature: that something was done which nothing can read."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from teams.access import Action
from teams.acting.acts import NotDone, act
from teams.models import User
from wizard.actions.refusing import check_theirs, refuse_finished
from wizard.history.record import record_event
from wizard.live import publish
from wizard.messages.render import plain
from wizard.models import Setup, StepState
from wizard.state import snapshots
from wizard.state.context import context_of
from wizard.state.status import StepView


@act(Action.CHANGE, guests=True)
def confirm(setup: Setup, person: User, step_key: str, *, sure: bool) -> StepView:
    """Sign the line; `sure`: the person said so. The line as it was."""
    view = _line(setup, person, step_key)
    if not sure:
        raise NotDone("not_confirmed")
    if not view.confirmed_at:
        _sign(setup, person, view)
    return view


@act(Action.CHANGE, guests=True)
@transaction.atomic
def unconfirm(setup: Setup, person: User, step_key: str) -> StepView:
    """Take the signature back, whoever gave it."""
    view = _line(setup, person, step_key)
    if view.confirmed_at:
        _keep(setup, view, None)
        record_event(setup, "unconfirmed", actor=person, step=step_key, title=plain(view.step.title))
        _tell(setup)
    return view


def _line(setup: Setup, person: User, step_key: str) -> StepView:
    stages = context_of(setup).overview.stages
    pairs = ((stage, view) for stage in stages for view in stage.steps if view.step.key == step_key)
    found = next(pairs, None)
    if found is None:
        raise Http404
    stage, view = found
    check_theirs(setup, person, stage.stage.key)
    refuse_finished(setup)
    if not view.can_confirm:
        raise NotDone("read_by_us")
    return view


@transaction.atomic
def _sign(setup: Setup, person: User, view: StepView) -> None:
    _keep(setup, view, person)
    finding, title = view.finding, plain(view.step.title)
    if finding and finding.signable:
        record_event(
            setup,
            "signed_for",
            actor=person,
            step=view.step.key,
            title=title,
            says=finding.sentence.to_json(),
            names=", ".join(each if isinstance(each, str) else each.plain() for each in finding.details),
        )
    else:
        record_event(setup, "confirmed", actor=person, step=view.step.key, title=title)
    _tell(setup)


def _keep(setup: Setup, view: StepView, person: User | None) -> None:
    # A check that ends now must not overwrite us.
    Setup.objects.select_for_update(no_key=True).get(pk=setup.pk)
    StepState.objects.update_or_create(
        setup=setup,
        step=view.step.key,
        defaults={
            "confirmed_by": person,
            "confirmed_name": person.name if person else "",
            "confirmed_at": timezone.now() if person else None,
        },
    )


def _tell(setup: Setup) -> None:
    snapshots.keep_standing(setup)
    publish.notify_changed(setup.id)
