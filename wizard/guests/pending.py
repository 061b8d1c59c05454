"""Invitations whose stage the client has not done yet, in one SQL expression."""

from __future__ import annotations

from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from wizard.guides import registry
from wizard.guides.base import Status
from wizard.models import GuestInvitation, StepState


def still_waited_for() -> QuerySet[GuestInvitation]:
    """Open invitations with a line of their stage that is not done."""
    done = StepState.objects.filter(_done(), setup=OuterRef("setup")).annotate(stage=_stage_of_step())
    counted = (
        done.filter(stage=OuterRef("stage")).order_by().values("stage").annotate(n=Count("pk")).values("n")
    )
    lines_done = Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    return GuestInvitation.objects.open().annotate(lines_done=lines_done).filter(lines_done__lt=_lines())


def _done() -> Q:
    """As `wizard.state.status.step_view` counts: a signature only where nothing could be read."""
    unread = Q(finding__isnull=True) | Q(finding__status=Status.CANNOT_CHECK.value)
    return Q(finding__status=Status.DONE.value) | (unread & Q(confirmed_at__isnull=False))


def _stage_of_step() -> Case:
    whens = [
        When(setup__guide_key=guide.key, step__in=[step.key for step in stage.steps], then=Value(stage.key))
        for guide, stage in _stages()
        if stage.steps
    ]
    return Case(*whens, default=Value(""), output_field=CharField())


def _lines() -> Case:
    """How many lines the invitation's stage has; one that no guide has (any more) is never waited for."""
    whens = [
        When(setup__guide_key=guide.key, stage=stage.key, then=Value(len(stage.steps)))
        for guide, stage in _stages()
    ]
    return Case(*whens, default=Value(0), output_field=IntegerField())


def _stages() -> list[tuple[Any, Any]]:
    return [(guide, stage) for guide in registry.GUIDES.values() for stage in guide.stages]
