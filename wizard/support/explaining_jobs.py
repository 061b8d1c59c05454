"""The jobs that say why a setup stands where it does: what runs, what failed, what lost its worker."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from functools import reduce
from operator import add
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import timezone

from wizard.guests.pending import LINE_DONE
from wizard.guides import registry
from wizard.guides.base import AnyGuide, AnyStage
from wizard.jobs import queue
from wizard.models import Job, StepState

NOT_TAKEN = timedelta(minutes=2)  # a queued job that no worker wanted for so long
GIVEN_UP = Q(error_code="INTERRUPTED")
WRITES = Q(kind__in=Job.WRITING)


def running() -> QuerySet[Job]:
    return Job.objects.filter(state__in=Job.ACTIVE)


def lost() -> QuerySet[Job]:
    """Jobs whose worker is gone, and that no other has taken yet."""
    now = timezone.now()
    silent = Q(heartbeat_at__lt=now - queue.STALE)
    again = Q(state=Job.State.QUEUED, attempts__gt=0)
    never = Q(state=Job.State.QUEUED, attempts=0, created_at__lt=now - NOT_TAKEN)
    taken_away = silent & (Q(state=Job.State.RUNNING) | again)
    return Job.objects.filter(taken_away | never, state__in=Job.ACTIVE).exclude(
        waiting_for=queue.OTHER_CHANGE
    )


def failed() -> QuerySet[Job]:
    """Failures that still tell something; of one setup the one that explains it first.

    One that writes does so until it was repeated, done by hand or undone: looking mends nothing, but
    it finds what was mended. One that reads, until it was repeated or anything was looked at.
    """
    later = Job.objects.filter(setup=OuterRef("setup"), created_at__gt=OuterRef("created_at"))
    read_again = later.filter(Q(kind=OuterRef("kind")) | Q(kind=Job.Kind.CHECK))
    repeated = later.filter(kind=OuterRef("kind"), stages__contains=OuterRef("stages"))
    other_way = later.filter(WRITES, state=Job.State.DONE, stages__contains=OuterRef("stages"))
    found = Job.objects.filter(state=Job.State.FAILED).annotate(lines_done=_lines_done(), lines=_lines())
    left = Q(kind=Job.Kind.APPLY, lines_done__lt=F("lines")) | Q(
        kind=Job.Kind.UNDO, lines_done__gt=0, put_right_at=None
    )
    told = (WRITES & left & ~Exists(repeated) & ~Exists(other_way)) | (~WRITES & ~Exists(read_again))
    rank = Case(When(GIVEN_UP, then=Value(0)), When(WRITES, then=Value(1)), default=Value(2))
    return found.filter(told).order_by(rank, "-created_at")


def first_of_each(jobs: Callable[[], QuerySet[Job]], setups: Collection[UUID]) -> dict[UUID, Job]:
    """By setup; where there are none the query is not even built, as that takes as long as asking."""
    told: dict[UUID, Job] = {}
    for job in jobs().filter(setup__in=setups).select_related("setup") if setups else ():
        told.setdefault(job.setup_id, job)
    return told


def _lines_done() -> Combinable:
    """How many lines of the job's stages, of those that we can put right, are right."""
    stages = ExpressionWrapper(OuterRef("stages"), JSONField())
    done = StepState.objects.filter(LINE_DONE, setup=OuterRef("setup"))
    theirs = done.annotate(of_stage=_stage_of_line(), stages=stages).filter(stages__contains=F("of_stage"))
    counted = theirs.order_by().values("setup").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _stage_of_line() -> Case:
    whens = [
        When(setup__guide_key=guide.key, step__in=lines, then=Value(stage.key, JSONField()))
        for guide, stage, lines in _automatic()
    ]
    return Case(*whens, default=Value(None, JSONField()), output_field=JSONField())


def _lines() -> Combinable:
    whens = [
        Case(
            When(setup__guide_key=guide.key, stages__contains=[stage.key], then=Value(len(lines))),
            default=Value(0),
            output_field=IntegerField(),
        )
        for guide, stage, lines in _automatic()
    ]
    return reduce(add, whens)


def _automatic() -> list[tuple[AnyGuide, AnyStage, list[str]]]:
    """The stages in which we can do something, with the lines that we can put right."""
    every = [(guide, stage) for guide in registry.GUIDES.values() for stage in guide.stages]
    found = [(guide, stage, [step.key for step in stage.steps if step.plan]) for guide, stage in every]
    return [each for each in found if each[2]]
