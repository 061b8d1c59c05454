"""Which rules belong to which object."""

from __future__ import annotations

from simulator.objects.access import SeatRules, SetupEntityAccessRules
from simulator.objects.base import Rules
from simulator.objects.people import UserRules
from simulator.objects.permission_sets import AssignmentRules, PermissionSetRules

_NONE = Rules()
_RULES: dict[str, Rules] = {
    "User": UserRules(),
    "PermissionSet": PermissionSetRules(),
    "PermissionSetAssignment": AssignmentRules(),
    "SetupEntityAccess": SetupEntityAccessRules(),
    "UserPackageLicense": SeatRules(),
}


def rules_for(sobject: str) -> Rules:
    return _RULES.get(sobject, _NONE)
