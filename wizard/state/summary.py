"""Where a setup stands, in one word: what the list of orgs is filtered and sorted by. Pure.

The word is kept with the setup (`wizard.state.snapshots.keep_standing`), because it follows from findings
and the guide, and 10,000 setups can't be derived for one page. What the database can tell at
once (handed over, signed out, a job that runs or failed) is not kept but asked (`wizard.support.setup_list`).
"""

from __future__ import annotations

from dataclasses import dataclass

from wizard.models import Summary
from wizard.state.status import Overview


@dataclass(frozen=True)
class SetupSummary:
    summary: Summary
    stages_done: int
    next_stage: str


def summarise(overview: Overview) -> SetupSummary:
    return SetupSummary(_summary(overview), overview.done_count, overview.urgent.stage.key)


def _summary(overview: Overview) -> Summary:
    if overview.alarms:
        return Summary.HARM
    if overview.all_lines_done:
        return Summary.READY
    current = overview.current
    still_open = [step for step in current.steps if step.open]
    if current is overview.preparation or not still_open:
        return Summary.IN_PROGRESS  # choices come first; nobody else is waited for
    if all(step.can_confirm for step in still_open):
        return Summary.TO_CONFIRM
    if not any(step.step.plan for step in still_open):
        return Summary.BY_HAND
    return Summary.IN_PROGRESS
