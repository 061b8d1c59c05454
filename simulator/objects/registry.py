"""Which rules belong to which object."""

from __future__ import annotations

from simulator.objects.base import Rules
from simulator.objects.people import UserRules

_NONE = Rules()
_RULES: dict[str, Rules] = {"User": UserRules()}


def rules_for(sobject: str) -> Rules:
    return _RULES.get(sobject, _NONE)
