"""Salesforce's rows as typed parts. Rows that are not what Salesforce gives raise `MalformedRows`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from orgs.salesforce.client import SubResult
from wizard.guides.connected_app_authentication.snapshot import (
    App,
    Assignment,
    AuditRow,
    Configuration,
    ExternalApp,
    Grant,
    Login,
    Package,
    Part,
    PermissionSet,
    Security,
    Site,
    State,
    Unit,
    Use,
    User,
    Verification,
    Version,
    Wizard,
)

T = TypeVar("T")
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


#: Without it Salesforce refuses to let in an app that nobody has installed (N5). Permission sets have it too.
APPROVE_UNINSTALLED = "PermissionsCanApproveUninstalledApps"


class MalformedRows(ValueError):
    """A row lacks a field that it must have, or holds another kind of value in it."""


def parse(part: str, rows: Sequence[Row]) -> Any:
    """The part's value from its rows."""
    try:
        value = _PARSERS[part](rows)
        wrong = _wrong_values(value)
    except (LookupError, TypeError, AttributeError) as lacking:
        raise MalformedRows(f"A row is not as expected: {lacking}.") from None
    if wrong:
        raise MalformedRows(f"A row is not as expected: {', '.join(wrong)}.")
    return value


def known_from(name: str, rows: Sequence[Mapping[str, Any]], read_at: str = "") -> Part[Any]:
    """The part as these rows tell it. Odd rows prove nothing: then it counts as not read."""
    try:
        return Part(State.KNOWN, parse(name, rows), read_at=read_at)
    except MalformedRows as odd:
        return Part(State.UNREADABLE, code="UNREADABLE_ANSWER", message=str(odd), read_at=read_at)


def answered(name: str, results: Sequence[SubResult], read_at: str = "") -> Part[Any]:
    """The part as the answers to its query, or to the groups of it, tell it; unread where one is refused."""
    if refused := next((each.error for each in results if each.error), None):
        return Part(State.UNREADABLE, code=refused.code, message=refused.message, read_at=read_at)
    return known_from(name, [row for each in results for row in each.records()], read_at)


#: What a field of a row may hold, by its annotation: a number of Salesforce's may come with a point.
_KINDS: Mapping[str, tuple[type, ...]] = {
    "str": (str,),
    "bool": (bool,),
    "bool | None": (bool, type(None)),
    "int | None": (int, float, type(None)),
    "str | None": (str, type(None)),
}


def _wrong_values(value: Any) -> list[str]:
    """The names of the fields that hold what they can't."""
    if not isinstance(value, tuple):
        return []
    found = {
        each.name
        for row in value
        for each in fields(row)
        if not isinstance(getattr(row, each.name), _KINDS[str(each.type)])
    }
    return sorted(found)


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


def _external(row: Row) -> ExternalApp:
    return ExternalApp(row["Id"], row.get("MasterLabel") or row["DeveloperName"])


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
        row.get("Type") or UNTOLD,
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
        (row.get("PermissionSet") or {}).get(APPROVE_UNINSTALLED),
    )


def _approvals(rows: Sequence[Row]) -> tuple[Assignment, ...]:
    """Of a set that works in activated sessions only, nobody may count on what it gives."""
    lasting = (row for row in rows if not (row.get("PermissionSet") or {}).get("HasActivationRequired"))
    return tuple(_assignment(row) for row in lasting)


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


def _all_of(rights: Iterable[object]) -> bool | None:
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
        "et4ae5__Parent_Account_MID__c" in row,
        (row["et4ae5__Send_Types__c"] or "") if "et4ae5__Send_Types__c" in row else None,
        row.get("et4ae5__AwaitingBusinessUnits__c"),
    )


def _unit(row: Row) -> Unit:
    return Unit(row["Id"], row["Name"])


def _wizard(row: Row) -> Wizard:
    completed = row["et4ae5__Configuration_Wizard_Completed__c"]
    return Wizard(row["Id"], row.get("SetupOwnerId") or "", completed)


def _use(row: Row) -> Use:
    user = row.get("User") or {}
    return Use(
        row.get("AppName") or "",
        row["UserId"],
        user.get("Name") or "",
        user.get("Username") or "",
        user.get("IsActive"),
        row.get("LastUsedDate") or "",
    )


def _sign_ins(rows: Sequence[Row]) -> tuple[Use, ...]:
    """Each person's newest sign-in by each app; the rows come newest first.

    Those that failed don't count. Whether Salesforce translates the status is not known: where none
    of an org's sign-ins is called a success, all of them count.
    """
    worked = [row for row in rows if row.get("Status") == "Success"] or rows
    newest: dict[tuple[str, str], Use] = {}
    for row in filter(lambda each: each["UserId"], worked):
        app, user_id = row.get("Application") or "", row["UserId"]
        newest.setdefault((app, user_id), Use(app, user_id, "", active=None, last=row["LoginTime"]))
    return tuple(newest.values())


def _proof(row: Row) -> Verification:
    return Verification(row["VerificationMethod"] or "", row["Status"] or "", row["VerificationTime"])


def _security(row: Row) -> Security:
    """Session settings, as the Metadata API names them (its WSDL)."""
    session = row["Metadata"].get("sessionSettings") or {}
    return Security(
        session.get("enableBuiltInAuthenticator"),
        session.get("enableU2F"),
        session.get("lockSessionsToIp"),
        session.get("enforceIpRangesEveryRequest"),
    )


#: Of the package. The last two have no namespace: it makes them in the browser (seen in two orgs).
NAMESPACE = "et4ae5"
SITES_WITHOUT_NAMESPACE = ("ET4AE5_MCC_TokenService", "MetadataAPI")


def _sites(rows: Sequence[Row]) -> tuple[Site, ...]:
    """The package's; those of others are forgotten at once."""
    ours = (
        row
        for row in rows
        if row.get("NamespacePrefix") == NAMESPACE or row["SiteName"] in SITES_WITHOUT_NAMESPACE
    )
    return tuple(Site(row["SiteName"], row["IsActive"]) for row in ours)


def _versions(rows: Sequence[Row]) -> tuple[Version, ...]:
    """Of our package, as two numbers: the others of the list are forgotten."""
    found = (
        row.get("SubscriberPackageVersion") or {}
        for row in rows
        if (row.get("SubscriberPackage") or {}).get("NamespacePrefix") == NAMESPACE
    )
    return tuple(Version(f"{each['MajorVersion']}.{each['MinorVersion']}") for each in found if each)


def _rows(one: Callable[[Row], T]) -> Callable[[Sequence[Row]], tuple[T, ...]]:
    return lambda rows: tuple(one(row) for row in rows)


_PARSERS: Mapping[str, Callable[[Sequence[Row]], Any]] = {
    "rights": _rights,
    "app": _rows(_app),
    "external": _rows(_external),
    "audit": _rows(_audit),
    "package": _rows(_package),
    "sets": _rows(_set),
    "assignments": _rows(_assignment),
    "grants": _rows(_grant),
    "connection_user": _rows(_user),
    "login": _rows(_login),
    "configuration": _rows(_configuration),
    "tokens": lambda rows: tuple(_use(row) for row in rows if row["UserId"]),
    "approvals": _approvals,
    "logins": _sign_ins,
    "units": _rows(_unit),
    "wizard": _rows(_wizard),
    "readers": _rows(_assignment),
    "freezes": _rows(_audit),
    "proofs": _rows(_proof),
    "security": _rows(_security),
    "sites": _sites,
    "version": _versions,
}
