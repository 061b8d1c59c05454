"""Which rows of an object a user can see at all."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.org.object_access import object_permissions
from simulator.org.rights import has_right, rights_of
from simulator.org.rows import Record
from simulator.org.security import security_settings, verifications
from simulator.org.state import OrgState
from simulator.schema.notation import PERMISSIONS
from simulator.schema.types import ObjectType

# Object: the field that says whose row it is, and the rights that show everybody's (section 6).
_OWN_ROWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "LoginHistory": ("UserId", ("ManageUsers", "MonitorLoginHistory")),
    "OauthToken": ("UserId", ("CustomizeApplication",)),
    "AuthSession": ("UsersId", ("ManageUsers",)),
    "et4ae5__Configuration__c": ("OwnerId", ("ViewAllData",)),  # organisation-wide default: Private
    "et4ae5__Business_Unit__c": ("OwnerId", ("ViewAllData",)),
}


def visible_rows(org: OrgState, kind: ObjectType, user_id: str, rows: Iterable[Record]) -> Iterable[Record]:
    if kind.name == "UserPermissionAccess":
        return [_permission_access(org, user_id)]
    if kind.name == "AppMenuItem":
        return [row | {"IsAccessible": may_use(org, row, user_id)} for row in rows]
    if kind.name == "SecuritySettings":
        return [security_settings(org)]
    if kind.name == "VerificationHistory":
        return verifications(org, rows)
    if kind.name == "ObjectPermissions":
        return object_permissions(org)
    own = _OWN_ROWS.get(kind.name)
    shared = kind.packaged and not org.switches.package_rows_private
    if own is None or shared or has_right(org, user_id, *own[1]):
        return rows
    return [row for row in rows if row.get(own[0]) == user_id]


def may_use(org: OrgState, item: Record, user_id: str) -> bool:
    """`IsAccessible`: the current user is authorised to use the app behind the menu item (section 1c)."""
    app = org.get(item.get("ApplicationId"))
    if app is None or not app.get("OptionsAllowAdminApprovedUsersOnly"):
        return True
    granted = {row["ParentId"] for row in org.find("SetupEntityAccess", SetupEntityId=app["Id"])}
    held = org.find("PermissionSetAssignment", AssigneeId=user_id)
    return any(row.get("PermissionSetId") in granted for row in held)


def _permission_access(org: OrgState, user_id: str) -> Record:
    """The one row of UserPermissionAccess: what the caller may do now. It has no id to keep."""
    granted = rights_of(org, user_id)
    return {"Id": "000000000000000AAA"} | {"Permissions" + name: name in granted for name in PERMISSIONS}
