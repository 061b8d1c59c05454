"""What the calling user may do: from the profile and from assigned permission sets (section 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import ApiError
from simulator.schema import NAMESPACE, ObjectType
from simulator.spec import PERMISSIONS

if TYPE_CHECKING:
    from simulator.store import Org

# Any one of these is enough to write the object.
_WRITE_RIGHTS: dict[str, tuple[str, ...]] = {
    "PermissionSet": ("ManageProfilesPermissionsets",),
    "PermissionSetAssignment": ("AssignPermissionSets", "ManageUsers"),
    "SetupEntityAccess": ("ManageProfilesPermissionsets",),
    "UserPackageLicense": ("ManagePackageLicenses",),
    "User": ("ManageUsers",),
    "UserLogin": ("ManageUsers",),
}


def rights_of(org: Org, user_id: str) -> frozenset[str]:
    """The names (without "Permissions") of all the rights that this user has now."""
    user = org.get(user_id)
    if user is None:
        return frozenset()
    sources = [org.get(user.get("ProfileId"))]
    for row in org.find("PermissionSetAssignment", AssigneeId=user["Id"]):
        if row.get("IsActive", True):
            sources.append(org.get(row.get("PermissionSetId")))
    granted = {
        name for name in PERMISSIONS for source in sources if source and source.get("Permissions" + name)
    }
    if "ModifyAllData" in granted:
        granted.add("ViewAllData")
    return frozenset(granted)


def has_right(org: Org, user_id: str, *names: str) -> bool:
    """Whether the user has at least one of the named rights."""
    return not rights_of(org, user_id).isdisjoint(names)


def can_see(org: Org, kind: ObjectType, user_id: str) -> bool:
    if kind.packaged:
        return sees_package(org, user_id)
    return not kind.read_rights or has_right(org, user_id, *kind.read_rights)


def sees_package(org: Org, user_id: str) -> bool:
    """The packaged objects are readable through a packaged set, or with View All Data."""
    if has_right(org, user_id, "ViewAllData"):
        return True
    held = org.find("PermissionSetAssignment", AssigneeId=user_id)
    sets = (org.get(row.get("PermissionSetId")) for row in held)
    return any(each is not None and each.get("NamespacePrefix") == NAMESPACE for each in sets)


def check_write(org: Org, kind: ObjectType, user_id: str) -> None:
    wanted = _WRITE_RIGHTS.get(kind.name, ())
    if wanted and not has_right(org, user_id, *wanted):
        raise ApiError(
            "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", [], status=403
        )
