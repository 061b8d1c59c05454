from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import migrations


@dataclass
class _State:
    """A step's row as `wizard.status` wants it; a migration's models have no methods."""

    finding: dict[str, Any] | None
    checked_at: datetime | None
    confirmed_name: str
    confirmed_at: datetime | None

    def get_finding(self) -> Any:
        from wizard.guides.base import Finding

        return Finding.from_json(self.finding) if self.finding else None


def fill(apps: Any, schema_editor: Any) -> None:
    """Derive it once for setups that are there already. A later check keeps it by itself."""
    from wizard import guides, standing, status

    setups = apps.get_model("wizard", "Setup").objects.prefetch_related("step_states")
    for setup in setups.iterator(chunk_size=200):
        guide = guides.GUIDES.get(setup.guide_key)
        if guide is None:
            continue
        states = {
            row.step: _State(row.finding, row.checked_at, row.confirmed_name, row.confirmed_at)
            for row in setup.step_states.all()
        }
        snapshot = guide.load(setup.snapshot) if setup.snapshot else None
        order = guide.order(snapshot, guide.parse_inputs(setup.inputs))
        stand = standing.of(status.overview(guide, states, order=order))
        setup.standing = stand.standing.value
        setup.stages_done = stand.stages_done
        setup.next_stage = stand.next_stage
        setup.save(update_fields=["standing", "stages_done", "next_stage"])


class Migration(migrations.Migration):
    dependencies = [("wizard", "0002_standing")]

    # A migration of its own: PostgreSQL changes no table that still has updates to check.
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
