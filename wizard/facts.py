"""What we saw in the org, stored with the setup: snapshot in, findings out. No calls to Salesforce."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from orgs.models import OrgUser
from wizard.guides.base import Change
from wizard.models import Setup, StepState


def inputs_of(setup: Setup) -> Any:
    """The setup's inputs, typed by its guide, with the names of the people they speak of."""
    ours = {"_started_at": setup.created_at.isoformat(), "_names": names_of(setup)}
    return setup.guide.parse_inputs({**setup.inputs, **ours})


def names_of(setup: Setup) -> dict[str, str]:
    """User id -> "Name (username)" of the people whom the inputs speak of, from our directory."""
    cached: dict[str, str] | None = getattr(setup, "_names", None)
    if cached is None:
        ids = [*setup.inputs.get("people", ()), setup.inputs.get("connection_user", "")]
        people = OrgUser.objects.filter(org_id=setup.org_id, user_id__in=[i for i in ids if i])
        cached = {person.user_id: str(person) for person in people.only("user_id", "name", "username")}
        setup._names = cached  # type: ignore[attr-defined]  # for this request or job only
    return cached


def forget_names(setup: Setup) -> None:
    setup.__dict__.pop("_names", None)


def snapshot_of(setup: Setup) -> Any:
    """The last snapshot, typed by the guide; `None` before the first read."""
    cached = setup.__dict__.get("_loaded")
    if cached is None or cached[0] is not setup.snapshot:
        cached = (setup.snapshot, setup.guide.load(setup.snapshot) if setup.snapshot else None)
        setup.__dict__["_loaded"] = cached
    return cached[1]


def store(setup: Setup, fresh: Any, parts: Collection[str] | None) -> Any:
    """Lay what was just read over what we knew, check it, and keep both; gives the merged snapshot.

    `parts` are the parts that were read (`None`: all). Only steps that look at one of them
    are checked again, so a partial read can't make an old fact look fresh.
    """
    with transaction.atomic():
        locked = Setup.objects.select_for_update().get(pk=setup.pk)
        guide = setup.guide
        merged = guide.merge(guide.load(locked.snapshot) if locked.snapshot else None, fresh)
        setup.snapshot = locked.snapshot = guide.dump(merged)
        fields = ["snapshot"]
        if parts is None:
            setup.snapshot_at = locked.snapshot_at = timezone.now()
            fields.append("snapshot_at")
        locked.save(update_fields=fields)
        setup.inputs = locked.inputs
        _check(setup, merged, inputs_of(setup), parts)
    return merged


def check_again(setup: Setup) -> None:
    """After an input changed: what the same snapshot says now."""
    snapshot = snapshot_of(setup)
    if snapshot is not None:
        with transaction.atomic():
            _check(setup, snapshot, inputs_of(setup), None)


def _check(setup: Setup, snapshot: Any, inputs: Any, parts: Collection[str] | None) -> None:
    now = timezone.now()
    states = []
    for step in setup.guide.steps():
        if step.check is None or (parts is not None and not step.reads & set(parts)):
            continue
        finding = step.check(snapshot, inputs)
        states.append(StepState(setup=setup, step=step.key, finding=finding.to_json(), checked_at=now))
    StepState.objects.bulk_create(
        states,
        update_conflicts=True,
        unique_fields=["setup", "step"],
        update_fields=["finding", "checked_at"],
    )


def plan(setup: Setup, snapshot: Any, stages: Iterable[str]) -> list[Change]:
    """Every change that these stages need, in order, each once."""
    inputs = inputs_of(setup)
    changes: dict[str, Change] = {}
    for key in stages:
        for step in setup.guide.stage(key).steps:
            if step.plan is not None:
                for change in step.plan(snapshot, inputs):
                    changes.setdefault(change.key, change)
    return list(changes.values())


def parts_read_by(setup: Setup, stages: Iterable[str]) -> frozenset[str]:
    """The parts that the steps with a plan in these stages look at: what a read-back needs."""
    return frozenset(
        part
        for key in stages
        for step in setup.guide.stage(key).steps
        if step.plan is not None
        for part in step.reads
    )


def known_of(setup: Setup) -> Mapping[str, Any]:
    """What discovery kept for the org, and how much of its API allowance is used."""
    connection = setup.org.connection
    usage = {"used": connection.api_used, "limit": connection.api_limit}
    return {**setup.org.known, **setup.org.assumptions, "usage": usage, "is_sandbox": setup.org.is_sandbox}
