"""Invitations whose stages the client has not done yet, in one SQL expression."""

from __future__ import annotations

from functools import reduce
from operator import add

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Case,
    CharField,
    Count,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from wizard.guides import registry
from wizard.guides.base import AnyGuide, AnyStage, Status
from wizard.models import GuestInvitation, StepState

UNREAD = Q(finding__isnull=True) | Q(finding__status=Status.CANNOT_CHECK.value)
#: As `wizard.state.status.step_view` counts: a signature only where nothing could be read.
LINE_DONE = Q(finding__status=Status.DONE.value) | (UNREAD & Q(confirmed_at__isnull=False))


def still_waited_for() -> QuerySet[GuestInvitation]:
    """Open invitations with a line of their stages that is not done, or a sign-in that nobody made."""
    more = ExpressionWrapper(OuterRef("more_stages"), ArrayField(CharField()))
    done = StepState.objects.filter(LINE_DONE, setup=OuterRef("setup")).annotate(
        of_stage=_stage_of_step(), more=more
    )
    sent = done.filter(Q(of_stage=OuterRef("stage")) | Q(more__contains=[F("of_stage")]))
    counted = sent.order_by().values("setup").annotate(n=Count("pk")).values("n")
    lines_done = Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    found = GuestInvitation.objects.open().annotate(lines_done=lines_done)
    return found.filter(Q(lines_done__lt=_lines()) | Q(stage="", used_by=None))


def _stage_of_step() -> Case:
    whens = [
        When(setup__guide_key=guide.key, step__in=_lines_that_count(stage), then=Value(stage.key))
        for guide, stage in _stages()
        if stage.steps
    ]
    return Case(*whens, default=Value(""), output_field=CharField())


def _lines() -> Combinable:
    """How many lines the invitation's stages have; one that no guide has (any more) is never waited for."""
    return reduce(add, (_lines_of(guide, stage) for guide, stage in _stages()))


def _lines_of(guide: AnyGuide, stage: AnyStage) -> Combinable:
    sent = Q(stage=stage.key) | Q(more_stages__contains=[stage.key])
    then = When(sent, setup__guide_key=guide.key, then=Value(len(_lines_that_count(stage))))
    return Case(then, default=Value(0), output_field=IntegerField())


def _lines_that_count(stage: AnyStage) -> list[str]:
    """Nobody waits for what is only recommended, as no stage does."""
    return [step.key for step in stage.steps if not step.recommended]


def _stages() -> list[tuple[AnyGuide, AnyStage]]:
    return [(guide, stage) for guide in registry.GUIDES.values() for stage in guide.stages]
