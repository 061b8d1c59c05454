"""What we did in an org, as recorded: outcomes in and out of events, and what an undo takes back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import F, Func, JSONField, Value

from wizard.guides.base import Snapshot
from wizard.guides.changes import Change, Outcome
from wizard.guides.text import Json
from wizard.models import Event, Setup


def outcome_to_json(outcome: Outcome) -> dict[str, Json]:
    return {
        "change": outcome.change.to_json(),
        "ok": outcome.ok,
        "created": outcome.created,
        "record_id": outcome.record_id,
        "error_code": outcome.error_code,
        "error_message": outcome.error_message,
    }


def summarise(outcomes: Sequence[Outcome]) -> list[dict[str, Json]]:
    """One row for each group of outcomes that had the same result, for the log on the page."""
    rows: dict[tuple[str, str, str], dict[str, Json]] = {}
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


def undo_plan(setup: Setup, stages: Iterable[str], snapshot: Snapshot) -> list[Change]:
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


def made_by_id(setup: Setup, kinds: Collection[str]) -> dict[str, dict[str, Json]]:
    """Id of each row that we made by such a change and have not taken back -> the change's data.

    Asked for with each reading of the org, so only these rows are taken out of the events.
    """
    made: dict[str, tuple[str, dict[str, Json]]] = {}
    for outcome in _outcomes_of(setup, kinds):
        change = outcome["change"]
        if "undoes" in change["data"]:
            if outcome["ok"]:
                made.pop(change["data"]["undoes"], None)
        elif outcome["ok"] and outcome["created"] and outcome["record_id"]:
            made[change["key"]] = (outcome["record_id"], change["data"])
    return dict(made.values())


def _outcomes_of(setup: Setup, kinds: Collection[str]) -> list[dict[str, Json]]:
    """Outcomes of changes of these kinds, and of those that take such a change back, oldest first."""
    wanted = [f'@.change.kind == "{kind}" || @.change.data.undoes_kind == "{kind}"' for kind in kinds]
    if not wanted:
        return []
    only = Func(
        F("changes"),
        Value(f"$[*] ? ({' || '.join(wanted)})"),
        template="jsonb_path_query_array(%(expressions)s::jsonpath)",
        output_field=JSONField(),
    )
    events = Event.objects.filter(setup=setup, kind__in=("changed", "undone")).order_by("id")
    return [
        outcome for found in events.annotate(only=only).values_list("only", flat=True) for outcome in found
    ]


def left_over(setup: Setup, stages: Iterable[str], snapshot: Snapshot) -> list[tuple[Change, int]]:
    """What an undo of these stages has left in the org, one change for each group with their number."""
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in undo_plan(setup, stages, snapshot):
        groups.setdefault((change.kind, change.group or change.key), []).append(change)
    return [(group[0], len(group)) for group in groups.values()]


def names_made(setup: Setup) -> frozenset[str]:
    """The API names of what we made in the org, and did not take back."""
    return frozenset(
        change.data["name"] for change, _ in changes_still_in_org(setup) if "name" in change.data
    )


def parts_to_watch(setup: Setup, stages: Iterable[str], old: datetime) -> frozenset[str]:
    """The parts that the steps of these stages look at that are not done, or were read before `old`.

    Those that are seldom read are not watched.
    """
    fresh = setup.step_states.filter(finding__status="done", checked_at__gt=old)
    done = set(fresh.values_list("step", flat=True))
    seldom = setup.guide.slow_parts - setup.guide.polled_parts
    return frozenset(
        part
        for key in stages
        for step in setup.guide.stage(key).steps
        if step.check is not None and step.key not in done
        for part in step.reads - seldom
    )
