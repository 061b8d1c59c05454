"""Which rules belong to which object."""

from __future__ import annotations

from simulator.org.rules.app_access import SeatRules, SetupEntityAccessRules
from simulator.org.rules.base import Rules
from simulator.org.rules.permission_sets import AssignmentRules, PermissionSetRules
from simulator.org.rules.users import UserLoginRules, UserRules

_NONE = Rules()
_RULES: dict[str, Rules] = {
    "User": UserRules(),
    "UserLogin": UserLoginRules(),
    "PermissionSet": PermissionSetRules(),
    "PermissionSetAssignment": AssignmentRules(),
    "SetupEntityAccess": SetupEntityAccessRules(),
    "UserPackageLicense": SeatRules(),
}


def rules_for(sobject: str) -> Rules:
    return _RULES.get(sobject, _NONE)
