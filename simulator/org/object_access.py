"""Who may read the package's objects: rows of ObjectPermissions, worked out when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.ids import to18
from simulator.org.rows import Record
from simulator.org.state import OrgState
from simulator.schema.package_tables import PACKAGED_TYPES
from simulator.schema.types import NAMESPACE

_ALL = ("Read", "Create", "Edit", "Delete", "ViewAllRecords", "ModifyAllRecords")
# As retrieved: the Connector set reads, the two others may do everything (mcc-journey, fact 6).
_OF_PACKAGED_SETS = {
    "ExactTarget_Integration": ("Read",),
    "ExactTarget_Integration_Admin": _ALL,
    "Marketing_Cloud_System_User": _ALL,
}


def object_permissions(org: OrgState) -> Iterator[Record]:
    """A row for each permission set (profiles own some) and each object that it lets people read."""
    if not org.package_installed:
        return
    for each in org.rows("PermissionSet"):
        granted = access_by(org, each)
        for number, kind in enumerate(PACKAGED_TYPES if granted else ()):
            yield {
                "Id": to18(f"110{each['Id'][3:14]}{number}"),
                "ParentId": each["Id"],
                "SobjectType": kind.name,
                **{f"Permissions{name}": name in granted for name in _ALL},
            }


def access_by(org: OrgState, permission_set: Record) -> tuple[str, ...]:
    """What a permission set allows with the package's objects."""
    if permission_set.get("NamespacePrefix") == NAMESPACE:
        return _OF_PACKAGED_SETS.get(permission_set["Name"], ())
    if permission_set.get("PermissionsModifyAllData"):
        return _ALL
    if permission_set.get("PermissionsViewAllData"):
        return ("Read", "ViewAllRecords")
    of_people = permission_set.get("IsOwnedByProfile") and not permission_set.get("PermissionsApiUserOnly")
    return ("Read",) if of_people and org.switches.profiles_read_package else ()


def reads_package(org: OrgState, user_id: str) -> bool:
    """Whether one of the permission sets that somebody holds, by a profile too, lets them."""
    held = org.find("PermissionSetAssignment", AssigneeId=user_id)
    sets = (org.get(row.get("PermissionSetId")) for row in held if row.get("IsActive", True))
    return any(each is not None and "Read" in access_by(org, each) for each in sets)
