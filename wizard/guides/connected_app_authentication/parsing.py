"""Salesforce's rows as typed parts. A row without a field that it must have raises KeyError."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from wizard.guides.connected_app_authentication.snapshot import (
    App,
    Assignment,
    AuditRow,
    Configuration,
    Grant,
    Login,
    LoginRow,
    Package,
    PermissionSet,
    User,
)

Row = Mapping[str, Any]

#: The type of a permission set whose answer does not tell it although it was asked: no plain set.
UNTOLD = "untold"

#: What the standard profile System Administrator holds and other standard profiles do not. Its name is
#: translated, so it is known by these.
ADMINISTRATOR_RIGHTS = (
    "PermissionsModifyAllData",
    "PermissionsCustomizeApplication",
    "PermissionsManageUsers",
    "PermissionsManageProfilesPermissionsets",
)


def _rights(rows: Sequence[Row]) -> dict[str, bool]:
    """The one row about the caller; no row means no rights known."""
    found = rows[0] if rows else {}
    return {name: bool(value) for name, value in found.items() if name.startswith("Permissions")}


def _app(row: Row) -> App:
    # Low-privilege callers may not see the policy field; False would then be a guess that
    # can only ever ask for work, never pass.
    return App(
        id=row["Id"],
        name=row["Name"],
        admin_approved=bool(row.get("OptionsAllowAdminApprovedUsersOnly")),
        refresh_period=row.get("RefreshTokenValidityPeriod"),
        refresh_from_last_use=row.get("OptionsRefreshTokenValidityMetric"),
        policies_seen="OptionsAllowAdminApprovedUsersOnly" in row,
    )


def _audit(row: Row) -> AuditRow:
    by = row.get("CreatedBy") or {}
    return AuditRow(row["Action"], row.get("Display") or "", row["CreatedDate"], by.get("Name") or "")


def _package(row: Row) -> Package:
    return Package(
        row.get("Status") or "",
        row.get("AllowedLicenses"),
        row.get("UsedLicenses"),
        row.get("ExpirationDate") or "",
    )


def _set(row: Row) -> PermissionSet:
    return PermissionSet(
        row["Id"],
        row["Name"],
        row["Label"],
        row.get("NamespacePrefix") or "",
        bool(row.get("HasActivationRequired")),
        row.get("LicenseId") or "",
        row.get("Type", UNTOLD) or "",
        row.get("PermissionSetGroupId") or "",
        bool(row.get("IsOwnedByProfile")),
    )


def _assignment(row: Row) -> Assignment:
    return Assignment(
        row["Id"],
        row["AssigneeId"],
        row["PermissionSetId"],
        row.get("IsActive") is not False,
        row.get("ExpirationDate") or "",
        row.get("PermissionSetGroupId") or "",
    )


def _grant(row: Row) -> Grant:
    return Grant(row["Id"], row["ParentId"], row["SetupEntityId"])


def _user(row: Row) -> User:
    profile = row.get("Profile") or {}
    return User(
        id=row["Id"],
        name=row["Name"],
        username=row["Username"],
        active=bool(row["IsActive"]),
        profile=profile.get("Name") or "",
        licence=(profile.get("UserLicense") or {}).get("Name") or "",
        marketing_user=row.get("UserPermissionsMarketingUser"),
        api_only=profile.get("PermissionsApiUserOnly"),
        appexchange_user=row.get("et4ae5__ExactTargetForAppExchangeUser__c"),
        appexchange_admin=row.get("et4ae5__ExactTargetForAppExchangeAdmin__c"),
        valid_engagement_user=row.get("et4ae5__ValidExactTargetUser__c"),
        licence_key=(profile.get("UserLicense") or {}).get("LicenseDefinitionKey") or "",
        administrator=_all_of(profile.get(right) for right in ADMINISTRATOR_RIGHTS),
    )


def _all_of(rights: Iterable[Any]) -> bool | None:
    """False once one is missing for sure; None while one can't be seen."""
    found = list(rights)
    if any(right is False for right in found):
        return False
    return None if any(right is None for right in found) else True


def _login(row: Row) -> Login:
    return Login(row["UserId"], bool(row["IsFrozen"]), bool(row["IsPasswordLocked"]))


def _configuration(row: Row) -> Configuration:
    # A text field in the package's own metadata, but be lenient about a number.
    mid = row.get("et4ae5__Parent_Account_MID__c")
    return Configuration(
        row["Id"],
        "" if mid is None else str(mid).strip().removesuffix(".0"),
        row["CreatedDate"],
        row["LastModifiedDate"],
    )


def _login_row(row: Row) -> LoginRow:
    return LoginRow(row.get("Application") or "", row.get("Status") or "", row["LoginTime"])


def _rows(one: Callable[[Row], Any]) -> Callable[[Sequence[Row]], Any]:
    return lambda rows: tuple(one(row) for row in rows)


PARSERS: Mapping[str, Callable[[Sequence[Row]], Any]] = {
    "rights": _rights,
    "app": _rows(_app),
    "audit": _rows(_audit),
    "package": _rows(_package),
    "sets": _rows(_set),
    "assignments": _rows(_assignment),
    "grants": _rows(_grant),
    "connection_user": _rows(_user),
    "login": _rows(_login),
    "configuration": _rows(_configuration),
    "logins": _rows(_login_row),
}
