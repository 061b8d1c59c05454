"""The components of an org that listMetadata lists and readMetadata reads.

The order of keys is the order of elements in the Metadata WSDL: SOAP readers depend on it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from simulator.clock import parse
from simulator.org.computed import developer_name
from simulator.org.store import Org, Record
from simulator.policies import current
from simulator.schema.notation import PERMISSIONS


@dataclass(frozen=True)
class Component:
    full_name: str
    row: Record
    read: Callable[[], Record | None]
    namespace: str = ""


@dataclass(frozen=True)
class Kind:
    """A metadata type: where its files live, and its components in an org."""

    name: str
    directory: str
    suffix: str
    of: Callable[[Org], list[Component]]


def _connected_apps(org: Org) -> list[Component]:
    """Section 2b: an app that another org owns is listed but not readable, or not even listed."""
    mode = org.switches.foreign_app_metadata
    if mode == "absent":
        return []
    found = []
    for row in org.rows("ConnectedApplication"):
        name = developer_name(org, row)
        read = _read_app if mode == "full" else _unreadable
        found.append(Component(name, row, partial(read, org, row)))
    return found


def _unreadable(org: Org, row: Record) -> None:
    return None


def _read_app(org: Org, row: Record) -> dict[str, object]:
    policy = current(row)
    parents = (org.get(each["ParentId"]) for each in org.find("SetupEntityAccess", SetupEntityId=row["Id"]))
    return {
        "fullName": developer_name(org, row),
        "contactEmail": "noreply@salesforce.com",
        "label": row["Name"],
        "oauthConfig": {
            "callbackUrl": "https://login.exacttarget.com/callback",
            # Files retrieved from real orgs name every boolean (section 2).
            "isAdminApproved": policy.permitted == "admin",
            "isClientCredentialEnabled": False,
            "isCodeCredentialEnabled": False,
            "isCodeCredentialPostOnly": False,
            "isConsumerSecretOptional": False,
            "isIntrospectAllTokens": False,
            "isNamedUserJwtEnabled": False,
            "isPkceRequired": False,
            "isRefreshTokenRotationEnabled": False,
            "isSecretRequiredForRefreshToken": True,
            "isSecretRequiredForTokenExchange": False,
            "isTokenExchangeEnabled": False,
            "scopes": ["Api", "RefreshToken"],
        },
        "oauthPolicy": {
            "ipRelaxation": policy.ip,
            "isTokenExchangeFlowEnabled": False,
            "refreshTokenPolicy": policy.refresh_value,
        },
        "permissionSetName": [each["Name"] for each in parents if each and not each.get("IsOwnedByProfile")],
    }


def _permission_sets(org: Org) -> list[Component]:
    found = []
    for row in org.rows("PermissionSet"):
        if row.get("IsOwnedByProfile"):
            continue
        namespace, name = str(row.get("NamespacePrefix") or ""), _set_name(row)
        found.append(Component(name, row, partial(_read_set, org, row, name), namespace))
    return found


def _set_name(row: Record) -> str:
    """The full name: with the namespace, which SOQL's Name leaves out."""
    namespace = row.get("NamespacePrefix")
    return f"{namespace}__{row['Name']}" if namespace else str(row["Name"])


def _read_set(org: Org, row: Record, name: str) -> dict[str, object]:
    """No element says which connected apps the set may use (section 4a)."""
    licence = org.get(row.get("LicenseId"))
    return {
        "fullName": name,
        "description": row.get("Description") or None,
        "hasActivationRequired": bool(row.get("HasActivationRequired")),
        "label": row["Label"],
        "license": licence["Name"] if licence else None,
        "userPermissions": [
            {"enabled": True, "name": each} for each in PERMISSIONS if row.get("Permissions" + each)
        ],
    }


KINDS = {
    kind.name: kind
    for kind in (
        Kind("ConnectedApp", "connectedApps", "connectedApp", _connected_apps),
        Kind("PermissionSet", "permissionsets", "permissionset", _permission_sets),
    )
}


def file_properties(org: Org, kind: Kind, component: Component) -> dict[str, object]:
    row = component.row
    made, changed = org.get(row.get("CreatedById")), org.get(row.get("LastModifiedById"))
    return {
        "createdById": made["Id"] if made else org.admin_id,
        "createdByName": made["Name"] if made else "",
        "createdDate": _date(org, row, "CreatedDate"),
        "fileName": f"{kind.directory}/{component.full_name}.{kind.suffix}",
        "fullName": component.full_name,
        "id": row["Id"],
        "lastModifiedById": changed["Id"] if changed else org.admin_id,
        "lastModifiedByName": changed["Name"] if changed else "",
        "lastModifiedDate": _date(org, row, "LastModifiedDate"),
        "manageableState": "installed" if component.namespace else "unmanaged",
        "namespacePrefix": component.namespace or None,
        "type": kind.name,
    }


def _date(org: Org, row: Record, name: str) -> str:
    """XML's form of a date-time."""
    moment = parse(row[name]) if row.get(name) else org.clock.now()
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
