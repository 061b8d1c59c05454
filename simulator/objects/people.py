"""Users and what always comes with one: a UserLogin row and the profile's own permission set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.objects.base import Rules

if TYPE_CHECKING:
    from simulator.store import Org, Record

_DEFAULTS = {
    "IsActive": True,
    "UserType": "Standard",
    "LanguageLocaleKey": "en_US",
    "LocaleSidKey": "en_US",
    "TimeZoneSidKey": "America/Los_Angeles",
    "EmailEncodingKey": "UTF-8",
}


class UserRules(Rules):
    def added(self, org: Org, record: Record) -> None:
        for name, value in _DEFAULTS.items():
            record.setdefault(name, value)
        record.setdefault("Name", " ".join(filter(None, (record.get("FirstName"), record.get("LastName")))))
        org.add("UserLogin", UserId=record["Id"], IsFrozen=False, IsPasswordLocked=False)
        for owned in (
            org.find("PermissionSet", ProfileId=record.get("ProfileId")) if record.get("ProfileId") else ()
        ):
            org.add(
                "PermissionSetAssignment", AssigneeId=record["Id"], PermissionSetId=owned["Id"], IsActive=True
            )
