"""Permission sets and who holds them (fact sheet, sections 4a and 4b)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from simulator.clock import stamp
from simulator.errors import ApiError
from simulator.org.rows import Record
from simulator.org.rules.base import Rules
from simulator.org.state import OrgState

_NAME = re.compile(r"[A-Za-z](?!.*__)[A-Za-z0-9_]*(?<!_)")
# The rule is documented; which code an API insert answers with is inference.
_NAME_RULE = (
    "The permission set API Name can only contain underscores and alphanumeric characters. It must be "
    "unique, begin with a letter, not include spaces, not end with an underscore, and not contain two "
    "consecutive underscores."
)


def is_managed(record: Mapping[str, object] | None) -> bool:
    return bool(record and record.get("NamespacePrefix"))


def managed(message: str = "Cannot modify managed object") -> ApiError:
    return ApiError("CANNOT_MODIFY_MANAGED_OBJECT", message, [])


def bad_reference(field: str, message: str = "invalid cross reference id") -> ApiError:
    return ApiError("INVALID_CROSS_REFERENCE_KEY", message, [field])


class PermissionSetRules(Rules):
    def before_insert(self, org: OrgState, values: dict[str, Any], actor_id: str) -> None:
        self._check_name(org, values["Name"], own_id=None)
        licence = values.get("LicenseId")
        if licence and (org.sobject_of(licence) != "UserLicense" or org.get(licence) is None):
            raise bad_reference("LicenseId")
        values.update(IsCustom=True, IsOwnedByProfile=False, Type="Regular")

    def after_insert(self, org: OrgState, record: Record, actor_id: str) -> None:
        licence = org.get(record.get("LicenseId"))
        action = "PermSetCreate" if licence else "PermSetCreateNoLicense"
        kind = f"with license {licence['Name']}" if licence else "with no license"
        org.audit(action, "Manage Users", f"Created permission set {record['Label']}: {kind}", actor_id)

    def before_update(self, org: OrgState, record: Record, values: dict[str, Any], actor_id: str) -> None:
        if is_managed(record):
            raise managed()
        if "Name" in values:
            self._check_name(org, values["Name"], own_id=record["Id"])

    def before_delete(self, org: OrgState, record: Record, actor_id: str) -> None:
        if is_managed(record):
            raise managed()
        if record.get("IsOwnedByProfile"):
            raise ApiError("INSUFFICIENT_ACCESS_OR_READONLY", "This permission set belongs to a profile.", [])
        held = org.find("PermissionSetAssignment", PermissionSetId=record["Id"])
        if held and not org.switches.assigned_set_can_be_deleted:
            # That it fails is inference of the sheet (section 13, undo); the wording is ours.
            raise ApiError("DELETE_FAILED", "You can't delete a permission set that's assigned to users.", [])

    def after_delete(self, org: OrgState, record: Record, actor_id: str) -> None:
        for sobject, field in (
            ("SetupEntityAccess", "ParentId"),
            ("PermissionSetAssignment", "PermissionSetId"),
        ):
            for row in org.find(sobject, **{field: record["Id"]}):
                org.remove(row["Id"])
        org.audit("PermSetDelete", "Manage Users", f"Deleted permission set {record['Label']}", actor_id)

    def _check_name(self, org: OrgState, name: str | None, own_id: str | None) -> None:
        if not name or not _NAME.fullmatch(name):
            raise ApiError("FIELD_INTEGRITY_EXCEPTION", _NAME_RULE, ["Name"])
        for other in org.find("PermissionSet", Name=name):
            if other["Id"] != own_id and not is_managed(other):
                message = (
                    f"duplicate value found: Name duplicates value on record with id: {other['Id'][:15]}"
                )
                raise ApiError(org.switches.duplicate_permission_set_code, message, ["Name"])


def _cannot_assign(user: Mapping[str, object], target: Mapping[str, object]) -> str:
    """How the page begins; API texts often start at the reason (section 4b)."""
    return f'Can\'t assign permission set "{target["Label"]}" to user "{user["Name"]}".'


class AssignmentRules(Rules):
    def before_insert(self, org: OrgState, values: dict[str, Any], actor_id: str) -> None:
        user = org.get(values["AssigneeId"])
        if user is None or org.sobject_of(values["AssigneeId"]) != "User":
            raise bad_reference("AssigneeId")
        target = self._target(org, values)
        self._check_new(org, user, target)
        if not user.get("IsActive"):
            # The code is in the enumeration; its text was not found.
            message = f"operation performed with inactive user [{user['Id'][:15]}]"
            raise ApiError("INACTIVE_OWNER_OR_USER", message, ["AssigneeId"])
        expires = values.get("ExpirationDate")
        if expires is not None and expires <= stamp(org.clock.now()):
            raise ApiError(
                "FIELD_INTEGRITY_EXCEPTION", "Expiration Date must be in the future", ["ExpirationDate"]
            )
        self._check_licence(org, user, target)

    def added(self, org: OrgState, record: Record) -> None:
        record.setdefault("IsActive", True)

    def after_insert(self, org: OrgState, record: Record, actor_id: str) -> None:
        action = "PermSetAssign_HasExpiration" if record.get("ExpirationDate") else "PermSetAssign"
        self._audit(org, action, "assigned to", record, actor_id)

    def before_delete(self, org: OrgState, record: Record, actor_id: str) -> None:
        held = org.get(record.get("PermissionSetId"))
        if held is not None and held.get("IsOwnedByProfile"):
            raise ApiError("INSUFFICIENT_ACCESS_OR_READONLY", "This permission set belongs to a profile.", [])

    def after_delete(self, org: OrgState, record: Record, actor_id: str) -> None:
        self._audit(org, "PermSetUnassign", "unassigned from", record, actor_id)

    def _target(self, org: OrgState, values: dict[str, Any]) -> Record:
        chosen = [name for name in ("PermissionSetId", "PermissionSetGroupId") if values.get(name)]
        if not chosen:
            message = "Required fields are missing: [PermissionSetId]"
            raise ApiError("REQUIRED_FIELD_MISSING", message, ["PermissionSetId"])
        target = org.get(values[chosen[0]])
        kind = org.sobject_of(values[chosen[0]])
        if target is None or kind != chosen[0].removesuffix("Id"):
            raise bad_reference(chosen[0])
        if target.get("IsOwnedByProfile"):
            raise bad_reference(chosen[0], "A permission set that belongs to a profile can't be assigned")
        return target

    def _check_new(self, org: OrgState, user: Record, target: Record) -> None:
        for row in org.find("PermissionSetAssignment", AssigneeId=user["Id"]):
            if target["Id"] in (row.get("PermissionSetId"), row.get("PermissionSetGroupId")):
                # Identical in three code bases; the ids are printed with 15 characters.
                message = (
                    f"Duplicate PermissionSetAssignment. Assignee: {user['Id'][:15]}"
                    f"{org.switches.duplicate_assignment_separator} Permission Set: {target['Id'][:15]}"
                )
                raise ApiError("DUPLICATE_VALUE", message, ["AssigneeId", "PermissionSetId"])

    def _check_licence(self, org: OrgState, user: Record, target: Record) -> None:
        profile = org.get(user.get("ProfileId"))
        licence = org.get(profile.get("UserLicenseId")) if profile else None
        fields = ["PermissionSetId"]
        if target.get("LicenseId") and (licence is None or target["LicenseId"] != licence["Id"]):
            message = (
                f"{_cannot_assign(user, target)} The user license doesn't match the permission set license."
            )
            raise ApiError("FIELD_INTEGRITY_EXCEPTION", message, fields)
        needs = target.get("_needs", ())
        if needs and licence is not None and not licence.get("_standard_objects", True):
            message = f"The user license doesn't allow the permission: {needs[0]}"
            if org.switches.licence_mismatch_text == "long":
                message = f"{_cannot_assign(user, target)} {message}"
            raise ApiError("FIELD_INTEGRITY_EXCEPTION", message, fields)
        if org.switches.package_licence_required and is_managed(target):
            self._check_seat(org, user, target)

    def _check_seat(self, org: OrgState, user: Record, target: Record) -> None:
        for licence in org.rows("PackageLicense"):
            if licence["NamespacePrefix"] != target["NamespacePrefix"] or licence["AllowedLicenses"] < 0:
                continue
            seats = org.find("UserPackageLicense", UserId=user["Id"], PackageLicenseId=licence["Id"])
            if not seats:
                message = "user cannot access an object that is in a licensed package"
                raise ApiError("PACKAGE_LICENSE_REQUIRED", message, [])

    def _audit(self, org: OrgState, action: str, verb: str, record: Record, actor_id: str) -> None:
        target = org.get(record.get("PermissionSetId") or record.get("PermissionSetGroupId")) or {}
        user = org.get(record["AssigneeId"]) or {}
        label = target.get("Label") or target.get("MasterLabel")
        who = f"user {user.get('Name')} (UserID: [{record['AssigneeId'][:15]}])"
        org.audit(action, "Manage Users", f"Permission set {label}: {verb} {who}", actor_id)
