"""What is read from the org, as data.

`PART_OBJECTS` is the whole list of what this guide ever reads, and the page for a client's IT team is
made from it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from wizard.guides.base import Access
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.reading.parsing import (
    ADMINISTRATOR_RIGHTS,
    APPROVE_UNINSTALLED,
)
from wizard.guides.text import Json, Text
from wizard.guides.text import gettext_noop as _

APP_NAME = "Salesforce Marketing Cloud"
#: What a permission set may let people use, as SetupEntityAccess calls it (fact sheet, section 4c).
APP_TYPES = ("ConnectedApplication", "ExternalClientApplication")

#: SetupAuditTrail actions that touch an app's policies or its presence (fact sheet, section 6).
AUDIT_ACTIONS = (
    "changeUserRuntimeAccessPolicy",
    "changeIpRelaxationPolicy",
    "insertConnectedApplication",
    "deleteConnectedApplication",
)


PROFILE_RIGHTS = tuple(f"Profile.{right}" for right in ADMINISTRATOR_RIGHTS)


@dataclass(frozen=True)
class Source:
    """One part's object and fields. `guarded` fields are read only where the org has them.

    `soft` are those of `fields` that the part is read without where the org hides them.
    `filters` only narrow the query down; `why` is what a client's IT team is told. `slow` parts are
    read where the guide's `slow_parts` are; `tooling` is asked of the Tooling API.
    """

    sobject: str
    fields: tuple[str, ...]
    guarded: tuple[str, ...] = ()
    extra: bool = False  # read only when asked for by name
    filters: tuple[str, ...] = ()
    why: str = ""
    soft: tuple[str, ...] = ()
    slow: bool = False
    tooling: bool = False

    @property
    def optional(self) -> frozenset[str]:
        """Fields that may be hidden, by field-level security or a missing right."""
        return frozenset((*self.guarded, *self.soft))


PART_OBJECTS: Mapping[str, Source] = {
    "rights": Source(
        "UserPermissionAccess",
        (),
        (
            "PermissionsApiEnabled",
            "PermissionsViewSetup",
            "PermissionsCustomizeApplication",
            "PermissionsModifyAllData",
            "PermissionsViewAllData",
            "PermissionsManageRemoteAccess",
            "PermissionsManageProfilesPermissionsets",
            "PermissionsAssignPermissionSets",
            "PermissionsManageUsers",
            "PermissionsMonitorLoginHistory",
            APPROVE_UNINSTALLED,
        ),
        why=_("To tell you beforehand which steps you have no right for."),
    ),
    "app": Source(
        "ConnectedApplication",
        ("Id", "Name"),
        (
            "OptionsAllowAdminApprovedUsersOnly",
            "OptionsRefreshTokenValidityMetric",
            "RefreshTokenValidityPeriod",
        ),
        why=_("To find the Salesforce Marketing Cloud app, check its policies, and tell other apps by name."),
    ),
    "external": Source(
        "ExternalClientApplication",
        ("Id", "DeveloperName", "MasterLabel"),
        extra=True,
        why=_("To tell whether the app is an External Client App, where it is no connected app."),
    ),
    "audit": Source(
        "SetupAuditTrail",
        ("Action", "Display", "CreatedDate", "CreatedBy.Name"),
        filters=("Id",),
        why=_("To prove IP relaxation, which no field shows. Only rows about connected apps' policies."),
        soft=("CreatedBy.Name",),
    ),
    "package": Source(
        "PackageLicense",
        ("Status", "AllowedLicenses", "UsedLicenses", "ExpirationDate"),
        filters=("NamespacePrefix",),
        why=_("To see that Marketing Cloud Connect is installed and has seats."),
    ),
    "sets": Source(
        "PermissionSet",
        (
            "Id",
            "Name",
            "Label",
            "NamespacePrefix",
            "HasActivationRequired",
            "LicenseId",
            "Type",
            "PermissionSetGroupId",
            "IsOwnedByProfile",
        ),
        why=_("To find the package's permission sets and the new one."),
    ),
    "assignments": Source(
        "PermissionSetAssignment",
        ("Id", "AssigneeId", "PermissionSetId", "PermissionSetGroupId", "IsActive", "ExpirationDate"),
        (f"PermissionSet.{APPROVE_UNINSTALLED}",),
        filters=("PermissionSet.Name", "PermissionSet.NamespacePrefix"),
        why=_("To see who has the new permission set, and which permission sets the connection user has."),
    ),
    "grants": Source(
        "SetupEntityAccess",
        ("Id", "ParentId", "SetupEntityId"),
        filters=("SetupEntityType",),
        why=_("To see which permission sets may use an app."),
    ),
    "connection_user": Source(
        "User",
        (
            *("Id", "Name", "Username", "IsActive", "Profile.Name"),
            *("Profile.UserLicense.Name", "Profile.UserLicense.LicenseDefinitionKey"),
        ),
        (
            "UserPermissionsMarketingUser",
            "Profile.PermissionsApiUserOnly",
            *PROFILE_RIGHTS,
            "et4ae5__ExactTargetForAppExchangeUser__c",
            "et4ae5__ExactTargetForAppExchangeAdmin__c",
            "et4ae5__ValidExactTargetUser__c",
        ),
        why=_("To check that the connection user is active and set up for Marketing Cloud Connect."),
        soft=("Profile.Name", "Profile.UserLicense.Name", "Profile.UserLicense.LicenseDefinitionKey"),
    ),
    "login": Source(
        "UserLogin",
        ("UserId", "IsFrozen", "IsPasswordLocked"),
        why=_("To see whether the connection user is frozen or locked."),
    ),
    "configuration": Source(
        "et4ae5__Configuration__c",
        (
            *("Id", "et4ae5__Parent_Account_MID__c", "CreatedDate", "LastModifiedDate"),
            *("et4ae5__Send_Types__c", "et4ae5__AwaitingBusinessUnits__c"),
        ),
        why=_("To see which Engagement account is connected, since when, and what is still to come."),
        soft=(
            "et4ae5__Parent_Account_MID__c",
            "et4ae5__Send_Types__c",
            "et4ae5__AwaitingBusinessUnits__c",
        ),
    ),
    "tokens": Source(
        "OauthToken",
        ("AppName", "UserId", "User.Name", "User.Username", "User.IsActive", "LastUsedDate"),
        why=_("To see who uses the Marketing Cloud app today, so that nobody is cut off unseen. No token."),
        soft=("User.Name", "User.Username", "User.IsActive"),
    ),
    "approvals": Source(
        "PermissionSetAssignment",
        (
            *("Id", "AssigneeId", "PermissionSetId", "PermissionSetGroupId", "IsActive", "ExpirationDate"),
            "PermissionSet.HasActivationRequired",
        ),
        extra=True,
        why=_("To see who of the app's users keeps access by another permission set or by the profile."),
    ),
    "logins": Source(
        "LoginHistory",
        ("UserId", "Application", "Status", "LoginTime"),
        extra=True,
        why=_("In a repair, to see who signed in through the Marketing Cloud app lately. Newest rows only."),
    ),
    "units": Source(
        "et4ae5__Business_Unit__c",
        ("Id", "Name"),
        extra=True,
        why=_("To see that the business units have arrived after the connection."),
    ),
    "wizard": Source(
        "et4ae5__ET4AE_Config__c",
        ("Id", "SetupOwnerId", "et4ae5__Configuration_Wizard_Completed__c"),
        extra=True,
        why=_("To see that the package's own wizard is done after the connection."),
        soft=("SetupOwnerId",),
    ),
    "readers": Source(
        "PermissionSetAssignment",
        ("Id", "AssigneeId", "PermissionSetId", "PermissionSetGroupId", "IsActive", "ExpirationDate"),
        extra=True,
        why=_("To see who of those chosen may read the package's records."),
    ),
    "freezes": Source(
        "SetupAuditTrail",
        ("Action", "Display", "CreatedDate", "CreatedBy.Name"),
        extra=True,
        why=_("Where the connection user is frozen, to see whether a person did it."),
    ),
    "proofs": Source(
        "VerificationHistory",
        ("VerificationMethod", "Status", "VerificationTime"),
        filters=("UserId",),
        slow=True,
        why=_("To see how the connection user proved its identity in the last six months."),
    ),
    "security": Source(
        "SecuritySettings",
        ("Metadata",),
        slow=True,
        tooling=True,
        why=_(
            "To see whether passkeys are allowed, and sessions tied to IP addresses. Salesforce gives all "
            "security settings at once; we keep four of them."
        ),
    ),
    "sites": Source(
        "RemoteProxy",
        ("SiteName", "NamespacePrefix", "IsActive"),
        slow=True,
        tooling=True,
        why=_("To see that the package's remote sites are active. We keep no address of a site."),
    ),
    "version": Source(
        "InstalledSubscriberPackage",
        (
            "SubscriberPackage.NamespacePrefix",
            "SubscriberPackageVersion.MajorVersion",
            "SubscriberPackageVersion.MinorVersion",
        ),
        slow=True,
        tooling=True,
        why=_("To notice another version of Marketing Cloud Connect."),
    ),
}

SLOW_PARTS = frozenset(name for name, source in PART_OBJECTS.items() if source.slow)

ALL_FIELDS = "*"  # of one row

#: What is read in the course of a setup, as the IT team is told; last what is no part of a snapshot.
READS = (
    *(
        Access(each.sobject, (*each.fields, *each.guarded), Text(each.why), each.filters)
        for each in PART_OBJECTS.values()
        if each.why
    ),
    Access(
        "ObjectPermissions",
        ("ParentId", "SobjectType"),
        Text(_("To find the permission sets that let people read the package's records.")),
        ("PermissionsRead",),
    ),
    Access(
        "FieldPermissions",
        ("Field",),
        Text(_("Before the new permission set is deleted, to see whether somebody added to it.")),
        ("ParentId",),
    ),
    Access(
        "PermissionSet",
        (ALL_FIELDS,),
        Text(_("Before the new permission set is deleted, to see whether somebody added to it.")),
    ),
    Access(
        "SetupEntityAccess",
        ("SetupEntityType",),
        Text(_("Before the new permission set is deleted, to see whether somebody added to it.")),
    ),
)

#: What the package needs after it is connected. Read with the slow parts, in the call that they need anyway,
#: and while a page that shows it is open: so the full read stays at two calls in a connected org too.
AFTER_CONNECT = frozenset({"units", "wizard", "readers"})

#: Guarded fields that every org has, read even where discovery kept nothing of their object.
_EVERYWHERE = frozenset(
    {
        "PermissionsApiEnabled",
        "PermissionsViewSetup",
        "PermissionsCustomizeApplication",
        "PermissionsModifyAllData",
        "PermissionsManageUsers",
        "OptionsAllowAdminApprovedUsersOnly",
        "OptionsRefreshTokenValidityMetric",
        "RefreshTokenValidityPeriod",
        "UserPermissionsMarketingUser",
        "Profile.PermissionsApiUserOnly",
        *PROFILE_RIGHTS,
    }
)

#: The parts that depend on what was chosen: they count as not read for other choices.
CHOICE_PARTS: Mapping[str, Callable[[Choices], str]] = {
    "sets": lambda choices: f"{choices.set_name}|{choices.set_label}|{choices.adopt}",
    "grants": lambda choices: f"{choices.set_name}|{choices.set_label}|{choices.adopt}",
    "assignments": lambda choices: f"{choices.connection_user}|{choices.set_name}|{choices.adopt}",
    "connection_user": lambda choices: choices.connection_user,
    "login": lambda choices: choices.connection_user,
    "readers": lambda choices: hashlib.sha256(" ".join(choices.everyone).encode()).hexdigest()[:16],
    "freezes": lambda choices: choices.connection_user,
    "proofs": lambda choices: choices.connection_user,
}


def asked(name: str, choices: Choices) -> str:
    """For which choices the part is (or would be) read."""
    return CHOICE_PARTS[name](choices) if name in CHOICE_PARTS else ""


def fields_of(name: str, known: Mapping[str, Json]) -> list[str] | None:
    """What to select; None when the org is known not to have what the part needs."""
    source = PART_OBJECTS[name]
    described = known.get("fields") or {}
    if source.sobject not in described:
        rights = frozenset(described.get("UserPermissionAccess", ()))
        sure = (each for each in source.guarded if each in _EVERYWHERE or _of_a_set(each) in rights)
        chosen = [*source.fields, *sure]
    else:
        there = frozenset(described[source.sobject])
        needed = (each for each in source.fields if "." not in each and each not in source.soft)
        if any(each not in there for each in needed):
            return None
        wanted = (*source.fields, *source.guarded)
        chosen = [each for each in wanted if "." in each or each in there]
    profile = described.get("Profile")
    if profile is not None:
        chosen = [each for each in chosen if not _is_missing_on_profile(each, profile)]
    return chosen or None


def _of_a_set(field: str) -> str:
    """The permission that it is of a permission set: sets have those that the caller may be asked for."""
    return field.removeprefix("PermissionSet.") if field.startswith("PermissionSet.Permissions") else ""


def _is_missing_on_profile(field: str, profile: Iterable[str]) -> bool:
    relation, _, name = field.partition(".")
    return relation == "Profile" and name.startswith("Permissions") and name not in frozenset(profile)
