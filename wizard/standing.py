"""Where a setup stands, in one word: what the list of orgs is filtered and sorted by. Pure.

The word is kept with the setup (`wizard.facts.keep_standing`), because it follows from findings
and the guide, and 10,000 setups can't be derived for one page. What the database can tell at
once (handed over, signed out, a job that runs or failed) is not kept but asked (`wizard.listing`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wizard.status import Overview


class Standing(StrEnum):
    IN_PROGRESS = "in_progress"
    BY_HAND = "by_hand"  # only a person can do what comes next
    TO_CONFIRM = "to_confirm"  # only a signature is missing in the current stage
    READY = "ready"  # every line is done


@dataclass(frozen=True)
class Stand:
    standing: Standing
    stages_done: int
    next_stage: str


def of(overview: Overview) -> Stand:
    return Stand(_standing(overview), overview.done_count, overview.current.stage.key)


def _standing(overview: Overview) -> Standing:
    if overview.all_lines_done:
        return Standing.READY
    current = overview.current
    still_open = [step for step in current.steps if not step.done]
    if current is overview.stages[0] or not still_open:
        return Standing.IN_PROGRESS  # choices come first; nobody else is waited for
    if all(step.can_confirm for step in still_open):
        return Standing.TO_CONFIRM
    if not any(step.step.plan for step in still_open):
        return Standing.BY_HAND
    return Standing.IN_PROGRESS
