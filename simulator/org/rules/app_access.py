"""SetupEntityAccess: which permission sets may use the app (section 4c), and package seats (4b)."""

from __future__ import annotations

from typing import Any

from simulator.errors import ApiError
from simulator.org.rows import Record
from simulator.org.rules.base import Rules
from simulator.org.rules.permission_sets import bad_reference, is_managed, managed
from simulator.org.state import OrgState

_REFUSALS = {
    "CANNOT_MODIFY_MANAGED_OBJECT": ("Cannot modify managed object", 400),
    "INSUFFICIENT_ACCESS_OR_READONLY": ("insufficient access rights on object id", 403),
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": (
        "insufficient access rights on cross-reference id",
        400,
    ),
}


class SetupEntityAccessRules(Rules):
    def before_insert(self, org: OrgState, values: dict[str, Any], actor_id: str) -> None:
        parent = org.get(values["ParentId"])
        if parent is None or org.sobject_of(values["ParentId"]) != "PermissionSet":
            raise bad_reference("ParentId")
        app = org.get(values["SetupEntityId"])
        if app is None or org.sobject_of(values["SetupEntityId"]) != "ConnectedApplication":
            raise bad_reference("SetupEntityId")
        if is_managed(parent):
            raise managed()
        twin = org.find("SetupEntityAccess", ParentId=parent["Id"], SetupEntityId=app["Id"])
        if twin or org.switches.app_grant == "DUPLICATE_VALUE":
            text = "duplicate value found: ParentId, SetupEntityId duplicates value on record with id: "
            same = twin[0]["Id"][:15] if twin else "<unknown>"
            raise ApiError("DUPLICATE_VALUE", text + same, ["ParentId", "SetupEntityId"])
        if org.switches.app_grant != "ok":
            message, status = _REFUSALS.get(org.switches.app_grant, ("The grant was refused", 400))
            raise ApiError(org.switches.app_grant, message, [], status)
        values["SetupEntityType"] = "ConnectedApplication"

    def after_insert(self, org: OrgState, record: Record, actor_id: str) -> None:
        self._audit(org, "Enabled", record, actor_id)

    def after_delete(self, org: OrgState, record: Record, actor_id: str) -> None:
        self._audit(org, "Disabled", record, actor_id)

    def _audit(self, org: OrgState, what: str, record: Record, actor_id: str) -> None:
        parent, app = org.get(record["ParentId"]), org.get(record["SetupEntityId"])
        if parent is None or app is None:
            return  # the app or the set went first, and says so itself
        org.audit(
            f"SetupEntityAccessAudit_PermissionSet_ConnectedApplication_{what}",
            "Manage Users",
            f"Changed permission set {parent['Label']}: {app['Name']} connected app is {what.lower()}",
            actor_id,
        )


def put_on_app(org: OrgState, set_id: str, app_id: str, actor_id: str) -> None:
    """What the app's page does: unlike an insert by the API, no switch refuses it."""
    record_id = org.add(
        "SetupEntityAccess", ParentId=set_id, SetupEntityId=app_id, SetupEntityType="ConnectedApplication"
    )
    SetupEntityAccessRules().after_insert(org, org.tables["SetupEntityAccess"][record_id], actor_id)


class SeatRules(Rules):
    def before_insert(self, org: OrgState, values: dict[str, Any], actor_id: str) -> None:
        licence = org.get(values["PackageLicenseId"])
        if licence is None:
            raise bad_reference("PackageLicenseId")
        if org.get(values["UserId"]) is None:
            raise bad_reference("UserId")
        taken = org.find("UserPackageLicense", PackageLicenseId=licence["Id"])
        if any(row["UserId"] == values["UserId"] for row in taken):
            raise ApiError("DUPLICATE_VALUE", "User already has this package license", ["UserId"])
        if 0 <= licence["AllowedLicenses"] <= len(taken):
            raise ApiError("LICENSE_LIMIT_EXCEEDED", "license limit exceeded", [])

    def after_insert(self, org: OrgState, record: Record, actor_id: str) -> None:
        user, licence = org.get(record["UserId"]) or {}, org.get(record["PackageLicenseId"]) or {}
        display = f"Granted {licence.get('NamespacePrefix')} package license to user {user.get('Name')}"
        org.audit("granteduserpackagelicense", "Custom App Licenses", display, actor_id)
