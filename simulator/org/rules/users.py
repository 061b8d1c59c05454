"""Users and what always comes with one: a UserLogin row and the profile's own permission set."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.org.rows import Record
from simulator.org.rules.base import Rules
from simulator.org.state import OrgState

_DEFAULTS = {
    "IsActive": True,
    "UserType": "Standard",
    "LanguageLocaleKey": "en_US",
    "LocaleSidKey": "en_US",
    "TimeZoneSidKey": "America/Los_Angeles",
    "EmailEncodingKey": "UTF-8",
}


class UserRules(Rules):
    def added(self, org: OrgState, record: Record) -> None:
        for name, value in _DEFAULTS.items():
            record.setdefault(name, value)
        record.setdefault("Name", _full_name(record))
        org.add("UserLogin", UserId=record["Id"], IsFrozen=False, IsPasswordLocked=False)
        _hold_own_set(org, record)

    def before_update(self, org: OrgState, record: Record, values: dict[str, object], actor_id: str) -> None:
        if {"FirstName", "LastName"} & set(values):
            values["Name"] = _full_name(record | values)

    def after_update(self, org: OrgState, record: Record, before: Record, actor_id: str) -> None:
        if record.get("ProfileId") == before.get("ProfileId"):
            return
        for row in org.find("PermissionSetAssignment", AssigneeId=record["Id"]):
            held = org.get(row.get("PermissionSetId"))
            if held is not None and held.get("IsOwnedByProfile"):
                org.remove(row["Id"])
        _hold_own_set(org, record)


class UserLoginRules(Rules):
    """A person who freezes somebody leaves an audit row; Salesforce's own containment does not (N3, N4)."""

    def after_update(self, org: OrgState, record: Record, before: Record, actor_id: str) -> None:
        action = org.switches.freeze_audit_action
        if not action or record.get("IsFrozen") == before.get("IsFrozen"):
            return
        done = ("", "Froze") if record["IsFrozen"] else ("un", "Unfroze")
        name = (org.get(record["UserId"]) or {}).get("Name", "")
        org.audit(done[0] + action, "Manage Users", f"{done[1]} user account for {name}", actor_id)


def _full_name(record: Mapping[str, str | None]) -> str:
    return " ".join(filter(None, (record.get("FirstName"), record.get("LastName"))))


def _hold_own_set(org: OrgState, record: Record) -> None:
    """Everyone holds the permission set that belongs to the profile."""
    if record.get("ProfileId"):
        for owned in org.find("PermissionSet", ProfileId=record["ProfileId"]):
            org.add("PermissionSetAssignment", AssigneeId=record["Id"], PermissionSetId=owned["Id"])
