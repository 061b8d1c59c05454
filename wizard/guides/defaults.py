"""The choices that a new setup starts with."""

from __future__ import annotations

from typing import Any

from wizard.guides import names
from wizard.guides.base import Guide, InputKind


def initial_inputs(guide: Guide[Any, Any]) -> dict[str, Any]:
    """What a new setup starts with: the guide's defaults, so that a plan can be shown at once."""
    values: dict[str, Any] = {each.key: each.default for each in guide.inputs if each.default}
    for each in guide.inputs:
        if each.kind is InputKind.LABEL and each.default:
            values["set_name"] = names.api_name(each.default)
    return values
