"""Where a setup stands: the one door for pages, jobs, lists and reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orgs import directory
from wizard.guides.base import Finding
from wizard.guides.text import Text
from wizard.messages.events import JOB_TITLES
from wizard.models import Job, Setup, StepState
from wizard.state import status
from wizard.state.status import Overview


@dataclass(frozen=True)
class Context:
    """All that is known of a setup, gathered once for a request or a reading, and handed down.

    `snapshot` is None before the first read. Only the guide looks into it and into `inputs`.
    """

    setup: Setup
    snapshot: Any
    inputs: Any
    overview: Overview


def context_of(setup: Setup, jobs: Sequence[Job] = ()) -> Context:
    """From what is stored. `jobs` are those under way, where it matters which lines they look at."""
    states = {state.step: state for state in setup.step_states.all()}
    inputs = inputs_of(setup)
    snapshot = setup.guide.load(setup.snapshot) if setup.snapshot else None
    order = setup.guide.order(snapshot, inputs)
    findings = {step: Finding.from_json(state.finding) for step, state in states.items()}
    return Context(setup, snapshot, inputs, overview(setup, states, findings, order, jobs))


def names_of(setup: Setup) -> dict[str, str]:
    """User id -> "Name (username)" of the people whom the inputs speak of, from our directory."""
    return directory.names_of(setup.org_id, setup.guide.people_in(setup.inputs))


def inputs_of(setup: Setup) -> Any:
    """The setup's inputs, typed by its guide, with the names of the people they speak of."""
    ours = {"_started_at": setup.created_at.isoformat(), "_names": names_of(setup)}
    return setup.guide.parse_inputs({**setup.inputs, **ours})


def overview(
    setup: Setup,
    states: Mapping[str, StepState],
    findings: Mapping[str, Finding | None],
    order: tuple[str, ...],
    jobs: Sequence[Job] = (),
) -> Overview:
    """Every line and stage now, in the order that is safest in this org."""
    return status.overview(
        setup.guide,
        states,
        findings,
        order=order,
        finished=setup.finished,
        cut_off=not setup.org.connection.is_connected,  # then it is a checklist that people sign
        overridden=setup.overrides,
        busy=_busy_steps(setup, jobs),
        since=_found_since(setup),
        work=_work(setup, jobs),
    )


def _found_since(setup: Setup) -> dict[str, Finding]:
    """What a look after the handover found of the lines that are not right any more."""
    if not setup.finished:
        return {}
    found = {key: Finding.from_json(setup.drift_findings.get(key)) for key in setup.drifted}
    return {key: finding for key, finding in found.items() if finding}


def _busy_steps(setup: Setup, jobs: Sequence[Job]) -> set[str]:
    busy: set[str] = set()
    for job in jobs:
        if job.kind in (Job.Kind.CHECK, Job.Kind.HANDOVER):
            busy |= {step.key for step in setup.guide.steps() if step.check is not None}
        elif job.writing:
            stages = [setup.guide.stage(key) for key in job.stages]
            busy |= {step.key for stage in stages for step in stage.steps if step.plan is not None}
    return busy


def _work(setup: Setup, jobs: Sequence[Job]) -> dict[str, Text]:
    """What is done at each stage by a job, for the list of stages."""
    work: dict[str, Text] = {}
    for job in jobs:
        if job.kind == Job.Kind.HANDOVER:
            work[setup.guide.handover.key] = JOB_TITLES[job.kind]
        elif job.writing:
            work |= dict.fromkeys(job.stages, JOB_TITLES[job.kind])
    return work
