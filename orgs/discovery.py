"""What an org offers: read once at sign-in and again when it may have changed.

`known` (JSON, on the org) is what guides look at before they ask for a field:

    {"fields": {"User": ["Id", ...], ...},   # objects that exist and may be read
     "unreadable": {"X": "NOT_FOUND"},       # objects that don't, with Salesforce's code
     "package_version": "256.0" or None,
     "package_version_unread": code or None} # why the version is not known
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from orgs.models import Org
from orgs.salesforce.client import Client, Sub, SubResult
from orgs.salesforce.errors import Refused
from orgs.salesforce.soql import Names, soql

PACKAGE = "et4ae5"
#: Objects whose fields differ from org to org: by permission, release or package.
DESCRIBED = ("UserPermissionAccess", "User", "ConnectedApplication", "et4ae5__Configuration__c")

#: Not filterable by namespace, so all rows are read (fact sheet, section 5).
VERSION_FIELDS = (
    "SubscriberPackage.NamespacePrefix",
    "SubscriberPackageVersion.MajorVersion",
    "SubscriberPackageVersion.MinorVersion",
)
_VERSIONS = soql("SELECT {fields} FROM InstalledSubscriberPackage", fields=Names(VERSION_FIELDS))


def describe_subs() -> list[Sub]:
    """The subrequests whose results `known_from` reads."""
    return [
        Sub("GET", f"sobjects/{name}/describe", f"describe{number}") for number, name in enumerate(DESCRIBED)
    ]


def known_from(results: Sequence[SubResult], client: Client) -> dict[str, Any]:
    """`known` out of the results of `describe_subs`, plus one call for the package's version."""
    known: dict[str, Any] = {"fields": {}, "unreadable": {}}
    for name, result in zip(DESCRIBED, results, strict=True):
        error = result.error
        if error is None:
            known["fields"][name] = [field["name"] for field in result.body["fields"]]
        elif isinstance(error, Refused):
            known["unreadable"][name] = error.code
        else:  # busy or expired: says nothing about the object
            raise error
    return known | package_version(client)


def package_version(client: Client) -> dict[str, Any]:
    """The part of `known` that tells which version of the package is installed: one call."""
    try:
        rows = client.query(_VERSIONS, tooling=True)
    except Refused as refusal:  # needs Download AppExchange Packages: a guide can live without it
        return {"package_version": None, "package_version_unread": refusal.code}
    for row in rows:
        version = row.get("SubscriberPackageVersion") or {}
        if (row.get("SubscriberPackage") or {}).get("NamespacePrefix") == PACKAGE and version:
            number = f"{version['MajorVersion']}.{version['MinorVersion']}"
            return {"package_version": number, "package_version_unread": None}
    return {"package_version": None, "package_version_unread": None}


def discover(client: Client, org: Org) -> dict[str, object]:
    """Read `known` again, e.g. once the package has been installed, and keep it."""
    org.known = {**org.known, **known_from(client.composite(describe_subs()), client)}
    org.save(update_fields=["known"])
    return dict(org.known)


def agree_version(client: Client, org: Org) -> str:
    """Ask the org again which versions it speaks, and keep the best one for this client and later."""
    org.api_version = best_version(client.versions())
    org.save(update_fields=["api_version"])
    client.use_version(org.api_version)
    return org.api_version


def best_version(offered: Sequence[str]) -> str:
    """The highest API version that both sides speak; the org's lowest if it is beyond ours."""
    ours = float(settings.SALESFORCE_API_VERSION)
    shared = [version for version in offered if float(version) <= ours]
    return max(shared, key=float) if shared else min(offered, key=float)
