"""Fields that are worked out when they are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.clock import stamp
from simulator.org.rows import Record
from simulator.org.state import OrgState
from simulator.schema.types import Field, ObjectType


def _still_active(org: OrgState, row: Record) -> bool:
    expires = row.get("ExpirationDate")
    return bool(row.get("IsActive", True)) and (expires is None or expires > stamp(org.clock.now()))


def _seats_used(org: OrgState, row: Record) -> int:
    return len(org.find("UserPackageLicense", PackageLicenseId=row["Id"]))


def _licences_used(org: OrgState, row: Record) -> int:
    profiles = {each["Id"] for each in org.rows("Profile") if each.get("UserLicenseId") == row["Id"]}
    return sum(user.get("ProfileId") in profiles and bool(user.get("IsActive")) for user in org.rows("User"))


def _admin_approved(org: OrgState, row: Record) -> bool:
    app = org.get(row.get("ApplicationId"))
    return bool(app and app.get("OptionsAllowAdminApprovedUsersOnly"))


def _menu_namespace(org: OrgState, row: Record) -> str | None:
    return org.switches.app_namespace or None if _is_the_app(org, row.get("ApplicationId")) else None


def _menu_name(org: OrgState, row: Record) -> object:
    known = _is_the_app(org, row.get("ApplicationId"))
    return org.switches.app_developer_name if known else row.get("Name")


def _app_namespace(org: OrgState, row: Record) -> str | None:
    return org.switches.app_namespace or None if _is_the_app(org, row["Id"]) else None


def developer_name(org: OrgState, row: Record) -> str:
    """Of a ConnectedApplication. Nobody has seen the Marketing Cloud app's (section 3)."""
    known = _is_the_app(org, row["Id"])
    return org.switches.app_developer_name if known else str(row.get("DeveloperName") or row["Name"])


def _is_the_app(org: OrgState, app_id: object) -> bool:
    return bool(app_id) and app_id == org.app_id


def _site_active(org: OrgState, row: Record) -> bool:
    return bool(row.get("IsActive")) and org.switches.remote_sites_active


def _always_null(org: OrgState, row: Record) -> None:
    """Section 6: documented so."""


def _type(org: OrgState, row: Record) -> str | None:
    return org.sobject_of(row["Id"])


# Reported by people whose integrations met them, the Portuguese one by analogy (inference).
_ADMINISTRATOR = {
    "de": "Systemadministrator",
    "fr": "Administrateur système",
    "ja": "システム管理者",
    "es": "Administrador del sistema",
    "pt_BR": "Administrador do sistema",
}


def _profile_name(org: OrgState, row: Record) -> object:
    """A standard profile is called as in the language of whoever asks."""
    name = row.get("Name")
    return _ADMINISTRATOR.get(org.switches.language, name) if name == "System Administrator" else name


_COMPUTED: dict[tuple[str, str], Callable[[OrgState, Record], object]] = {
    ("PermissionSetAssignment", "IsActive"): _still_active,
    ("PackageLicense", "UsedLicenses"): _seats_used,
    ("UserLicense", "UsedLicenses"): _licences_used,
    ("Profile", "Name"): _profile_name,
    ("AppMenuItem", "IsUsingAdminAuthorization"): _admin_approved,
    ("AppMenuItem", "Name"): _menu_name,
    ("AppMenuItem", "NamespacePrefix"): _menu_namespace,
    ("ConnectedApplication", "DeveloperName"): developer_name,
    ("ConnectedApplication", "NamespacePrefix"): _app_namespace,
    ("OauthToken", "Id"): _always_null,
    ("RemoteProxy", "IsActive"): _site_active,
    ("Name", "Type"): _type,
}


def value_of(org: OrgState, kind: ObjectType, field: Field) -> Callable[[Record], Any]:
    """A function that reads this field from a row."""
    worked_out = _COMPUTED.get((kind.name, field.name))
    if worked_out is not None:
        return lambda row: worked_out(org, row)
    name = field.name
    if field.type == "boolean":
        return lambda row: bool(row.get(name))
    return lambda row: row.get(name)
