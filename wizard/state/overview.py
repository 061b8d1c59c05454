"""Where a setup stands: the one door for pages, jobs, lists and reports."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from wizard.models import Setup
from wizard.state import status
from wizard.state.status import Overview, State


def inputs_of(setup: Setup) -> Any:
    """The setup's inputs, typed by its guide, with the names of the people they speak of."""
    ours = {"_started_at": setup.created_at.isoformat(), "_names": setup.people_names}
    return setup.guide.parse_inputs({**setup.inputs, **ours})


def is_cut_off(setup: Setup) -> bool:
    """Whether nothing can be read in the org now: then the setup is a checklist that people sign."""
    return not setup.org.connection.is_connected


def overview_of(
    setup: Setup,
    states: Mapping[str, State] | None = None,
    *,
    busy: Collection[str] = (),
    snapshot: Any = None,
    inputs: Any = None,
) -> Overview:
    """Every line and stage now. `states` by step, `snapshot` and `inputs`: where they are known already;
    `busy`: keys of the steps that are being looked at."""
    known = states if states is not None else {state.step: state for state in setup.step_states.all()}
    seen = snapshot if snapshot is not None else setup.typed_snapshot
    return status.overview(
        setup.guide,
        known,
        busy=busy,
        finished=setup.finished,
        order=setup.guide.order(seen, inputs if inputs is not None else inputs_of(setup)),
        cut_off=is_cut_off(setup),
    )
