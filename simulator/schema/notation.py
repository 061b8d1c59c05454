"""The short notation in which `tables.py` writes objects and fields.

Fields are separated by semicolons; each is `Name type flags`, `Name type(length) flags` or,
for a reference, `Name reference:Target/Relationship flags`. Flags: c createable, u updateable,
r required on create, i indexed, f not filterable, s not sortable, x neither, t only on the Tooling endpoint.
STAMPS and PERMISSIONS stand for the fields that many objects share.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from simulator.schema.types import Field, ObjectType

# The API names were all seen in the generated types of the Tooling WSDL (section 11).
PERMISSIONS = (
    "ApiEnabled",
    "ApiUserOnly",
    "AssignPermissionSets",
    "CanApproveUninstalledApps",
    "CustomizeApplication",
    "ExternalClientAppAdmin",
    "ExternalClientAppDeveloper",
    "ExternalClientAppViewer",
    "InstallPackaging",
    "ManagePackageLicenses",
    "ManageProfilesPermissionsets",
    "ManageRemoteAccess",
    "ManageSessionPermissionSets",
    "ManageUsers",
    "ModifyAllData",
    "ModifyMetadata",
    "MonitorLoginHistory",
    "UseAnyApiClient",
    "ViewAllData",
    "ViewSetup",
    "ViewSetupAuditTrail",
)
_STAMPS = """
    CreatedDate datetime; CreatedById reference:User/CreatedBy; LastModifiedDate datetime;
    LastModifiedById reference:User/LastModifiedBy; SystemModstamp datetime
"""
_SPEC = re.compile(r"(\w+) (\w+)(?:\((\d+)\))?(?::([\w|]+)/(\w*))?(?: ([a-z]+))?")
_LENGTHS = {"id": 18, "reference": 18, "boolean": 0}
_LABELS = {
    "et4ae5__ExactTargetForAppExchangeUser__c": "Marketing Cloud for AppExchange User",
    "et4ae5__ExactTargetForAppExchangeAdmin__c": "Marketing Cloud for AppExchange Admin",
    "et4ae5__ValidExactTargetUser__c": "Valid Marketing Cloud User",
    "et4ae5__ExactTargetUsername__c": "Marketing Cloud Username",
    "RefreshTokenValidityPeriod": "Refresh Token Policy:",
}
_PICKLISTS = {
    # Section 4c, with the API version that each came with.
    "SetupEntityType": (
        "ApexClass",
        "ApexPage",
        "BotDefinition",
        "ConnectedApplication",
        "CustomEntityDefinition",
        "CustomPermission",
        "EmailRoutingAddress",
        "ExternalClientApplication",
        "ExternalCredentialParameter",
        "FlowDefinition",
        "OrgWideEmailAddress",
        "ServiceProvider",
        "StandardInvocableActionType",
        "TabSet",
    ),
    "UvidTimeout": ("1", "5", "10", "15", "30", "60", "90", "120", "240", "480", "720"),
    "NamedUserUvidTimeout": ("1", "5", "10", "15", "30", "60", "90", "120", "240", "480", "720"),
}


def define(
    name: str, prefix: str, fields: str, calls: str = "", *, label: str = "", **more: Any
) -> ObjectType:
    """An object type; `calls` holds c, u and d for create, update and delete."""
    found = {field.name.lower(): field for field in _fields("Id id; " + fields)}
    return ObjectType(
        name,
        label or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name),
        prefix,
        found,
        createable="c" in calls,
        updateable="u" in calls,
        deletable="d" in calls,
        **more,
    )


def _fields(text: str) -> Iterator[Field]:
    for spec in text.split(";"):
        word, _, flags = spec.strip().partition(" ")
        if word == "STAMPS":
            yield from _fields(_STAMPS)
        elif word == "PERMISSIONS":
            yield from (_field(f"Permissions{name} boolean {flags}".strip()) for name in PERMISSIONS)
        else:
            yield _field(spec.strip())


def _field(spec: str) -> Field:
    match = _SPEC.fullmatch(spec)
    if match is None:
        raise ValueError(f"not a field: {spec!r}")
    name, kind, length, targets, relationship, flags = match.groups(default="")
    return Field(
        name,
        kind,
        int(length or _LENGTHS.get(kind, 255)),
        filterable="x" not in flags and "f" not in flags,
        sortable="x" not in flags and "s" not in flags,
        createable="c" in flags,
        updateable="u" in flags,
        required="r" in flags,
        indexed="i" in flags,
        tooling_only="t" in flags,
        to=tuple(targets.split("|")) if targets else (),
        relationship=relationship,
        label=_LABELS.get(name, ""),
        values=_PICKLISTS.get(name, ()),
    )
