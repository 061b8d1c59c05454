"""What we did in an org, as recorded: outcomes in and out of events, and what an undo takes back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from wizard.guides.changes import Change, Outcome
from wizard.models import Event, Setup


def outcome_to_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "change": outcome.change.to_json(),
        "ok": outcome.ok,
        "created": outcome.created,
        "record_id": outcome.record_id,
        "error_code": outcome.error_code,
        "error_message": outcome.error_message,
    }


def summarise(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """One row for each group of outcomes that had the same result, for the log on the page."""
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for outcome in outcomes:
        change = outcome.change
        result = "refused" if not outcome.ok else ("made" if outcome.created else "there")
        row = rows.setdefault(
            (change.group or change.key, result, outcome.error_code or ""),
            {
                "kind": change.kind,
                "result": result,
                "count": 0,
                "what": change.what.to_json(),
                "group": change.group,
                "error_code": outcome.error_code or "",
            },
        )
        row["count"] += 1
    return list(rows.values())


def undo_plan(setup: Setup, stages: Iterable[str], snapshot: Any) -> list[Change]:
    """What takes back our changes of these stages, and, marked as idle, what has to stay."""
    standing = changes_still_in_org(setup)
    steps = {step.key for key in stages for step in setup.guide.stage(key).steps}
    done = [pair for pair in standing if pair[0].step in steps]
    return setup.guide.undo_plan(done, snapshot, standing)


def changes_still_in_org(setup: Setup) -> list[tuple[Change, str]]:
    """Changes that we made and have not taken back, with the ids of their rows, oldest first.

    A row that was there before us is not in it: it is not ours to remove.
    """
    made: dict[str, tuple[Change, str]] = {}
    events = Event.objects.filter(setup=setup, kind__in=("changed", "undone")).order_by("id")
    for event in events.only("kind", "changes"):
        for raw in event.changes:
            change = Change.from_json(raw["change"])
            if event.kind == "undone":
                if raw["ok"]:
                    made.pop(change.key.removeprefix("undo:"), None)
            elif raw["ok"] and raw["created"] and raw["record_id"]:
                made[change.key] = (change, raw["record_id"])
    return list(made.values())


def names_made(setup: Setup) -> frozenset[str]:
    """The API names of what we made in the org, and did not take back."""
    return frozenset(
        change.data["name"] for change, _ in changes_still_in_org(setup) if "name" in change.data
    )


def parts_to_watch(setup: Setup, stages: Iterable[str], old: datetime) -> frozenset[str]:
    """The parts that the steps of these stages look at that are not done, or were read before `old`."""
    fresh = setup.step_states.filter(finding__status="done", checked_at__gt=old)
    done = set(fresh.values_list("step", flat=True))
    return frozenset(
        part
        for key in stages
        for step in setup.guide.stage(key).steps
        if step.check is not None and step.key not in done
        for part in step.reads
    )
