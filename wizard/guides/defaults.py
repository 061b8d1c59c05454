"""The choices that a new setup starts with."""

from __future__ import annotations

from wizard.guides import names
from wizard.guides.base import AnyGuide, InputKind


def initial_inputs(guide: AnyGuide) -> dict[str, object]:
    """What a new setup starts with: the guide's defaults, so that a plan can be shown at once."""
    values: dict[str, object] = {each.key: each.default for each in guide.inputs if each.default}
    for each in guide.inputs:
        if each.kind is InputKind.LABEL and each.default:
            values[each.name_key] = names.api_name(each.default)
    return values
