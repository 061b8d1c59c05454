"""What the calling user may do: from the profile and from assigned permission sets (section 11)."""

from __future__ import annotations

from dataclasses import replace

from simulator.errors import ApiError
from simulator.org.object_access import reads_package
from simulator.org.state import OrgState
from simulator.schema.notation import PERMISSIONS
from simulator.schema.types import NAMESPACE, ObjectType

# Any one of these is enough to write the object.
_WRITE_RIGHTS: dict[str, tuple[str, ...]] = {
    "PermissionSet": ("ManageProfilesPermissionsets",),
    "PermissionSetAssignment": ("AssignPermissionSets", "ManageUsers"),
    "SetupEntityAccess": ("ManageProfilesPermissionsets",),
    "UserPackageLicense": ("ManagePackageLicenses",),
    "User": ("ManageUsers",),
    "UserLogin": ("ManageUsers",),
    "AppMenuItem": ("CustomizeApplication",),
}
# What cartography saw missing for people of low privilege (section 1d).
_SETUP_FIELDS = frozenset({"optionsallowadminapprovedusersonly", "createddate", "lastmodifieddate"})
# The reference's text names fewer filterable fields than its property lists do (section 6).
_NOT_IN_THE_TEXT = frozenset({"sourceip", "logingeoid", "loginsubtype", "forwardedforip"})


def rights_of(org: OrgState, user_id: str) -> frozenset[str]:
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


def has_right(org: OrgState, user_id: str, *names: str) -> bool:
    """Whether the user has at least one of the named rights."""
    return not rights_of(org, user_id).isdisjoint(names)


def can_see(org: OrgState, kind: ObjectType, user_id: str) -> bool:
    if kind.packaged:
        return sees_package(org, user_id)
    if kind.name == "ConnectedApplication" and org.switches.connected_application_without_right != "hidden":
        return True
    wanted = (org.switches.audit_trail_right,) if kind.name == "SetupAuditTrail" else kind.read_rights
    return not wanted or has_right(org, user_id, *wanted)


def seen_as(org: OrgState, kind: ObjectType, user_id: str) -> ObjectType | None:
    """The object type as this user finds it; None for somebody who may not see it at all."""
    if not can_see(org, kind, user_id):
        return None
    if kind.name == "ConnectedApplication":
        return _app_as_seen(org, kind, user_id)
    if kind.name == "LoginHistory" and org.switches.login_history_strict_filters:
        return _without_filters(kind, _NOT_IN_THE_TEXT)
    return kind


def _app_as_seen(org: OrgState, kind: ObjectType, user_id: str) -> ObjectType:
    hidden = set() if org.switches.tooling_app_namespace else {"namespaceprefix"}
    everything = org.switches.connected_application_without_right != "fewer_fields"
    if not everything and not has_right(org, user_id, "CustomizeApplication"):
        hidden |= _SETUP_FIELDS
    return _without_fields(kind, frozenset(hidden & kind.fields.keys()))


def _without_fields(kind: ObjectType, names: frozenset[str]) -> ObjectType:
    if not names:
        return kind
    return replace(kind, fields={key: field for key, field in kind.fields.items() if key not in names})


def _without_filters(kind: ObjectType, names: frozenset[str]) -> ObjectType:
    fields = {
        key: replace(field, filterable=False) if key in names else field for key, field in kind.fields.items()
    }
    return replace(kind, fields=fields)


def sees_package(org: OrgState, user_id: str) -> bool:
    """The packaged objects are readable where a permission set or the profile says so."""
    return has_right(org, user_id, "ViewAllData") or reads_package(org, user_id)


def holds_set(org: OrgState, user_id: str, name: str) -> bool:
    """Whether the user has a permission set of the package."""
    sets = {
        row["Id"] for row in org.find("PermissionSet", Name=name) if row.get("NamespacePrefix") == NAMESPACE
    }
    held = org.find("PermissionSetAssignment", AssigneeId=user_id)
    return any(row["PermissionSetId"] in sets and row.get("IsActive", True) for row in held)


def check_write(org: OrgState, kind: ObjectType, user_id: str) -> None:
    wanted = _WRITE_RIGHTS.get(kind.name, ())
    if not can_see(org, kind, user_id) or (wanted and not has_right(org, user_id, *wanted)):
        raise no_access(org)


def no_access(org: OrgState) -> ApiError:
    """Which of the codes, and with which status, differs between sources (sections 4b and 8)."""
    code = org.switches.missing_write_right_code
    on = "cross-reference id" if "CROSS_REFERENCE" in code else "object id"
    status = org.switches.missing_write_right_status
    return ApiError(code, f"insufficient access rights on {on}", [], status=status)
